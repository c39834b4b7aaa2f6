/** A real Chromium for tests: Debian's where it is installed, else the one that npm brings. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const DEBIAN = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const LAUNCH_MS_MAX = 20_000;
/** Of @sparticuz/chromium in package.json: another version unpacks into another folder. */
const NPM_VERSION = '143.0.4';

/** `BROWSER=npm` takes npm's Chromium also where Debian's is there. */
export async function launchBrowser(): Promise<Browser> {
  if (process.env.BROWSER !== 'npm' && existsSync(DEBIAN)) return launch(DEBIAN, {});
  const folder = await unpacked();
  const executable = join(folder, 'chromium');
  const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
  try {
    return await launch(executable, fonts);
  } catch (first) {
    // Machines without NSS and friends: the package brings those of Amazon Linux, which Debian's libc runs, too.
    const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
    try {
      return await launch(executable, { ...fonts, LD_LIBRARY_PATH: libraries });
    } catch {
      throw new Error(
        `npm's Chromium does not start here (${missingLibrary(first)}): install Debian's with "apt-get install chromium"`,
        { cause: first },
      );
    }
  }
}

function launch(executablePath: string, env: Record<string, string>): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ARGS,
    timeout: LAUNCH_MS_MAX,
    env: { ...(process.env as Record<string, string>), ...env },
  });
}

function missingLibrary(error: unknown): string {
  const message = (error as Error).message;
  return (
    /error while loading shared libraries: [^\n]*/.exec(message)?.[0] ?? message.split('\n')[0] ?? message
  );
}

/** Unpacks aside and renames, since several test files may come here at once. */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `credit-reading-chromium-${NPM_VERSION}`);
  if (existsSync(folder)) return folder;
  const aside = await mkdtemp(`${folder}-`);
  const before = { TMPDIR: process.env.TMPDIR, AWS_EXECUTION_ENV: process.env.AWS_EXECUTION_ENV };
  // The package unpacks into the temporary folder, and its libraries only where it believes to be in a Lambda.
  Object.assign(process.env, { TMPDIR: aside, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' });
  const libraries = process.env.LD_LIBRARY_PATH;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    await packaged.executablePath();
  } finally {
    restore({ ...before, LD_LIBRARY_PATH: libraries });
  }
  await mkdir(folder, { recursive: true });
  await rename(aside, folder).catch(() => rm(aside, { recursive: true, force: true }));
  return folder;
}

function restore(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
