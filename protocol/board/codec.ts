/** Board frames: a message to bytes, bytes of any cut to messages. Layout and limits in `messages.ts`. */
import { cobsDecode, cobsEncode } from './cobs.ts';
import { crc16 } from './crc16.ts';
import {
  type BoardMessage,
  type FieldType,
  LIMITS,
  MESSAGES,
  type MessageDeclaration,
  type MessageName,
} from './messages.ts';

export const FIELD_BYTES: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, bytes8: 8 };
const HEADER_BYTES = 3;
const CRC_BYTES = 2;

const byNumber = new Map<number, [MessageName, MessageDeclaration]>(
  Object.entries(MESSAGES).map(([name, message]) => [message.number, [name as MessageName, message]]),
);

export function fieldsLength(message: MessageDeclaration): number {
  return Object.values(message.fields).reduce((sum, field) => sum + FIELD_BYTES[field.type], 0);
}

/**
 * The bytes of one frame, closing 0x00 included.
 * @throws RangeError where a field value does not fit its type: the caller's error.
 */
export function encodeFrame(message: BoardMessage): Uint8Array {
  const declaration: MessageDeclaration = MESSAGES[message.name];
  const body = new Uint8Array(HEADER_BYTES + fieldsLength(declaration) + CRC_BYTES);
  const view = new DataView(body.buffer);
  body[0] = declaration.number;
  putNumber(view, 1, 2, message.id, 'id');
  let at = HEADER_BYTES;
  const values = message.fields as Record<string, number | Uint8Array>;
  for (const [name, field] of Object.entries(declaration.fields)) {
    const value = values[name];
    const size = FIELD_BYTES[field.type];
    if (value instanceof Uint8Array) {
      if (value.length !== size) throw new RangeError(`${name}: ${value.length} bytes, must be ${size}`);
      body.set(value, at);
    } else {
      putNumber(view, at, size, value, name);
    }
    at += size;
  }
  view.setUint16(at, crc16(body.subarray(0, at)), true);
  const frame = new Uint8Array(body.length + 2);
  frame.set(cobsEncode(body));
  return frame;
}

function putNumber(view: DataView, at: number, size: number, value: number | undefined, name: string): void {
  if (value === undefined || !Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size))
    throw new RangeError(`${name}: ${value} does not fit ${size} bytes`);
  if (size === 1) view.setUint8(at, value);
  else if (size === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
}

export type BadFrame = 'cobs' | 'crc' | 'length' | 'tooLong' | 'unknownMessage';

/** One frame's bytes without its delimiter, decoded, or the reason why not. Later versions may append fields. */
export function decodeFrame(block: Uint8Array): BoardMessage | BadFrame {
  const body = cobsDecode(block);
  if (!body) return 'cobs';
  const end = body.length - CRC_BYTES;
  if (end < HEADER_BYTES) return 'length';
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  if (view.getUint16(end, true) !== crc16(body.subarray(0, end))) return 'crc';
  const found = byNumber.get(body[0] ?? 0);
  if (!found) return 'unknownMessage';
  const [name, declaration] = found;
  if (end - HEADER_BYTES < fieldsLength(declaration)) return 'length';
  const fields: Record<string, number | Uint8Array> = {};
  let at = HEADER_BYTES;
  for (const [field, { type }] of Object.entries(declaration.fields)) {
    fields[field] = getValue(view, at, type);
    at += FIELD_BYTES[type];
  }
  return { name, id: view.getUint16(1, true), fields } as BoardMessage;
}

function getValue(view: DataView, at: number, type: FieldType): number | Uint8Array {
  if (type === 'u8') return view.getUint8(at);
  if (type === 'u16') return view.getUint16(at, true);
  if (type === 'u32') return view.getUint32(at, true);
  return new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + FIELD_BYTES[type]));
}

/**
 * Cuts a byte stream into frames. Any cut of the stream gives the same frames; noise costs at most the frames it
 * touches; never keeps more than one frame's bytes.
 */
export class FrameReader {
  readonly #block = new Uint8Array(LIMITS.FRAME_WIRE_BYTES_MAX);
  #length = 0;
  #tooLong = false;
  readonly #bad: (why: BadFrame) => void;

  constructor(bad: (why: BadFrame) => void = () => {}) {
    this.#bad = bad;
  }

  push(bytes: Uint8Array): BoardMessage[] {
    const messages: BoardMessage[] = [];
    for (const byte of bytes) {
      if (byte !== 0) {
        if (this.#length < LIMITS.FRAME_WIRE_BYTES_MAX - 1) this.#block[this.#length++] = byte;
        else this.#tooLong = true;
        continue;
      }
      const frame = this.#take();
      if (typeof frame === 'string') this.#bad(frame);
      else if (frame) messages.push(frame);
    }
    return messages;
  }

  #take(): BoardMessage | BadFrame | undefined {
    const block = this.#block.subarray(0, this.#length);
    const tooLong = this.#tooLong;
    this.#length = 0;
    this.#tooLong = false;
    if (tooLong) return 'tooLong';
    return block.length === 0 ? undefined : decodeFrame(block);
  }
}
