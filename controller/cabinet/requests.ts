/** Requests waiting for their replies on one board link: each has a limit, is repeated, and is always settled. */
import { encodeFrame } from '../../protocol/board/codec.ts';
import {
  type BoardMessage,
  type FieldsOf,
  MESSAGES,
  type MessageName,
  type MessageOf,
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
  readonly answers: (message: BoardMessage) => boolean;
  readonly settle: (reply: BoardMessage | TerminalError) => void;
  readonly timer: NodeJS.Timeout;
}

export class Requests {
  readonly #write: (frame: Uint8Array) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /**
   * `lastId`: of the connection before on the same port. A board that was slow may answer what that one asked: an id
   * that is used again at once would take it for its own.
   */
  constructor(write: (frame: Uint8Array) => void, lastId = 0) {
    this.#write = write;
    this.#lastId = lastId;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Sends until answered: the same id again, so that the board knows a repeat. */
  async send<N extends Repliers>(name: N, fields: FieldsOf<N>): Promise<ReplyTo<N>> {
    this.#lastId = (this.#lastId % 0xffff) + 1;
    const id = this.#lastId;
    const frame = encodeFrame({ name, id, fields } as BoardMessage);
    const answers = (reply: BoardMessage) =>
      reply.name === MESSAGES[name].reply ||
      (reply.name === 'error' && reply.fields.message === MESSAGES[name].number);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const reply = await this.#once(id, frame, answers);
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
    const waiting = this.#waiting.get(message.id);
    if (waiting?.answers(message)) waiting.settle(message);
  }

  /** The link is gone: every waiter is told. */
  close(why: string): void {
    for (const { settle } of [...this.#waiting.values()]) settle(new TerminalError('link.closed', why));
  }

  #once(
    id: number,
    frame: Uint8Array,
    answers: Waiting['answers'],
  ): Promise<BoardMessage | TerminalError | undefined> {
    return new Promise((resolve) => {
      const settle = (reply: BoardMessage | TerminalError | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(reply);
      };
      const timer = setTimeout(() => settle(undefined), REPLY_MS);
      this.#waiting.set(id, { answers, settle, timer });
      this.#write(frame);
    });
  }
}
