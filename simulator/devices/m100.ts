/** A UHF module with an M100, QM100 or R200 chip as its host sees it. */
import { concat } from '../../protocol/rfid/blocks.ts';
import { BANK, WORD_BYTES } from '../../protocol/rfid/epc.ts';
import { encodeM100, M100_FRAMING, type M100Frame, TYPE } from '../../protocol/rfid/m100/frame.ts';
import { M100, NO_TAG } from '../../protocol/rfid/m100/words.ts';
import { Cursor } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter } from '../../protocol/wire/framed.ts';
import { hex } from '../../protocol/wire/hex.ts';
import type { Answer, DeviceLogic, OwnFault } from './device.ts';
import type { Field, SimTag } from './field.ts';
import { heard, isLocked, onAir, uhfTag, wordsOf } from './uhf-tag.ts';

const TEXTS: readonly string[] = ['M100 26dBm V1.0', 'V2.3.5', 'MagicRF'];
const POWER = [0x07, 0xd0];
/** One poll hears so many tags; the others must wait for the next. */
const TAGS_AT_ONCE = 4;
/** −60 dBm. */
const RSSI = 0xc4;
const OK = 0x00;
const NOT_READ = 0x09;
const PARAMETER_WRONG = 0x0e;
const NOT_WRITTEN = 0x10;
const UNKNOWN_COMMAND = 0x17;
const EAS_NOT_CHANGED = 0x1b;
const READ_ERROR = 0xa0;
const WRITE_ERROR = 0xb0;
const NO_SUCH_MEMORY = 0x03;
const LOCKED = 0x04;
const POLL_MS = 20;
const TAG_MS = 15;
const PASSWORD_BYTES = 4;
const SELECT_HEAD_BYTES = 7;

const failed = (code: number) => [encodeM100(TYPE.answer, M100.failed, [code])];
const answered = (command: number, parameters: readonly number[]) => [
  encodeM100(TYPE.answer, command, parameters),
];
/** Length, PC and EPC of the tag that it was done to. */
function whom(tag: SimTag): number[] {
  const pcAndEpc = onAir(tag).slice(0, -2);
  return [pcAndEpc.length, ...pcAndEpc];
}

export class M100Reader implements DeviceLogic<M100Frame> {
  readonly baud = 115_200;
  readonly bitsPerByte = 10;
  readonly #field: Field;
  #selected: string | undefined;
  /** Where the next poll begins: a tag that was heard is quiet for a while. */
  #next = 0;

  constructor(field: Field) {
    this.#field = field;
  }

  splitter(bad: (error: WireError) => void) {
    return new FramedSplitter(M100_FRAMING, bad);
  }

  reset(): void {
    this.#selected = undefined;
    this.#next = 0;
  }

  answer({ type, command, parameters }: M100Frame, fault: OwnFault | undefined): Answer | undefined {
    if (type !== TYPE.request) return undefined;
    const frames = this.#obey(command, new Cursor(parameters), fault);
    return { bytes: concat(frames), workMs: command === M100.poll ? POLL_MS : TAG_MS };
  }

  #obey(command: number, cursor: Cursor, fault: OwnFault | undefined): readonly Uint8Array[] {
    try {
      if (command === M100.poll) return this.#poll(fault);
      if (command === M100.information) return information(cursor.u8('which'));
      if (command === M100.getPower) return answered(command, POWER);
      if (command === M100.stop) return answered(command, [OK]);
      if (command === M100.select) {
        cursor.take(SELECT_HEAD_BYTES, 'how');
        this.#selected = hex(cursor.rest('EPC')).toUpperCase();
        return answered(command, [OK]);
      }
      return this.#ofTag(command, cursor, fault);
    } catch (error) {
      if (error instanceof WireError) return failed(PARAMETER_WRONG);
      throw error;
    }
  }

  #poll(fault: OwnFault | undefined): readonly Uint8Array[] {
    const tags = heard(this.#field, 0);
    // Tags whose answers collide are to the module as if there were none.
    if (tags.length === 0 || fault === 'noTag' || fault === 'collision') return failed(NO_TAG);
    const from = this.#next < tags.length ? this.#next : 0;
    const told = tags.slice(from, from + TAGS_AT_ONCE);
    this.#next = from + TAGS_AT_ONCE;
    return told.map((tag) => encodeM100(TYPE.notification, M100.poll, [RSSI, ...onAir(tag)]));
  }

  #ofTag(command: number, cursor: Cursor, fault: OwnFault | undefined): readonly Uint8Array[] {
    const absent = ABSENT.get(command);
    if (absent === undefined) return failed(UNKNOWN_COMMAND);
    const tag = this.#selected === undefined ? heard(this.#field, 0)[0] : uhfTag(this.#field, this.#selected);
    if (!tag || fault === 'noTag' || fault === 'collision') return failed(absent);
    cursor.take(PASSWORD_BYTES, 'password');
    if (command === M100.changeEas) {
      tag.easArmed = cursor.u8('PSF') === 1;
      return answered(command, [...whom(tag), OK]);
    }
    const bank = cursor.u8('bank');
    const first = cursor.u16be('first word');
    const count = cursor.u16be('words');
    const words = wordsOf(tag, bank, first, count);
    const error = command === M100.read ? READ_ERROR : WRITE_ERROR;
    if (!words) return failed(error | NO_SUCH_MEMORY);
    if (command === M100.read) return fault ? failed(absent) : answered(command, [...whom(tag), ...words]);
    if (bank !== BANK.user || isLocked(tag, first, count)) return failed(error | LOCKED);
    const data = cursor.take(count * WORD_BYTES, 'data');
    words.set(fault ? data.subarray(0, data.length >> 1) : data);
    return fault ? failed(absent) : answered(command, [...whom(tag), OK]);
  }
}

/** What each operation answers when the tag is not there. */
const ABSENT: ReadonlyMap<number, number> = new Map([
  [M100.read, NOT_READ],
  [M100.write, NOT_WRITTEN],
  [M100.changeEas, EAS_NOT_CHANGED],
]);

function information(which: number): readonly Uint8Array[] {
  const text = TEXTS[which];
  if (text === undefined) return failed(PARAMETER_WRONG);
  return answered(M100.information, [which, ...new TextEncoder().encode(text)]);
}
