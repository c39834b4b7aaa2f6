/** The ports that may carry a board: fixed URLs, and patterns such as `serial:/dev/serial/by-id/usb-Arduino*`. */
import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** A board that is plugged in is found within this time. */
const LOOK_EVERY_MS = 2_000;
const STAR = '*';

/** A pattern's folder and the beginning and end of the names; `undefined` for a fixed URL. */
function patternOf(url: string) {
  const [path = '', query] = url.split('?', 2);
  const name = basename(path);
  if (!name.includes(STAR)) return undefined;
  const [begins = '', ends = ''] = name.split(STAR, 2);
  const folder = dirname(path);
  return { folder, begins, ends, query };
}

/** The device files that a pattern names now, as port URLs. A folder that is not there holds none. */
async function matches(url: string): Promise<string[]> {
  const pattern = patternOf(url);
  if (!pattern) return [url];
  const { folder, begins, ends, query } = pattern;
  const names = await readdir(folder.replace(/^serial:/, '')).catch(() => []);
  return names
    .filter((name) => name.startsWith(begins) && name.endsWith(ends))
    .sort()
    .map((name) => `${folder}/${name}${query ? `?${query}` : ''}`);
}

export class PortFinder {
  readonly #urls: readonly string[];
  readonly #found: (url: string) => void;
  readonly #known = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `found` is told once for each port; one that is unplugged is waited for by whoever keeps it open. */
  constructor(urls: readonly string[], found: (url: string) => void) {
    this.#urls = urls;
    this.#found = found;
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const urls = (await Promise.all(this.#urls.map(matches))).flat();
    if (this.#stopped) return;
    for (const url of urls) {
      if (this.#known.has(url)) continue;
      this.#known.add(url);
      this.#found(url);
    }
    if (this.#urls.some(patternOf)) this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }
}
