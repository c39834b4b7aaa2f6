/** A UHF reader of the UHFReader18 family as its host sees it, in both layouts. */

import { concat } from '../../protocol/rfid/blocks.ts';
import { BANK, WORD_BYTES } from '../../protocol/rfid/epc.ts';
import {
  decodeUhfRequest,
  encodeUhfReply,
  REQUEST_BYTES_MIN,
  STATUS,
  UHF,
  type UhfRequest,
  uhfFraming,
} from '../../protocol/rfid/uhfreader18/frame.ts';
import type { UhfLayout } from '../../protocol/rfid/uhfreader18/payload.ts';
import { Cursor } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter } from '../../protocol/wire/framed.ts';
import { fromHex, hex } from '../../protocol/wire/hex.ts';
import type { Answer, DeviceLogic, OwnFault } from './device.ts';
import type { Field, SimTag } from './field.ts';
import { epcOf, heard, isLocked, uhfTag, wordsOf } from './uhf-tag.ts';

/** Version 5.2, type, ISO 18000-6C, band, 26 dBm, 2 s; as a real one answers. */
const information = (type: number) => [0x05, 0x02, type, 0x02, 0x31, 0x80, 0x1a, 0x14];
const TYPES: Readonly<Record<UhfLayout, number>> = { classic: 0x09, antenna: 0x0c };
/** So many EPCs are told in one frame. */
const TAGS_AT_ONCE = 12;
const LENGTH_WRONG = 0xfd;
const UNKNOWN_COMMAND = 0xfe;
const NO_SUCH_MEMORY = 0x03;
const LOCKED = 0x04;
const RSSI = 0x4b;
const SLOT_MS = 3;
const TAG_MS = 20;

type Told = { readonly status: number; readonly data?: readonly number[] };

export class UhfReader implements DeviceLogic<UhfRequest> {
  readonly baud = 57_600;
  readonly bitsPerByte = 10;
  readonly #field: Field;
  readonly #layout: UhfLayout;

  constructor(field: Field, layout: UhfLayout = 'classic') {
    this.#field = field;
    this.#layout = layout;
  }

  splitter(bad: (error: WireError) => void) {
    return new FramedSplitter(uhfFraming(decodeUhfRequest, REQUEST_BYTES_MIN), bad);
  }

  answer({ address, command, data }: UhfRequest, fault: OwnFault | undefined): Answer {
    const told = this.#obey(command, new Cursor(data), fault);
    const frames = told.map(({ status, data: bytes = [] }) =>
      encodeUhfReply({
        address: address === 0xff ? 0 : address,
        command,
        status,
        data: Uint8Array.from(bytes),
      }),
    );
    const tags = heard(this.#field, 0).length;
    return { bytes: concat(frames), workMs: command === UHF.inventory ? 16 * SLOT_MS + tags : TAG_MS };
  }

  #obey(command: number, cursor: Cursor, fault: OwnFault | undefined): Told[] {
    try {
      if (command === UHF.information) return [{ status: STATUS.ok, data: information(TYPES[this.#layout]) }];
      if (command === UHF.inventory) return this.#inventory(cursor, fault);
      return [this.#ofTag(command, cursor, fault)];
    } catch (error) {
      if (error instanceof WireError) return [{ status: LENGTH_WRONG }];
      throw error;
    }
  }

  #inventory(cursor: Cursor, fault: OwnFault | undefined): Told[] {
    let antenna = 0;
    if (this.#layout === 'antenna') {
      cursor.take(3, 'Q, session, target');
      antenna = cursor.u8('antenna') & 0x7f;
    }
    const tags = heard(this.#field, antenna);
    if (tags.length === 0 || fault === 'noTag') return [{ status: STATUS.noTag }];
    const frames: Told[] = [];
    // Tags that collide in every slot are still there when the scan time ends.
    const told = fault === 'collision' ? tags.slice(1) : tags;
    for (let at = 0; at < told.length || at === 0; at += TAGS_AT_ONCE) {
      const some = told.slice(at, at + TAGS_AT_ONCE);
      const last = at + TAGS_AT_ONCE >= told.length;
      const end = fault === 'collision' ? STATUS.timeOut : STATUS.done;
      frames.push({ status: last ? end : STATUS.more, data: this.#tags(some, antenna) });
    }
    return frames;
  }

  #tags(tags: readonly SimTag[], antenna: number): number[] {
    const withAntenna = this.#layout === 'antenna';
    const told = tags.flatMap((tag) => {
      const epc = fromHex(epcOf(tag));
      return [epc.length, ...epc, ...(withAntenna ? [RSSI] : [])];
    });
    return [...(withAntenna ? [1 << antenna] : []), tags.length, ...told];
  }

  #ofTag(command: number, cursor: Cursor, fault: OwnFault | undefined): Told {
    const count = command === UHF.write ? cursor.u8('words') : 0;
    const epc = hex(cursor.take(cursor.u8('EPC words') * WORD_BYTES, 'EPC')).toUpperCase();
    const tag = uhfTag(this.#field, epc);
    if (!tag || fault === 'noTag') return { status: STATUS.noTag };
    if (fault) return { status: STATUS.poor };
    if (command === UHF.setEas) {
      cursor.take(4, 'password');
      tag.easArmed = cursor.u8('EAS') === 1;
      return { status: STATUS.ok };
    }
    if (command !== UHF.read && command !== UHF.write) return { status: UNKNOWN_COMMAND };
    const bank = cursor.u8('bank');
    const first = cursor.u8('first word');
    const words = wordsOf(tag, bank, first, command === UHF.write ? count : cursor.u8('words'));
    if (!words) return refused(NO_SUCH_MEMORY);
    if (command === UHF.read) return { status: STATUS.ok, data: [...words] };
    if (bank !== BANK.user || isLocked(tag, first, count)) return refused(LOCKED);
    words.set(cursor.take(words.length, 'data'));
    return { status: STATUS.ok };
  }
}

/** The tag's own error. */
const refused = (error: number): Told => ({ status: STATUS.tagError, data: [error] });
