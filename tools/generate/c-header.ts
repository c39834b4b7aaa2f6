/** firmware/src/protocol.h: numbers, limits and packed structs of every board message. */
import { fieldsLength } from '../../protocol/board/codec.ts';
import { tableHash } from '../../protocol/board/identity.ts';
import {
  BOARD_KINDS,
  ERROR_CODES,
  FAULT_CODES,
  type FieldDeclaration,
  LAMP_MODES,
  LIMITS,
  MESSAGES,
  type MessageDeclaration,
  PROTOCOL_VERSION,
  RESET_CAUSES,
  SAFE_REASONS,
  UNLOCK_STATES,
} from '../../protocol/board/messages.ts';

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const upper = (name: string) => snake(name).toUpperCase();

function constants(prefix: string, values: Readonly<Record<string, number>>): string {
  const lines = Object.entries(values).map(([name, value]) => `#define ${prefix}_${upper(name)} ${value}u`);
  return lines.join('\n');
}

function member(name: string, field: FieldDeclaration): string {
  if (field.type === 'bytes8') return `  uint8_t ${snake(name)}[8]; /* ${field.about} */`;
  return `  uint${field.type.slice(1)}_t ${snake(name)}; /* ${field.about} */`;
}

function struct(name: string, message: MessageDeclaration): string {
  const fields = Object.entries(message.fields);
  if (fields.length === 0) return `/* ${name} has no fields: ${message.about} */`;
  const type = `struct message_${snake(name)}`;
  return [
    `/* ${message.about} */`,
    `${type} {`,
    ...fields.map(([field, declaration]) => member(field, declaration)),
    '} __attribute__((packed));',
    `_Static_assert(sizeof(${type}) == ${fieldsLength(message)}, "${name} must have no padding");`,
  ].join('\n');
}

export function cHeader(): string {
  const messages: [string, MessageDeclaration][] = Object.entries(MESSAGES);
  const limits = Object.entries(LIMITS).map(([name, value]) => `#define ${name} ${value}u`);
  return `/* Messages between the controller and a locker board.
 * Generated from protocol/board/messages.ts by "npm run generate": do not edit. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdint.h>

#define PROTOCOL_VERSION ${PROTOCOL_VERSION}u
#define PROTOCOL_TABLE_HASH 0x${tableHash().toString(16).padStart(8, '0')}ul

${limits.join('\n')}

${messages.map(([name, { number }]) => `#define MESSAGE_${upper(name)} 0x${number.toString(16).padStart(2, '0')}u`).join('\n')}

${constants('UNLOCK', UNLOCK_STATES)}

${constants('BOARD_KIND', BOARD_KINDS)}

${constants('LAMP', LAMP_MODES)}

${constants('RESET', RESET_CAUSES)}

${constants('SAFE', SAFE_REASONS)}

${constants('ERROR', ERROR_CODES)}

${constants('FAULT', FAULT_CODES)}

${messages.map(([name, message]) => struct(name, message)).join('\n\n')}

#endif
`;
}
