/** Any SIP2 message, for property tests: made from the table itself, so that none is forgotten. */
import fc from 'fast-check';
import { FIELDS, type FieldId } from '../../protocol/sip2/fields.ts';
import { type AnyKind, date, dateText, done, flag, list, yesNo } from '../../protocol/sip2/kinds.ts';
import {
  MESSAGES,
  type MessageDeclaration,
  type MessageName,
  type Sip2Message,
} from '../../protocol/sip2/messages.ts';
import { VALUE_CHARS_MAX } from '../../protocol/sip2/options.ts';
import { PATRON_STATUSES, SUMMARIES, SUPPORTED_MESSAGES } from '../../protocol/sip2/words.ts';

/** Any text, all planes and control characters; not longer than SIP2 allows. */
const anyText = fc.string({ unit: 'binary', maxLength: VALUE_CHARS_MAX });

const anyDate = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2999-12-31T00:00:00Z'), noInvalidDate: true })
  .chain((time) => fc.constantFrom(time.toISOString().slice(0, 19), `${time.toISOString().slice(0, 19)}Z`));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const some = (names: readonly string[]) => fc.subarray([...names]);

function fixedValue(kind: AnyKind & { width: number }): fc.Arbitrary<unknown> {
  if (kind === date) return maybe(anyDate);
  if (kind === done || kind === yesNo) return fc.boolean();
  if (kind.width === 14) return some(PATRON_STATUSES);
  if (kind.width === 10) return some(SUMMARIES);
  if (kind.read('7'.padStart(kind.width)) === 7) return maybe(fc.nat(10 ** kind.width - 1));
  return fc.string({
    unit: fc.constantFrom(...'ABCxyz0189+-*. '),
    minLength: kind.width,
    maxLength: kind.width,
  });
}

function variableValue(id: FieldId): fc.Arbitrary<unknown> {
  const kind: AnyKind = FIELDS[id].kind;
  if (kind === list) return fc.array(anyText, { minLength: 1, maxLength: 3 });
  if (kind === flag) return fc.boolean();
  if (kind === dateText) return anyDate;
  if (id === 'BX') return some(SUPPORTED_MESSAGES);
  if (id === 'BZ' || id === 'CA' || id === 'CB') return fc.nat(9_999);
  if ('width' in kind) return fc.string({ unit: fc.constantFrom(...'0189'), minLength: 3, maxLength: 3 });
  return anyText;
}

const widthOf = (id: FieldId): number | undefined => {
  const kind: AnyKind & { width?: number } = FIELDS[id].kind;
  return id === 'BX' || kind === dateText ? undefined : kind.width;
};

function anyMessageOf(name: MessageName): fc.Arbitrary<Sip2Message> {
  const declared: MessageDeclaration = MESSAGES[name];
  const values: Record<string, fc.Arbitrary<unknown>> = { name: fc.constant(name) };
  for (const [field, kind] of Object.entries(declared.fixed))
    values[field] = fixedValue(kind as unknown as AnyKind & { width: number });
  for (const id of [...declared.always, ...declared.maybe]) {
    const width = widthOf(id);
    const value = variableValue(id);
    values[FIELDS[id].name] =
      width && id !== 'BZ' && id !== 'CA' && id !== 'CB'
        ? value.map((text) => String(text).slice(0, width))
        : value;
  }
  values.sequence = fc.option(fc.nat(9), { nil: undefined });
  values.others = fc.option(
    fc.array(fc.tuple(fc.constantFrom('KQ', 'XX', 'x1'), anyText), { minLength: 1, maxLength: 3 }),
    {
      nil: undefined,
    },
  );
  return fc.record(values) as unknown as fc.Arbitrary<Sip2Message>;
}

export const anyMessage = fc
  .constantFrom(...(Object.keys(MESSAGES) as MessageName[]))
  .chain((name) => anyMessageOf(name));
