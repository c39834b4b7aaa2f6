/** Golden frames of every board message, the same for TypeScript (JSON) and C (a header). */
import { encodeFrame, FIELD_BYTES } from '../../protocol/board/codec.ts';
import { type BoardMessage, MESSAGES, type MessageDeclaration } from '../../protocol/board/messages.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Field values that differ per field; `fill` 0 gives the COBS worst case, all zeros. */
function example(name: string, message: MessageDeclaration, fill: 'zero' | 'count' | 'ones'): BoardMessage {
  const fields: Record<string, number | Uint8Array> = {};
  let count = 1;
  for (const [field, { type }] of Object.entries(message.fields)) {
    const size = FIELD_BYTES[type];
    const bytes = new Uint8Array(size).map(() => ({ zero: 0, count: count++, ones: 0xff })[fill]);
    fields[field] = type === 'bytes8' ? bytes : bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  }
  return { name, id: { zero: 0, count: 0x0102, ones: 0xffff }[fill], fields } as BoardMessage;
}

function vectors() {
  return Object.entries(MESSAGES).flatMap(([name, message]: [string, MessageDeclaration]) =>
    (['zero', 'count', 'ones'] as const).map((fill) => {
      const example_ = example(name, message, fill);
      const fields = Object.entries(example_.fields).map(([field, value]) => [
        field,
        value instanceof Uint8Array ? hex(value) : value,
      ]);
      return {
        name: `${name}, ${fill}`,
        message: name,
        number: message.number,
        id: example_.id,
        fields: Object.fromEntries(fields) as Record<string, number | string>,
        wire: hex(encodeFrame(example_)),
      };
    }),
  );
}

export function boardVectors(): string {
  const source =
    'generated from protocol/board/messages.ts; frozen by review, checked through TypeScript and C';
  return `${JSON.stringify({ source, vectors: vectors() }, undefined, 1)}\n`;
}

export function cVectors(): string {
  const rows = vectors().map(({ name, number, id, wire }) => {
    const bytes = wire.match(/../g)?.map((byte) => `0x${byte}`) ?? [];
    return `  {"${name}", 0x${number.toString(16)}, 0x${id.toString(16)}, ${bytes.length}, {${bytes.join(', ')}}},`;
  });
  return `/* Golden frames. Generated from protocol/board/messages.ts by "npm run generate": do not edit. */
#include <stdint.h>

static const struct vector {
  const char *name;
  uint8_t message;
  uint16_t id;
  uint8_t length; /* on the wire, delimiter included */
  uint8_t wire[64];
} VECTORS[] = {
${rows.join('\n')}
};
`;
}
