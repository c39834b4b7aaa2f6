/** Bytes of SIP2 to values, and to words. Any bytes give a message or a `WireError`; no error tells what a field held. */
import { Cursor, type FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { dp2Checksum, sip2Checksum } from './checksum.ts';
import { decodeText, valueEnd } from './encoding.ts';
import { FIELDS, type FieldId, isFieldId, isList } from './fields.ts';
import type { AnyKind } from './kinds.ts';
import {
  MESSAGES,
  type MessageDeclaration,
  messageOfCode,
  type OtherField,
  type Sip2Message,
} from './messages.ts';
import { CR, DELIMITER, FRAME_BYTES_MAX, LF, SIP2_OPTIONS, type Sip2Options } from './options.ts';

export interface Sip2Frame {
  readonly message: Sip2Message;
  readonly check: 'good' | 'wrong' | 'missing';
}

/** @throws WireError, `wire.checksum` where the options refuse what the check says. */
export function decodeSip2(bytes: Uint8Array, options: Sip2Options = SIP2_OPTIONS): Sip2Frame {
  const frame = read(bytes, options);
  const { checksum } = options;
  const needed = checksum === 'strict' || checksum === 'utf16';
  if (needed && frame.check === 'wrong') throw new WireError('wire.checksum', 'the checksum is wrong');
  if (checksum === 'strict' && frame.check === 'missing')
    throw new WireError('wire.checksum', 'the checksum is missing');
  return frame;
}

/**
 * Whether bytes without their CR are a whole message all the same, for servers that forget it: only a good checksum
 * proves that nothing is missing. Where the peer sends none, the fields that are always there must be.
 */
export function isWhole(bytes: Uint8Array, options: Sip2Options = SIP2_OPTIONS): boolean {
  try {
    const { message, check } = decodeSip2(bytes, options);
    if (check !== 'missing') return check === 'good';
    const { always } = MESSAGES[message.name];
    const ended = always.length === 0 || bytes.at(-1) === DELIMITER;
    return ended && always.every((id) => FIELDS[id].name in message);
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

/** One line on the message; its fields go to the trail. Passwords are not shown. @throws WireError */
export function explainSip2(bytes: Uint8Array, options: Sip2Options, trail: FieldSeen[]): string {
  const { message, check } = read(bytes, options, trail);
  const { code, about } = MESSAGES[message.name];
  const sequence =
    message.sequence === undefined ? 'no sequence number' : `sequence number ${message.sequence}`;
  return `${code} ${about}, ${sequence}, checksum ${check}`;
}

function read(framed: Uint8Array, options: Sip2Options, trail?: FieldSeen[]): Sip2Frame {
  const origin = framed.findIndex((byte) => byte !== CR && byte !== LF);
  const bytes = framed.subarray(Math.max(origin, 0), lineEnd(framed));
  if (bytes.length > FRAME_BYTES_MAX)
    throw new WireError('wire.long', `${bytes.length} bytes are no message`);
  const cursor = new Cursor(bytes, trail, Math.max(origin, 0));
  const ascii = (width: number) => decodeText(bytes.subarray(cursor.at, cursor.at + width), 'latin1');
  const name = messageOfCode(ascii(2));
  if (name === undefined) throw new WireError('wire.value', 'no message of SIP2 begins so');
  const declared: MessageDeclaration = MESSAGES[name];
  cursor.take(2, 'message', () => declared.about);
  const values: Record<string, unknown> = { name };
  for (const [field, kind] of Object.entries(declared.fixed)) {
    // Only what is there is read; the cursor refuses what is missing.
    const value = decodeText(bytes.subarray(cursor.at, cursor.at + kind.width), options.encoding);
    cursor.take(kind.width, field, () => words(kind as unknown as AnyKind, value));
    values[field] = kind.read(value);
  }
  const trailer = findTrailer(bytes, cursor.at);
  readFields(cursor, trailer.from, declared, options, values);
  const check = readTrailer(cursor, trailer, options);
  if (trailer.sequence !== undefined) values.sequence = trailer.sequence;
  return { message: values as unknown as Sip2Message, check };
}

function lineEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === CR || bytes[end - 1] === LF)) end -= 1;
  return end;
}

