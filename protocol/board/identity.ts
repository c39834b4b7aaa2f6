/** Who a board says it is, and whether this controller may drive it. */
import { crc32 } from 'node:zlib';
import { BOARD_KINDS, type FieldsOf, MESSAGES, PROTOCOL_VERSION } from './messages.ts';

/** CRC-32 of the canonical message table: numbers, kinds, field names and types, without the prose. */
export function tableHash(): number {
  const canonical = Object.entries(MESSAGES).map(([name, message]) => {
    const fields = Object.entries(message.fields).map(([field, { type }]) => `${field}:${type}`);
    return `${message.number} ${message.kind} ${name}(${fields.join(',')})`;
  });
  return crc32(canonical.join('\n'));
}

export interface BoardIdentity {
  readonly serialNumber: string;
  readonly firmware: string;
  readonly compartments: number;
  readonly pulseMsMax: number;
  readonly boot: number;
  readonly resetCause: number;
  readonly kind: keyof typeof BOARD_KINDS | undefined;
  readonly buttons: number;
  readonly sameTable: boolean;
}

export function readIdentity(fields: FieldsOf<'identity'>): BoardIdentity {
  return {
    serialNumber: readSerialNumber(fields.serialNumber),
    firmware: `${fields.versionMajor}.${fields.versionMinor}.${fields.versionPatch}`,
    compartments: fields.compartments,
    pulseMsMax: fields.pulseMsMax,
    boot: fields.boot,
    resetCause: fields.resetCause,
    kind: kindOf(fields.kind),
    buttons: fields.buttons,
    sameTable: fields.tableHash === tableHash(),
  };
}

function kindOf(kind: number): BoardIdentity['kind'] {
  return (Object.keys(BOARD_KINDS) as (keyof typeof BOARD_KINDS)[]).find(
    (name) => BOARD_KINDS[name] === kind,
  );
}

function readSerialNumber(bytes: Uint8Array): string {
  if (bytes.every((byte) => byte === 0xff)) return 'unset';
  return [...bytes]
    .filter((byte) => byte >= 0x21 && byte <= 0x7e)
    .map((byte) => String.fromCharCode(byte))
    .join('');
}

/** The compatibility rule: the version ranges overlap. A different table hash inside the range is only reported. */
export function mayDrive(fields: FieldsOf<'identity'>): boolean {
  return fields.protocolMin <= PROTOCOL_VERSION && PROTOCOL_VERSION <= fields.protocolMax;
}
