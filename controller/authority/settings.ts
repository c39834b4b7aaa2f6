/** What the configuration says of the local library. */
import type { Sip2ClientOptions } from './sip2-client.ts';

type Wire = Pick<
  Sip2ClientOptions,
  'url' | 'login' | 'institutionId' | 'terminalPassword' | 'currentLocation' | 'peer'
>;

export interface LibrarySettings extends Wire {
  /** How long a loan lasts where the library is not asked before the book goes. */
  readonly loanDays: number;
}
