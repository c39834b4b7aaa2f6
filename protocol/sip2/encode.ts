/** SIP2 values to bytes. */
import { WireError } from '../wire/error.ts';
import { dp2Checksum, sip2Checksum } from './checksum.ts';
import { decodeText, encodeText } from './encoding.ts';
import { FIELDS, type FieldId, isList } from './fields.ts';
import type { AnyKind } from './kinds.ts';
import { MESSAGES, type MessageDeclaration, type Sip2Message } from './messages.ts';
import { CR, SIP2_OPTIONS, type Sip2Options, VALUE_CHARS_MAX } from './options.ts';

type Values = Readonly<Record<string, unknown>>;
type Write = (value: unknown) => string;

/** CR and LF would end the frame, and no other control character has a meaning. */
const CONTROL = /\p{Cc}/gu;

/** The whole frame with its CR. @throws WireError `wire.long` for a value that SIP2 cannot carry; its text is not told. */
export function encodeSip2(message: Sip2Message, options: Sip2Options = SIP2_OPTIONS): Uint8Array {
  const declared: MessageDeclaration = MESSAGES[message.name];
  const values = message as unknown as Values;
  let text = declared.code;
  for (const [name, kind] of Object.entries(declared.fixed)) {
    const { write } = kind as unknown as { write: Write };
    // Fixed places count bytes, so they hold ASCII only.
    text += write(values[name]).replace(/[^ -~]/g, '?');
  }
  for (const id of declared.always) text += variable(id, values, options, true);
  for (const id of declared.maybe) text += variable(id, values, options, false);
  for (const [id, value] of message.others ?? []) text += one(id.slice(0, 2), value, options);
  return encodeText(
    `${withTrailer(text, message.sequence, options)}${String.fromCharCode(CR)}`,
    options.encoding,
  );
}

function variable(id: FieldId, values: Values, options: Sip2Options, always: boolean): string {
  const { name, kind }: { name: string; kind: AnyKind } = FIELDS[id];
  const value = values[name];
  if (value === undefined) return always ? `${id}|` : '';
  if (isList(kind)) return (value as readonly string[]).map((item) => one(id, item, options)).join('');
  return one(id, (kind.write as Write)(value), options);
}

function one(id: string, value: string, options: Sip2Options): string {
  if ([...value].length > VALUE_CHARS_MAX)
    throw new WireError('wire.long', `${id} is longer than ${VALUE_CHARS_MAX} characters`);
  return `${id}${clean(value, options.escape)}|`;
}

function clean(value: string, how: Sip2Options['escape']): string {
  return value.replace(CONTROL, ' ').replaceAll('|', how === 'entity' ? '&#124;' : ' ');
}

function withTrailer(text: string, sequence: number | undefined, options: Sip2Options): string {
  if (options.checksum === 'off') return text;
  if (sequence !== undefined && !(Number.isInteger(sequence) && sequence >= 0 && sequence <= 9))
    throw new RangeError('a sequence number is 0 to 9');
  const open = `${text}${sequence === undefined ? '' : `AY${sequence}`}AZ`;
  const sum =
    options.checksum === 'utf16'
      ? // The reader counts what arrives, which may be a question mark.
        dp2Checksum(decodeText(encodeText(text.replace(/\|$/, ''), options.encoding), options.encoding))
      : sip2Checksum(encodeText(open, options.encoding));
  return `${open}${sum}`;
}
