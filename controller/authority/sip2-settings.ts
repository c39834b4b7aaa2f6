/** How the local library's SIP2 server is reached and spoken to. */
import { SIP2_OPTIONS, type Sip2Options } from '../../protocol/sip2/options.ts';

/** What differs from server to server. */
export interface Sip2Peer extends Sip2Options {
  /** Whether an answer must tell the sequence number of its request, where it tells one; dp2 always tells 4. */
  readonly sequence: 'match' | 'ignore';
  /**
   * What follows a silence. `ask`: 97, which never makes a server act twice. `repeat`: the same message with the same
   * number, for servers that know it again (3M SIP 2.00, "Error Handling"). `none`: the connection is given up.
   */
  readonly resend: 'ask' | 'repeat' | 'none';
  /** An LF alone ends a frame too. */
  readonly lfEnds: boolean;
  /** Dates are written in this time; the terminal's time zone is then the library's. */
  readonly dates: 'local' | 'utc';
}

export const SIP2_PEER: Sip2Peer = {
  ...SIP2_OPTIONS,
  sequence: 'match',
  resend: 'ask',
  lfEnds: false,
  dates: 'local',
};

export interface Sip2Limits {
  /** A server whose workers are all busy accepts the connection and answers no login. */
  readonly loginMs: number;
  /** A patron stands at the kiosk and waits. */
  readonly answerMs: number;
  /** How often one request may be asked for, the first time included. */
  readonly tries: number;
  /** Koha ends a client that was idle for five minutes. */
  readonly keepAliveMs: number;
  /** A silence after which an answer without CR is taken, if it is whole. */
  readonly quietMs: number;
  /** After a refused login nobody knocks for so long: a wrong password does not mend itself. */
  readonly refusedLoginMs: number;
}

export const SIP2_LIMITS: Sip2Limits = {
  loginMs: 10_000,
  answerMs: 5_000,
  tries: 3,
  keepAliveMs: 60_000,
  quietMs: 300,
  refusedLoginMs: 300_000,
};

/** The account of this terminal; without one, the library is asked without a login. */
export interface Sip2Login {
  readonly userId: string;
  readonly password: string;
  readonly location?: string;
}
