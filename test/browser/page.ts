/** The kiosk page as `npm run build` makes it; built here when it is missing or older than its sources. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = join(ROOT, 'dist/pages/kiosk.html');
const SOURCES = join(ROOT, 'controller/kiosk/page');

export async function kioskPage(): Promise<string> {
  const built = await stat(BUILT).catch(() => undefined);
  if (built && built.mtimeMs > (await newest(SOURCES))) return readFile(BUILT, 'utf8');
  return buildPage();
}

async function newest(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const times = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs);
  return Math.max(...(await Promise.all(times)));
}

/** In memory, so that a test run changes nothing in `dist`. */
async function buildPage(): Promise<string> {
  const [{ build }, { preact }, { viteSingleFile }] = await Promise.all([
    import('vite'),
    import('@preact/preset-vite'),
    import('vite-plugin-singlefile'),
  ]);
  const result = await build({
    root: SOURCES,
    configFile: false,
    logLevel: 'warn',
    plugins: [preact(), viteSingleFile()],
    build: { write: false },
  });
  for (const { output } of [result].flat() as { output: { fileName: string; source?: unknown }[] }[])
    for (const file of output) if (file.fileName.endsWith('.html')) return String(file.source);
  throw new Error(`the page in ${SOURCES} built without an HTML file`);
}
