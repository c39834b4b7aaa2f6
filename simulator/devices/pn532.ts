/**
 * An NXP PN532 on its UART as its host sees it: asleep until it is woken, an ACK before each answer (user manual
 * UM0701-02, 6.2 and 7). It satisfies libnfc, which reads registers, tries other kinds of cards and talks to cards.
 */
import { concat } from '../../protocol/rfid/blocks.ts';
import {
  ACK,
  ERROR_FRAME,
  encodePn532Answer,
  PN532_FRAMING,
  type Pn532Frame,
} from '../../protocol/rfid/pn532/frame.ts';
import { PN532, TYPE_A_106 } from '../../protocol/rfid/pn532/words.ts';
import { Cursor } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter } from '../../protocol/wire/framed.ts';
import { fromHex } from '../../protocol/wire/hex.ts';
import type { Answer, DeviceLogic, OwnFault } from './device.ts';
import { type Field, only, type SimTag } from './field.ts';

/** IC PN532, version 1.6, ISO 14443 type A and B, ISO 18092. */
const FIRMWARE = [0x32, 0x01, 0x06, 0x07];
const NO_ERROR = 0x00;
const TIME_OUT = 0x01;
/** No field, no cards, no security module. */
const GENERAL_STATUS = [NO_ERROR, 0x00, 0x00, 0x00];
const CARDS_MAX = 2;
const LIST_MS = 30;
const COMMAND_MS = 2;

export class Pn532Reader implements DeviceLogic<Pn532Frame> {
  readonly baud = 115_200;
  readonly bitsPerByte = 10;
  readonly #field: Field;
  #awake = false;
  /** Released again; those that were not are silent when cards are listed. */
  #selected: readonly SimTag[] = [];

  constructor(field: Field) {
    this.#field = only(field, 'iso14443a');
  }

  splitter(bad: (error: WireError) => void) {
    return new FramedSplitter(PN532_FRAMING, bad);
  }

  reset(): void {
    this.#awake = false;
    this.#selected = [];
  }

  answer(frame: Pn532Frame, fault: OwnFault | undefined): Answer | undefined {
    if (frame.kind === 'wake') this.#awake = true;
    if (frame.kind !== 'request' || !this.#awake) return undefined;
    const told = this.#obey(frame.command, new Cursor(frame.data), fault);
    const answer = told ? encodePn532Answer(frame.command, told) : ERROR_FRAME;
    const workMs = frame.command === PN532.listPassiveTarget ? LIST_MS : COMMAND_MS;
    return { bytes: concat([ACK, answer]), workMs };
  }

  /** `undefined`: the chip does not understand. */
  #obey(command: number, cursor: Cursor, fault: OwnFault | undefined): readonly number[] | undefined {
    try {
      if (command === PN532.listPassiveTarget) return this.#list(cursor, fault);
      if (command === PN532.release || command === PN532.deselect) {
        cursor.u8('card');
        if (command === PN532.release) this.#selected = [];
        return [NO_ERROR];
      }
      if (command === PN532.powerDown) {
        this.reset();
        return [NO_ERROR];
      }
      return ANSWERS.get(command)?.(cursor);
    } catch (error) {
      if (error instanceof WireError) return undefined;
      throw error;
    }
  }

  #list(cursor: Cursor, fault: OwnFault | undefined): readonly number[] {
    const most = Math.min(CARDS_MAX, cursor.u8('cards at most'));
    const modulation = cursor.u8('modulation');
    // The chip does not tell why it found none.
    if (modulation !== TYPE_A_106 || fault === 'noTag' || fault === 'collision') return [0];
    const cards = this.#field(0)
      .filter((card) => !this.#selected.includes(card))
      .slice(0, most);
    this.#selected = cards;
    return [cards.length, ...cards.flatMap((card, at) => [at + 1, ...cardTold(card)])];
  }
}

function cardTold({ atqa, sak, uid, ats }: SimTag): number[] {
  const bytes = fromHex(uid);
  return [...[atqa >> 8, atqa & 0xff, sak, bytes.length, ...bytes], ...(ats ? [ats.length + 1, ...ats] : [])];
}

/** What does not depend on the cards. A card itself answers nothing: all that is known of it is its UID. */
const ANSWERS: ReadonlyMap<number, (cursor: Cursor) => readonly number[]> = new Map<
  number,
  (cursor: Cursor) => readonly number[]
>([
  [PN532.diagnose, (cursor) => [...cursor.rest('test and parameters')]],
  [PN532.firmware, () => FIRMWARE],
  [PN532.generalStatus, () => GENERAL_STATUS],
  [PN532.readRegister, (cursor) => Array.from({ length: cursor.left >> 1 }, () => 0)],
  [PN532.writeRegister, () => []],
  [PN532.setParameters, () => []],
  [PN532.samConfiguration, () => []],
  [PN532.rfConfiguration, () => []],
  [PN532.exchange, () => [TIME_OUT]],
  [PN532.communicateThru, () => [TIME_OUT]],
]);
