/** The NXP PN532 on a UART: patron cards of ISO/IEC 14443 type A by their UID (user manual UM0701-02). */
import { Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Talk, type Wire } from '../../wire/talk.ts';
import { concat } from '../blocks.ts';
import type { Inventory, ReaderDriver, ReaderIdentity } from '../reader.ts';
import { ACK, encodePn532Request, PN532_FRAMING, type Pn532Frame, WAKE_UP } from './frame.ts';
import { readCards, readFirmware } from './payload.ts';
import { PN532, TYPE_A_106 } from './words.ts';

const PN532_WIRE: Wire<Pn532Frame> = {
  serial: { baud: 115_200, parity: 'none' },
  quietMs: 10,
  pauseMs: 1,
  splitter: (bad) => new FramedSplitter(PN532_FRAMING, bad),
};

type Pn532Talk<T> = Talk<T, Pn532Frame>;

const CHIP_MS = 300;
const LIST_MS = 1_000;
const NO_SECURITY_MODULE = 0x01;
/** Without this InListPassiveTarget waits for a card for ever (7.3.1, item 5): ATR, PSL, then activation. */
const RETRIES = [0x05, 0xff, 0x01, 0x02];
/** The chip tells two cards at once (7.3.5); that there is a third it does not. */
const CARDS_MAX = 2;
const ALL_CARDS = 0x00;

class Pn532 implements ReaderDriver<Pn532Frame> {
  readonly wire = PN532_WIRE;
  readonly can = { tags: 'iso14443a', antennasMax: 1 } as const;
  /** Woken and told how to behave. A talk that never came to its end leaves this false: the chip may have restarted. */
  #ready = false;

  *identify(): Pn532Talk<ReaderIdentity> {
    yield* this.#wake();
    const { model, version, standards } = readFirmware(yield* this.#asked(PN532.firmware, [], CHIP_MS));
    return { model, version, told: [standards] };
  }

  *inventory(): Pn532Talk<Inventory> {
    if (!this.#ready) yield* this.#wake();
    this.#ready = false;
    const cursor = yield* this.#asked(PN532.listPassiveTarget, [CARDS_MAX, TYPE_A_106], LIST_MS);
    const cards = readCards(cursor);
    cursor.end();
    // A card that stays selected would not answer the next time.
    if (cards.length > 0) yield* this.#asked(PN532.release, [ALL_CARDS], CHIP_MS);
    this.#ready = true;
    const tags = cards.map(({ kind, id }) => ({ kind, id }));
    return { tags, complete: cards.length < CARDS_MAX };
  }

  /** The ACK ends whatever a host before asked for (6.2.1.3). */
  *#wake(): Pn532Talk<void> {
    const sam = encodePn532Request(PN532.samConfiguration, [NO_SECURITY_MODULE]);
    yield* ask(concat([WAKE_UP, ACK, sam]), CHIP_MS, answersTo(PN532.samConfiguration));
    yield* this.#asked(PN532.rfConfiguration, RETRIES, CHIP_MS);
    // Cards that a talk without an end left selected would be silent.
    yield* this.#asked(PN532.release, [ALL_CARDS], CHIP_MS);
    this.#ready = true;
  }

  /** @throws WireError `wire.refused` where the chip does not understand. */
  *#asked(command: number, data: readonly number[], waitMs: number): Pn532Talk<Cursor> {
    const frame = yield* ask(encodePn532Request(command, data), waitMs, answersTo(command));
    if (frame.kind !== 'answer') throw new WireError('wire.refused', 'the chip does not understand');
    return new Cursor(frame.data);
  }
}

/** The chip's ACK says that a request arrived; only the answer behind it says what came of it. */
const answersTo =
  (command: number) =>
  (frame: Pn532Frame): boolean =>
    frame.kind === 'error' || (frame.kind === 'answer' && frame.command === command);

/** A driver remembers whether its chip is awake: one for each reader. */
export const pn532 = (): ReaderDriver<Pn532Frame> => new Pn532();
