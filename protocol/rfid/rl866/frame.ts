/**
 * Frames of the RL866 and its relatives (HF library readers of the RD family; frames as the open-source self-service
 * terminal "lainuri" exchanges them with a real reader).
 *
 *   FAh LEN RID PCB INF.. CRC(2, low first)      LEN counts every byte but the first; the CRC covers LEN to INF
 *
 * PCB: 00h or 40h is an information block, the bit alternates from request to request; C0h begins the alternation anew.
 * INF of a request: CMD, parameters. INF of an answer: CMD, status (2, low first), parameters.
 */
import { crc16Reflected } from '../../wire/crc16.ts';
import { byteText, Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';
import { COMMANDS } from './words.ts';

export interface BlockFrame {
  readonly address: number;
  readonly pcb: number;
  readonly inf: Uint8Array;
}

export const PCB = { even: 0x00, odd: 0x40, resynchronise: 0xc0 } as const;
const START = 0xfa;
export const ADDRESS_ANY = 0xff;
const CRC_BYTES = 2;
const OVERHEAD_BYTES = 6;

export function encodeBlock(pcb: number, inf: ArrayLike<number> = [], address = ADDRESS_ANY): Uint8Array {
  const length = inf.length + OVERHEAD_BYTES;
  if (length > 0x100) throw new RangeError(`${inf.length} bytes do not fit one frame`);
  const frame = Uint8Array.from([START, length - 1, address, pcb, ...Array.from(inf), 0, 0]);
  const crc = crc16Reflected(frame, 1, length - CRC_BYTES);
  frame[length - 2] = crc & 0xff;
  frame[length - 1] = crc >> 8;
  return frame;
}

/** @throws WireError */
export function decodeBlock(frame: Uint8Array, trail?: FieldSeen[]): BlockFrame {
  const cursor = new Cursor(frame, trail);
  cursor.marker(START, 'start');
  const length = cursor.u8('length');
  if (length !== frame.length - 1)
    throw new WireError('wire.length', `${frame.length - 1} bytes, not ${length}`);
  const address = cursor.u8('reader address', (value) => (value === ADDRESS_ANY ? 'any' : undefined));
  const pcb = cursor.u8('PCB', pcbWords);
  const inf = cursor.take(cursor.left - CRC_BYTES, 'information', (bytes) => COMMANDS.get(bytes[0] ?? 0));
  const computed = crc16Reflected(frame, 1, cursor.at);
  const told = cursor.u16le('CRC', (value) => (value === computed ? 'right' : 'wrong'));
  if (told !== computed) throw new WireError('wire.checksum', 'the CRC is wrong');
  return { address, pcb, inf };
}

function pcbWords(pcb: number): string {
  if (pcb === PCB.resynchronise) return 'begin the alternation anew';
  if (pcb === PCB.even || pcb === PCB.odd) return `information, ${pcb === PCB.even ? 'even' : 'odd'}`;
  return byteText(pcb);
}

export const BLOCK_FRAMING: Framing<BlockFrame> = {
  bytesMax: 0x100,
  measure(bytes) {
    if (bytes[0] !== START) return 0;
    const length = bytes[1];
    if (length === undefined) return undefined;
    return length + 1 < OVERHEAD_BYTES ? 0 : length + 1;
  },
  decode: decodeBlock,
};
