/** A Debian kernel with all its modules, downloaded by apt and kept unpacked under build/vm. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILD, run } from './run.ts';

/** The meta package: it depends on the newest kernel of the release. */
const META_PACKAGE = 'linux-image-amd64';
const FOLDER = join(BUILD, 'kernel');

export interface Kernel {
  readonly image: string;
  /** Holds `kernel/` and depmod's lists. */
  readonly modules: string;
}

export async function debianKernel(): Promise<Kernel> {
  const kept = await unpacked();
  if (kept) return kept;
  const loading = join(BUILD, 'kernel.loading');
  await rm(loading, { recursive: true, force: true });
  await mkdir(loading, { recursive: true });
  await download(loading);
  const [deb] = (await readdir(loading)).filter((name) => name.endsWith('.deb'));
  if (deb === undefined) throw new Error(`apt-get download left no package in ${loading}`);
  await run('dpkg-deb', ['-x', join(loading, deb), loading]);
  await rm(join(loading, deb));
  const [version = ''] = await readdir(join(loading, 'lib/modules'));
  await run('/usr/sbin/depmod', ['-b', loading, version]);
  // Only what is whole gets the name: a download that was cut off starts again.
  await rename(loading, FOLDER);
  const kernel = await unpacked();
  if (!kernel) throw new Error(`no kernel in ${FOLDER}: remove it and try again`);
  return kernel;
}

async function unpacked(): Promise<Kernel | undefined> {
  const [version] = await readdir(join(FOLDER, 'lib/modules')).catch(() => []);
  if (version === undefined) return undefined;
  return { image: join(FOLDER, `boot/vmlinuz-${version}`), modules: join(FOLDER, 'lib/modules', version) };
}

async function download(into: string): Promise<void> {
  const depends = await run('apt-cache', ['depends', META_PACKAGE]);
  const name = /Depends: (linux-image-\d\S*)/.exec(depends)?.[1];
  if (name === undefined)
    throw new Error(`apt knows no ${META_PACKAGE}: run "apt-get update" (Debian 12 or newer)`);
  await run('apt-get', ['download', '-qq', name], into);
}

/** Files of these modules and of all that they need, in the order in which they must be loaded. */
export async function moduleFiles({ modules }: Kernel, names: readonly string[]): Promise<string[]> {
  const needs = new Map<string, readonly string[]>();
  for (const line of (await readFile(join(modules, 'modules.dep'), 'utf8')).split('\n')) {
    const [file = '', needed = ''] = line.split(':');
    // depmod lists all that a module needs, the first to be loaded last.
    needs.set(moduleName(file), [...needed.split(' ').filter(Boolean).reverse(), file]);
  }
  const files = names.flatMap((name) => {
    const found = needs.get(name);
    if (!found) throw new Error(`no module ${name} in ${modules}`);
    return found;
  });
  return [...new Set(files)];
}

const moduleName = (file: string): string =>
  file
    .replace(/^.*\//, '')
    .replace(/\.ko.*$/, '')
    .replaceAll('-', '_');
