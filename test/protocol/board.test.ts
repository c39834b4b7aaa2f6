import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cobsDecode, cobsEncode } from '../../protocol/board/cobs.ts';
import { decodeFrame, encodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import { crc16 } from '../../protocol/board/crc16.ts';
import { type BoardMessage, LIMITS } from '../../protocol/board/messages.ts';
import golden from '../../protocol/vectors/board.json' with { type: 'json' };

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

function messageOf({ message, id, fields }: (typeof golden.vectors)[number]): BoardMessage {
  const values = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? bytes(value) : value,
  ]);
  return { name: message, id, fields: Object.fromEntries(values) } as BoardMessage;
}
const anyMessage = fc.constantFrom(...golden.vectors).map(messageOf);

describe('board frames', () => {
  test('CRC-16/MCRF4XX gives the published check value', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x6f91);
  });

  test.each([
    ['00', '0101'],
    ['0000', '010101'],
    ['11220033', '0311220233'],
    ['11223344', '0511223344'],
    ['11000000', '0211010101'],
  ])('COBS of %s is %s, as published', (plain, stuffed) => {
    expect(hex(cobsEncode(bytes(plain)))).toBe(stuffed);
    expect(hex(cobsDecode(bytes(stuffed)) ?? new Uint8Array())).toBe(plain);
  });

  test.each(golden.vectors)('golden frame: $name', (vector) => {
    expect(hex(encodeFrame(messageOf(vector)))).toBe(vector.wire);
    expect(decodeFrame(bytes(vector.wire).subarray(0, -1))).toEqual(messageOf(vector));
  });

  test('no message is longer than a frame may be', () => {
    const lengths = golden.vectors.map(({ wire }) => wire.length / 2);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(LIMITS.FRAME_WIRE_BYTES_MAX);
  });

  test('any cut of the stream gives the same frames', () => {
    const run = fc.property(
      fc.array(anyMessage, { maxLength: 8 }),
      fc.array(fc.nat(40)),
      (messages, cuts) => {
        const stream = Buffer.concat(messages.map(encodeFrame));
        const reader = new FrameReader();
        const got: BoardMessage[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          got.push(...reader.push(stream.subarray(at, at + cut)));
          at += cut;
        }
        expect(got).toEqual(messages);
      },
    );
    fc.assert(run);
  });

  test('noise costs at most the frames it touches', () => {
    const noise = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(noise, anyMessage, anyMessage, (garbage, first, second) => {
        const got = new FrameReader().push(Buffer.concat([garbage, encodeFrame(first), encodeFrame(second)]));
        expect(got.at(-1)).toEqual(second);
      }),
    );
  });

  test('a frame with any one bit turned is refused', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, position) => {
        const frame = encodeFrame(message);
        const bit = position % ((frame.length - 1) * 8);
        frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(new FrameReader().push(frame)).not.toContainEqual(message);
      }),
    );
  });

  test('a value that does not fit its field is the caller’s error', () => {
    expect(() =>
      encodeFrame({ name: 'setLamp', id: 1, fields: { compartment: 256, mode: 0, level: 0 } }),
    ).toThrow(/compartment/);
  });
});
