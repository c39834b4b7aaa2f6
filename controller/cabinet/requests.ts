/** Requests waiting for their replies on one board link: each has a limit, is repeated, and is always settled. */
import { encodeFrame } from '../../protocol/board/codec.ts';
import type {
  BoardMessage,
  FieldsOf,
  MESSAGES,
  MessageName,
  MessageOf,
} from '../../protocol/board/messages.ts';
import { TerminalError } from '../error.ts';

type Repliers = {
  [N in MessageName]: (typeof MESSAGES)[N] extends { reply: MessageName } ? N : never;
}[MessageName];
export type ReplyTo<N extends Repliers> = MessageOf<(typeof MESSAGES)[N]['reply'] & MessageName>;

/** A reply crosses in under 10 ms; a board that is busy for longer than this is in trouble. */
const REPLY_MS = 250;
const TRIES = 4;

interface Waiting {
  readonly settle: (reply: BoardMessage | TerminalError) => void;
  readonly timer: NodeJS.Timeout;
}

export class Requests {
  readonly #write: (frame: Uint8Array) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(write: (frame: Uint8Array) => void) {
    this.#write = write;
  }

  /** Sends until answered: the same id again, so that the board knows a repeat. */
  async send<N extends Repliers>(name: N, fields: FieldsOf<N>): Promise<ReplyTo<N>> {
    this.#lastId = (this.#lastId % 0xffff) + 1;
    const id = this.#lastId;
    const frame = encodeFrame({ name, id, fields } as BoardMessage);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const reply = await this.#once(id, frame);
      if (reply === undefined) continue;
      if (reply instanceof TerminalError) throw reply;
      if (reply.name === 'error')
        throw new TerminalError('link.refused', `the board refused ${name}: error ${reply.fields.code}`);
      return reply as ReplyTo<N>;
    }
    throw new TerminalError(
      'link.timeout',
      `the board did not answer ${name} ${TRIES} times within ${REPLY_MS} ms`,
    );
  }

  tell(name: 'acknowledge', fields: FieldsOf<'acknowledge'>): void {
    this.#write(encodeFrame({ name, id: 0, fields }));
  }

  reply(message: BoardMessage): void {
    this.#waiting.get(message.id)?.settle(message);
  }

  /** The link is gone: every waiter is told. */
  close(why: string): void {
    for (const { settle } of [...this.#waiting.values()]) settle(new TerminalError('link.closed', why));
  }

  #once(id: number, frame: Uint8Array): Promise<BoardMessage | TerminalError | undefined> {
    return new Promise((resolve) => {
      const settle = (reply: BoardMessage | TerminalError | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(reply);
      };
      const timer = setTimeout(() => settle(undefined), REPLY_MS);
      this.#waiting.set(id, { settle, timer });
      this.#write(frame);
    });
  }
}
