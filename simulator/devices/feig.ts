/** A FEIG HF reader as its host sees it (manual H20800-16e-ID-B), with one antenna or several. */
import {
  decodeFeigRequest,
  encodeFeigReply,
  feigFraming,
  REQUEST_BYTES_MIN,
} from '../../protocol/rfid/feig/frame.ts';
import { EAS, STATUS } from '../../protocol/rfid/feig/words.ts';
import { reversed, UID_BYTES, uidBytes, uidText } from '../../protocol/rfid/uid.ts';
import { Cursor } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter } from '../../protocol/wire/framed.ts';
import type { Answer, DeviceLogic, OwnFault } from './device.ts';
import { blockOf, type Field, only, type SimTag, tagOf } from './field.ts';

type Request = ReturnType<typeof decodeFeigRequest>;
interface Reply {
  readonly status: number;
  readonly data?: readonly number[];
  readonly workMs?: number;
}

/** CPR readers tell four tags at a time, and that there are more. */
const SETS_AT_ONCE = 4;
/** Sixteen slots of ISO 15693 and the reader's own work. */
const INVENTORY_MS = 70;
const TAG_MS = 12;
const VERSION = [0x03, 0x03, 0x00, 0x44, 0x53, 0x0d, 0x30];
const TR_TYPE_ISO15693 = 0x03;
const MORE = 0x80;
const NO_SUCH_BLOCK = 0x10;
const LOCKED = 0x12;
const UNKNOWN_COMMAND = 0x80;
const LENGTH_WRONG = 0x81;
const NXP = 0x04;
/** Begins as the ICODE SLI's does; what matters is that it comes. */
const EAS_SEQUENCE = Array.from({ length: 32 }, (_, at) => (0x2f + at * 0x35) & 0xff);

export class FeigReader implements DeviceLogic<Request> {
  readonly baud = 38_400;
  readonly bitsPerByte = 11;
  readonly #field: Field;
  #antenna = 0;
  /** Tags of the running inventory that have not been told. */
  #untold: SimTag[] = [];

  constructor(field: Field) {
    this.#field = only(field, 'iso15693');
  }

  splitter(bad: (error: WireError) => void) {
    return new FramedSplitter(feigFraming(decodeFeigRequest, REQUEST_BYTES_MIN), bad);
  }

  reset(): void {
    this.#antenna = 0;
    this.#untold = [];
  }

  answer({ address, command, data, advanced }: Request, fault: OwnFault | undefined): Answer {
    const {
      status,
      data: told = [],
      workMs = 1,
    } = this.#obey(command, new Cursor(Uint8Array.from(data)), fault);
    const reply = { address: 0, command, status, data: Uint8Array.from(told) };
    return {
      bytes: encodeFeigReply({ ...reply, address: address === 0xff ? 0 : address }, advanced),
      workMs,
    };
  }

