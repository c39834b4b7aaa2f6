/**
 * The guest's whole file system, as one initramfs: busybox, this very Node, our program as tools/build.ts bundles it,
 * and the packages that load a binary from beside their own files, binaries included.
 */
import { chmod, copyFile, cp, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build as bundle } from 'esbuild';
import { type Kernel, moduleFiles } from './kernel.ts';
import { BUILD, run } from './run.ts';

/** HID devices made in the guest; USB keyboards; FTDI bridges; the bus that they hang on. */
const MODULES = ['uhid', 'hid_generic', 'usbhid', 'ftdi_sio', 'xhci_pci'];
const NATIVE_PACKAGES = ['serialport', 'node-hid'];
const GUEST = resolve('test/vm/guest');
const ROOT = join(BUILD, 'root');

export async function guestImage(kernel: Kernel): Promise<string> {
  await rm(ROOT, { recursive: true, force: true });
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'tmp', 'app'])
    await mkdir(join(ROOT, folder), { recursive: true });
  await copyFile(join(GUEST, 'init.sh'), join(ROOT, 'init'));
  await chmod(join(ROOT, 'init'), 0o755);
  await copyFile('/bin/busybox', join(ROOT, 'bin/busybox'));
  await copyFile(process.execPath, join(ROOT, 'bin/node'));
  await copyModules(kernel);
  const binaries = await copyPackages(NATIVE_PACKAGES);
  await copyLibraries([process.execPath, ...binaries]);
  await bundleProgram();
  const image = join(BUILD, 'guest.cpio');
  // Everything is root's in the guest, whoever builds it.
  await run('sh', ['-c', `find . | cpio --quiet -o -H newc -R 0:0 > ${image}`], ROOT);
  return image;
}

async function copyModules(kernel: Kernel): Promise<void> {
  const files = await moduleFiles(kernel, MODULES);
  for (const file of files) await copyInto(join(kernel.modules, file), join('/modules', file));
  await writeFile(join(ROOT, 'modules/list'), files.map((file) => `/modules/${file}\n`).join(''));
}

/** @returns the binaries for this machine that the packages bring. */
async function copyPackages(names: readonly string[]): Promise<string[]> {
  const binaries: string[] = [];
  const seen = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const from = resolve('node_modules', name);
    const { dependencies = {} } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    waiting.push(...Object.keys(dependencies));
    await cp(from, join(ROOT, 'app/node_modules', name), { recursive: true, filter: isForGuest });
    for (const file of await readdir(from, { recursive: true }))
      if (file.endsWith('.node') && isForGuest(file)) binaries.push(join(from, file));
  }
  return binaries;
}

/** Of the binaries that packages bring for every system, those for this one. */
function isForGuest(path: string): boolean {
  const system = /\/prebuilds\/([^/]+)/.exec(`/${path}`)?.[1];
  if (system === undefined) return true;
  return system.endsWith(`linux-${process.arch}`) && !path.endsWith('musl.node');
}

/** Shared libraries, at the paths where the loader looks for them. */
async function copyLibraries(programs: readonly string[]): Promise<void> {
  const listed = await run('ldd', [...programs]);
  const absent = /(\S+) => not found/.exec(listed)?.[1];
  if (absent !== undefined) throw new Error(`the library ${absent} is not installed`);
  for (const path of new Set(listed.match(/\/\S+(?= \(0x)/g))) await copyInto(await realpath(path), path);
}

async function copyInto(from: string, to: string): Promise<void> {
  const target = join(ROOT, to);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(from, target);
}

async function bundleProgram(): Promise<void> {
  await bundle({
    entryPoints: [join(GUEST, 'main.ts')],
    outfile: join(ROOT, 'app/main.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: NATIVE_PACKAGES,
    logLevel: 'warning',
  });
}
