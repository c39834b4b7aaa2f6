/** The local library in the configuration: how it is reached, and how its server speaks SIP2. */
import { type Static, Type } from '@sinclair/typebox';
import { Closed, OneOf } from '../../protocol/platform/words.ts';
import type { LibrarySettings } from '../authority/authority.ts';
import { parsePortUrl } from '../port/port-url.ts';
import type { Problem } from './problem.ts';

/** SIP2 carries values of at most 255 characters; control characters would end a message. */
const value = (description: string) =>
  Type.Optional(Type.String({ maxLength: 255, pattern: '^[^\\x00-\\x1f\\x7f]*$', description }));
const secret = (description: string) => value(`${description}, in quotes`);

const PeerSchema = Closed({
  /** `utf16`: as dp2 counts. */
  checksum: Type.Optional(
    OneOf(['strict', 'lenient', 'off', 'utf16'], 'strict, lenient, off or utf16 (as dp2 counts)'),
  ),
  encoding: Type.Optional(OneOf(['utf-8', 'gb18030', 'latin1'], 'utf-8, gb18030 or latin1')),
  /** A `|` within a text. */
  escape: Type.Optional(OneOf(['entity', 'none'], 'entity or none')),
  sequence: Type.Optional(OneOf(['match', 'ignore'], 'match or ignore')),
  /** What follows a silence. */
  resend: Type.Optional(OneOf(['ask', 'repeat', 'none'], 'ask, repeat or none')),
  lfEnds: Type.Optional(Type.Boolean({ description: 'true or false' })),
  dates: Type.Optional(OneOf(['local', 'utc'], 'local or utc')),
});

export const LibrarySchema = Closed({
  url: Type.String({
    minLength: 1,
    description:
      'an address such as tls://library.example:6002?ca=/etc/credit-reading/library.pem or tcp://127.0.0.1:6001',
  }),
  /** Missing: the server asks for no login. */
  login: Type.Optional(
    Closed({
      user: Type.String({ minLength: 1, maxLength: 255, description: 'a user name of the library’s server' }),
      password: Type.String({ maxLength: 255, description: 'a password, in quotes' }),
      location: value('a location code'),
    }),
  ),
  institutionId: value('the library’s id (AO)'),
  terminalPassword: secret('a terminal password (AC)'),
  currentLocation: value('where returned items are (AP)'),
  loanDays: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 365,
    description: 'how many days a loan of the library’s lasts, 1 to 365',
  }),
  peer: { ...PeerSchema, default: {} },
});

/** A serial line or a HID device leads to no library. */
export function libraryProblems(library: Static<typeof LibrarySchema> | undefined): Problem[] {
  if (!library) return [];
  try {
    const { kind } = parsePortUrl(library.url);
    if (kind === 'tcp' || kind === 'tls') return [];
    return [{ path: ['library', 'url'], what: `found ${kind}:; allowed: tcp:// or tls://` }];
  } catch (error) {
    return [{ path: ['library', 'url'], what: (error as Error).message }];
  }
}

/** For the authority. */
export function librarySettings(
  library: Static<typeof LibrarySchema> | undefined,
): LibrarySettings | undefined {
  if (!library) return undefined;
  const { login, peer, institutionId, terminalPassword, currentLocation, url, loanDays } = library;
  return {
    url,
    loanDays,
    peer: defined(peer),
    ...defined({ institutionId, terminalPassword, currentLocation }),
    ...(login && {
      login: { userId: login.user, password: login.password, ...defined({ location: login.location }) },
    }),
  };
}

/** Without the fields that are not set: a missing one has a default. */
function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, one]) => one !== undefined)) as never;
}