  #obey(command: number, cursor: Cursor, fault: OwnFault | undefined): Reply {
    try {
      if (command === 0x65) return { status: STATUS.ok, data: VERSION };
      if (command === 0x6a) {
        this.#antenna = Math.max(0, cursor.u8('antenna') - 1);
        return { status: STATUS.ok };
      }
      if (command === 0xb0) return { workMs: TAG_MS, ...this.#iso(cursor, fault) };
      if (command === 0xb1) return { workMs: TAG_MS, ...this.#eas(cursor, fault) };
      return { status: UNKNOWN_COMMAND };
    } catch (error) {
      if (error instanceof WireError) return { status: LENGTH_WRONG };
      throw error;
    }
  }

  #iso(cursor: Cursor, fault: OwnFault | undefined): Reply {
    const iso = cursor.u8('ISO command');
    const mode = cursor.u8('mode');
    if (iso === 0x01) return this.#inventory(mode, fault);
    const tag = tagOf(this.#field(this.#antenna), uidText(cursor.take(UID_BYTES, 'UID')));
    if (!tag || fault === 'noTag') return { status: STATUS.noTransponder };
    if (fault === 'collision') return { status: STATUS.rfCommunication };
    if (iso === 0x23) return this.#read(tag, cursor.u8('first'), cursor.u8('count'), fault);
    if (iso === 0x24) return this.#write(tag, cursor, fault);
    if (iso === 0x27) {
      tag.afi = cursor.u8('AFI');
      return { status: STATUS.ok };
    }
    if (iso === 0x2b) return { status: STATUS.ok, data: systemInformation(tag) };
    return { status: UNKNOWN_COMMAND };
  }

  #inventory(mode: number, fault: OwnFault | undefined): Reply {
    if (fault === 'noTag') return { status: STATUS.noTransponder, workMs: INVENTORY_MS };
    if (fault === 'collision') return { status: STATUS.rfCommunication, workMs: INVENTORY_MS };
    if (!(mode & MORE)) this.#untold = [...this.#field(this.#antenna)];
    const told = this.#untold.splice(0, SETS_AT_ONCE);
    const sets = told.flatMap(({ dsfid, uid }) => [TR_TYPE_ISO15693, dsfid, ...uidBytes(uid)]);
    const status =
      told.length === 0 ? STATUS.noTransponder : this.#untold.length ? STATUS.moreData : STATUS.ok;
    const data = told.length ? [told.length, ...sets] : [];
    return { status, data, workMs: mode & MORE ? 2 : INVENTORY_MS };
  }

  #read(tag: SimTag, first: number, count: number, fault: OwnFault | undefined): Reply {
    const blocks = Array.from({ length: count }, (_, at) => blockOf(tag, first + at));
    if (blocks.includes(undefined)) return { status: STATUS.iso15693, data: [NO_SUCH_BLOCK] };
    const kept = fault === 'halfBlock' ? Math.floor(count / 2) : count;
    const data = blocks.slice(0, kept).flatMap((block) => [0, ...reversed(block ?? new Uint8Array())]);
    // The tag left while it was read: the reader has the first blocks and says that the rest was not understood.
    if (fault === 'halfBlock')
      return { status: STATUS.rfCommunication, data: [kept, tag.blockBytes, ...data] };
    return { status: STATUS.ok, data: [count, tag.blockBytes, ...data] };
  }

  #write(tag: SimTag, cursor: Cursor, fault: OwnFault | undefined): Reply {
    const first = cursor.u8('first');
    const count = cursor.u8('count');
    const size = cursor.u8('block size');
    for (let at = 0; at < count; at += 1) {
      const block = blockOf(tag, first + at);
      if (!block || size !== tag.blockBytes) return { status: STATUS.iso15693, data: [NO_SUCH_BLOCK] };
      if (tag.locked.has(first + at)) return { status: STATUS.iso15693, data: [LOCKED] };
      if (fault === 'halfBlock' && at >= count / 2) return { status: STATUS.writeError, data: [first + at] };
      block.set(reversed(cursor.take(size, 'block')));
    }
    return { status: STATUS.ok };
  }

  #eas(cursor: Cursor, fault: OwnFault | undefined): Reply {
    const maker = cursor.u8('manufacturer');
    const command = cursor.u8('command');
    cursor.u8('mode');
    const tag = tagOf(this.#field(this.#antenna), uidText(cursor.take(UID_BYTES, 'UID')));
    if (!tag || fault === 'noTag') return { status: STATUS.noTransponder };
    if (fault === 'collision') return { status: STATUS.rfCommunication };
    if (maker !== NXP) return { status: UNKNOWN_COMMAND };
    if (command === EAS.alarm)
      return tag.easArmed ? { status: STATUS.ok, data: EAS_SEQUENCE } : { status: STATUS.noTransponder };
    if (command !== EAS.set && command !== EAS.reset) return { status: UNKNOWN_COMMAND };
    tag.easArmed = command === EAS.set;
    return { status: STATUS.ok };
  }
}

function systemInformation({ dsfid, uid, afi, blockBytes, memory }: SimTag): number[] {
  const icReference = 0x01;
  return [dsfid, ...uidBytes(uid), afi, blockBytes - 1, memory.length / blockBytes - 1, icReference];
}
