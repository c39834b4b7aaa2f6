/** docs/protocol/board.md: the message table for people. */
import { fieldsLength } from '../../protocol/board/codec.ts';
import { tableHash } from '../../protocol/board/identity.ts';
import {
  BOARD_KINDS,
  ERROR_CODES,
  FAULT_CODES,
  LAMP_MODES,
  LIMITS,
  MESSAGES,
  type MessageDeclaration,
  PROTOCOL_VERSION,
  RESET_CAUSES,
  SAFE_REASONS,
  UNLOCK_STATES,
} from '../../protocol/board/messages.ts';

function messageSection(name: string, message: MessageDeclaration): string {
  const number = `0x${message.number.toString(16).padStart(2, '0')}`;
  const reply = message.reply ? `, answered by \`${message.reply}\`` : '';
  const rows = Object.entries(message.fields).map(
    ([field, { type, about }]) => `| \`${field}\` | ${type} | ${about} |`,
  );
  const table = rows.length ? `\n| field | type | meaning |\n|---|---|---|\n${rows.join('\n')}\n` : '';
  return `### ${number} \`${name}\` (${message.kind}${reply}; ${fieldsLength(message)} bytes)\n\n${message.about}\n${table}`;
}

function codeTable(title: string, codes: Readonly<Record<string, number>>): string {
  const rows = Object.entries(codes).map(([name, value]) => `| ${value} | \`${name}\` |`);
  return `### ${title}\n\n| value | name |\n|---|---|\n${rows.join('\n')}\n`;
}

export function boardTable(): string {
  return `# The board's wire

<!-- Generated from protocol/board/messages.ts by "npm run generate": do not edit. -->

Serial, 115200 8N1. A frame is \`COBS( message u8 | id u16 | fields | crc u16 ) 0x00\`, at most
${LIMITS.FRAME_WIRE_BYTES_MAX} bytes on the wire; numbers are little-endian; the CRC is CRC-16/MCRF4XX over all bytes
before it. Protocol version ${PROTOCOL_VERSION}, table hash \`${tableHash().toString(16).padStart(8, '0')}\`.

A request carries the caller's id and its reply echoes it. An event carries its own number, starts at 1 in each boot, and
is sent again every ${LIMITS.EVENT_RESEND_MS} ms until \`acknowledge\` names it.

## Messages

${Object.entries(MESSAGES)
  .map(([name, message]) => messageSection(name, message))
  .join('\n')}
## Limits

| name | value |
|---|---|
${Object.entries(LIMITS)
  .map(([name, value]) => `| \`${name}\` | ${value} |`)
  .join('\n')}

## Codes

${[
  codeTable('Unlock states', UNLOCK_STATES),
  codeTable('Board kinds', BOARD_KINDS),
  codeTable('Lamp modes', LAMP_MODES),
  codeTable('Reset causes (bits)', RESET_CAUSES),
  codeTable('Safe reasons', SAFE_REASONS),
  codeTable('Error codes', ERROR_CODES),
  codeTable('Fault codes', FAULT_CODES),
].join('\n')}`;
}
