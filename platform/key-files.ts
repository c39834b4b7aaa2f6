/** Private keys of credit passes: one file each in the data folder, for the platform's user alone. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Of an Ed25519 key in SubjectPublicKeyInfo, the last ones (RFC 8410, 4). */
const PUBLIC_BYTES = 32;

export class KeyFiles {
  readonly #folder: string;
  readonly #known = new Map<number, KeyObject>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The public half in hexadecimal, once the private half is on the disk. */
  async make(key: number): Promise<string> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(key);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(privateKey.export({ format: 'pem', type: 'pkcs8' }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    this.#known.set(key, privateKey);
    return publicKey.export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_BYTES).toString('hex');
  }

  /** `undefined` where the file is lost, as after a restore of the database alone. */
  async read(key: number): Promise<KeyObject | undefined> {
    const known = this.#known.get(key);
    if (known) return known;
    const pem = await readFile(this.#path(key), 'utf8').catch(() => undefined);
    if (pem === undefined) return undefined;
    const privateKey = createPrivateKey(pem);
    this.#known.set(key, privateKey);
    return privateKey;
  }

  /** What will never sign again cannot be stolen either. */
  async keepOnly(keys: readonly number[]): Promise<void> {
    const kept = new Set(keys.map((key) => `${key}.pem`));
    for (const name of await readdir(this.#folder).catch(() => []))
      if (!kept.has(name)) await rm(join(this.#folder, name), { force: true });
    for (const key of this.#known.keys()) if (!keys.includes(key)) this.#known.delete(key);
  }

  #path(key: number): string {
    return join(this.#folder, `${key}.pem`);
  }
}