function words(kind: AnyKind, text: string): string {
  return (kind.words as (value: unknown) => string)(kind.read(text));
}

/** Fields until the trailer. A `|` before the first, and empty fields, are skipped: terminals and servers write them. */
function readFields(
  cursor: Cursor,
  to: number,
  declared: MessageDeclaration,
  options: Sip2Options,
  values: Record<string, unknown>,
): void {
  const others: OtherField[] = [];
  const fields = cursor.bytes.subarray(0, to);
  while (cursor.at < to) {
    const length = valueEnd(fields, cursor.at, DELIMITER, options.encoding) - cursor.at;
    const id = decodeText(fields.subarray(cursor.at, cursor.at + Math.min(length, 2)), 'latin1');
    const value = decodeText(fields.subarray(cursor.at + id.length, cursor.at + length), options.encoding);
    const told = options.escape === 'entity' ? value.replaceAll('&#124;', '|') : value;
    const field = isFieldId(id) ? FIELDS[id] : undefined;
    if (length > 0) {
      cursor.take(length, field ? `${id} ${field.about}` : `${id} (not in the standard)`, () =>
        field ? words(field.kind, told) : told,
      );
      if (length > 1) keep(id, told, declared, values, others);
    }
    if (cursor.at < to) cursor.take(1, 'end of field');
  }
  if (others.length > 0) values.others = others;
}

/** The first of a field counts, as servers take it (SIPServer, MsgType.pm); lists take all. */
function keep(
  id: string,
  text: string,
  declared: MessageDeclaration,
  values: Record<string, unknown>,
  others: OtherField[],
): void {
  const known = [...declared.always, ...declared.maybe].find((one: FieldId) => one === id);
  if (known === undefined) {
    others.push([id, text]);
    return;
  }
  const { name, kind }: { name: string; kind: AnyKind } = FIELDS[known];
  if (isList(kind)) values[name] = [...((values[name] as readonly string[] | undefined) ?? []), text];
  else if (Object.hasOwn(values, name)) others.push([id, text]);
  else values[name] = kind.read(text);
}

interface Trailer {
  readonly from: number;
  readonly sequence?: number;
  /** Where the four digits begin. */
  readonly digits?: number;
}

const byteOf = (letter: string) => letter.charCodeAt(0);

/** `[AYn][AZcccc]` at the very end and behind a `|` or the fixed part: so no value can look like one. */
function findTrailer(bytes: Uint8Array, fixedEnd: number): Trailer {
  const starts = (at: number, id: string) => bytes[at] === byteOf('A') && bytes[at + 1] === byteOf(id);
  const behind = (at: number) => at === fixedEnd || (at > fixedEnd && bytes[at - 1] === DELIMITER);
  const end = bytes.length;
  const hasSum =
    starts(end - 6, 'Z') && /^[0-9A-Fa-f]{4}$/.test(decodeText(bytes.subarray(end - 4), 'latin1'));
  const sumAt = hasSum ? end - 6 : end;
  const sequence = (bytes[sumAt - 1] ?? 0) - byteOf('0');
  const hasSequence = starts(sumAt - 3, 'Y') && sequence >= 0 && sequence <= 9 && behind(sumAt - 3);
  if (!hasSequence && !(hasSum && behind(sumAt))) return { from: end };
  return {
    from: hasSequence ? sumAt - 3 : sumAt,
    ...(hasSequence && { sequence }),
    ...(hasSum && { digits: end - 4 }),
  };
}

function readTrailer(cursor: Cursor, trailer: Trailer, options: Sip2Options): Sip2Frame['check'] {
  const { bytes } = cursor;
  if (trailer.sequence !== undefined) cursor.take(3, 'AY sequence number', () => String(trailer.sequence));
  if (trailer.digits === undefined) return 'missing';
  const body = decodeText(bytes.subarray(0, trailer.from), options.encoding);
  const due =
    options.checksum === 'utf16'
      ? dp2Checksum(body.replace(/\|$/, ''))
      : sip2Checksum(bytes.subarray(0, trailer.digits));
  const told = decodeText(bytes.subarray(trailer.digits), 'latin1').toUpperCase();
  cursor.rest('AZ checksum', () => (told === due ? 'good' : `wrong: these bytes have ${due}`));
  return told === due ? 'good' : 'wrong';
}
