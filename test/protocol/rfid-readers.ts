/** Each reader's codec, as its tests need it: bytes to a frame and back, and frames made up around any payload. */

import type { RfidDriverName } from '../../protocol/rfid/drivers.ts';
import {
  decodeFeig,
  decodeFeigRequest,
  encodeFeig,
  encodeFeigReply,
} from '../../protocol/rfid/feig/frame.ts';
import { decodePad, encodePad } from '../../protocol/rfid/m3m810/frame.ts';
import { decodeM100, encodeM100, TYPE } from '../../protocol/rfid/m100/frame.ts';
import { M100 } from '../../protocol/rfid/m100/words.ts';
import {
  ACK,
  decodePn532,
  ERROR_FRAME,
  encodePn532Answer,
  encodePn532Request,
} from '../../protocol/rfid/pn532/frame.ts';
import { decodeBlock, encodeBlock, PCB } from '../../protocol/rfid/rl866/frame.ts';
import {
  decodeUhf,
  decodeUhfRequest,
  encodeUhf,
  encodeUhfReply,
} from '../../protocol/rfid/uhfreader18/frame.ts';
import golden from '../../protocol/vectors/rfid.json' with { type: 'json' };
import { fromHex } from '../../protocol/wire/hex.ts';

export interface GoldenFrame {
  readonly dir: string;
  readonly hex: string;
  readonly note: string;
  readonly kind: string;
  readonly source: string;
  /** Missing in a frame that is no whole one: it must be refused so. */
  readonly says?: string;
  readonly refused?: string;
}

export interface Codec {
  readonly frames: readonly GoldenFrame[];
  /** Decodes and encodes again. */
  again(frame: Uint8Array, dir: 'tx' | 'rx'): Uint8Array;
  /** A whole and right frame of either direction around anything. */
  around(number: number, status: number, payload: Uint8Array, asks: boolean): Uint8Array;
  /** What answers a request, as far as its head goes, with anything behind it. */
  answering(request: Uint8Array, status: number, payload: Uint8Array): Uint8Array;
}

const NACK = Uint8Array.from([0x00, 0x00, 0xff, 0xff, 0x00, 0x00]);
const { readers } = golden as { readers: Readonly<Record<RfidDriverName, { frames: GoldenFrame[] }>> };

export const CODECS: Readonly<Record<RfidDriverName, Codec>> = {
  feig: {
    frames: readers.feig.frames,
    again: (frame, dir) =>
      dir === 'tx'
        ? encodeFeig(decodeFeigRequest(frame))
        : encodeFeigReply(decodeFeig(frame), frame[0] === 0x02),
    around: (command, status, data, asks) =>
      asks ? encodeFeig({ command, data }) : encodeFeigReply({ address: 0, command, status, data }),
    answering: (request, status, data) =>
      encodeFeigReply({ address: 0, command: decodeFeigRequest(request).command, status, data }),
  },
  m3m810: {
    frames: readers.m3m810.frames,
    again: (frame) => {
      const { command, data, start } = decodePad(frame);
      return encodePad(command, data, start);
    },
    around: (command, error, data, asks) => encodePad(command, asks ? data : [error, ...data]),
    answering: (request, error, data) => {
      const { command, start } = decodePad(request);
      return encodePad(command, [error, ...data], start);
    },
  },
  rl866: {
    frames: readers.rl866.frames,
    again: (frame) => {
      const { address, pcb, inf } = decodeBlock(frame);
      return encodeBlock(pcb, inf, address);
    },
    around: (command, status, data, asks) =>
      asks
        ? encodeBlock(PCB.even, [command, ...data])
        : encodeBlock(PCB.even, [command, status, 0, ...data], 0x01),
    answering: (request, status, data) => {
      const { pcb, inf } = decodeBlock(request);
      return pcb === PCB.resynchronise
        ? encodeBlock(pcb, [], 0x01)
        : encodeBlock(pcb, [inf[0] ?? 0, status, 0, ...data], 0x01);
    },
  },
  uhfreader18: {
    frames: readers.uhfreader18.frames,
    again: (frame, dir) =>
      dir === 'tx' ? encodeUhf(decodeUhfRequest(frame)) : encodeUhfReply(decodeUhf(frame)),
    around: (command, status, data, asks) =>
      asks ? encodeUhf({ address: 0, command, data }) : encodeUhfReply({ address: 0, command, status, data }),
    answering: (request, status, data) =>
      encodeUhfReply({ address: 0, command: decodeUhfRequest(request).command, status, data }),
  },
  m100: {
    frames: readers.m100.frames,
    again: (frame) => {
      const { type, command, parameters } = decodeM100(frame);
      return encodeM100(type, command, parameters);
    },
    around: (command, status, data, asks) =>
      encodeM100(asks ? TYPE.request : status & 1 ? TYPE.answer : TYPE.notification, command, data),
    answering: (request, status, data) => {
      const { command } = decodeM100(request);
      if (status & 1) return encodeM100(TYPE.answer, M100.failed, data);
      const type = command === M100.poll ? TYPE.notification : TYPE.answer;
      return encodeM100(type, command, data);
    },
  },
  pn532: {
    frames: readers.pn532.frames,
    again: (frame) => {
      const told = decodePn532(frame);
      if (told.kind === 'ack') return ACK;
      if (told.kind === 'nack') return NACK;
      if (told.kind === 'error') return ERROR_FRAME;
      if (told.kind === 'request') return encodePn532Request(told.command, told.data);
      return told.kind === 'answer' ? encodePn532Answer(told.command, told.data) : frame;
    },
    around: (command, _, data, asks) =>
      (asks ? encodePn532Request : encodePn532Answer)(asks ? command : command & 0xfe, data),
    answering: (request, _, data) => {
      // Behind a wake-up and an ACK where there is one.
      const frame = request.subarray(request.lastIndexOf(0xd4) - 5);
      const told = decodePn532(frame);
      return encodePn532Answer(told.kind === 'request' ? told.command : 0, data);
    },
  },
};

export const bytesOf = ({ hex }: GoldenFrame): Uint8Array => fromHex(hex);
