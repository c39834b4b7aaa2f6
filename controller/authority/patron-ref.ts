/** A library's patron as the terminal, its journal and the platform know it: nobody can tell the card from it. */
import { createHash } from 'node:crypto';

/** The same at every terminal of the library; another library may have given out the same number. */
export const patronRef = (institution: string, card: string): string =>
  `library:${createHash('sha256').update(`patron:${institution}\0${card}`).digest('base64url')}`;
