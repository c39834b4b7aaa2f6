/** What a simulated library is given: by the argument of the simulator, and while it runs by its control routes. */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { InvalidArgumentError } from 'commander';
import { SimulatedAcs } from './acs.ts';
import { Collection, HABITS } from './collection.ts';

const closed = { additionalProperties: false } as const;
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema);
const Id = Type.String({ minLength: 1, maxLength: 64 });
const Text = Type.String({ maxLength: 255 });
const YesNo = Type.Boolean();
const oneOf = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))));

const PatronSchema = Type.Object(
  {
    id: Id,
    pin: Type.String({ maxLength: 32 }),
    name: Text,
    blocked: maybe(YesNo),
    lost: maybe(YesNo),
    itemsMax: maybe(Type.Integer({ minimum: 0, maximum: 9_999 })),
  },
  closed,
);
const ItemSchema = Type.Object(
  {
    id: Id,
    title: Text,
    inTransit: maybe(YesNo),
    status: maybe(Type.String({ pattern: '^(0[1-9]|1[0-3])$' })),
  },
  closed,
);
const HoldSchema = Type.Object({ patronId: Id, itemId: Id, waits: YesNo }, closed);
/** `null` ends the loan, as at a desk. */
const LoanSchema = Type.Object({ itemId: Id, patronId: Type.Union([Id, Type.Null()]) }, closed);
const HabitsSchema = Type.Object(
  {
    listsHold: maybe(oneOf('titles', 'barcodes')),
    mixesHolds: maybe(YesNo),
    checksPinOfLoans: maybe(YesNo),
    onLine: maybe(YesNo),
    offLineOk: maybe(YesNo),
    takesNoBlock: maybe(YesNo),
    checksInWhatIsIn: maybe(YesNo),
    renewsForOthers: maybe(YesNo),
    tellsValidPatron: maybe(YesNo),
  },
  closed,
);
const QuirksSchema = Type.Object(
  {
    checksum: maybe(oneOf('good', 'wrong', 'utf16', 'none')),
    sequence: maybe(oneOf('echo', 'fixed', 'wrong')),
    encoding: maybe(oneOf('utf-8', 'latin1', 'gb18030')),
    escape: maybe(oneOf('entity', 'none')),
    ends: maybe(oneOf('cr', 'lfFirst', 'lf', 'none')),
    workers: maybe(Type.Integer({ minimum: 1, maximum: 64 })),
    closesAfterFin: maybe(YesNo),
    remembersSequence: maybe(YesNo),
    statusBeforeLogin: maybe(YesNo),
    needsPasswordFields: maybe(YesNo),
  },
  closed,
);

const CHANGES = {
  patrons: maybe(Type.Array(PatronSchema, { maxItems: 64 })),
  items: maybe(Type.Array(ItemSchema, { maxItems: 64 })),
  loans: maybe(Type.Array(LoanSchema, { maxItems: 64 })),
  holds: maybe(Type.Array(HoldSchema, { maxItems: 64 })),
  habits: maybe(HabitsSchema),
} as const;

/** Patrons and items are added, or replaced by their ids; loans and habits changed; `holds` are all there are. */
export const LibraryChangeSchema = Type.Object(CHANGES, closed);
export type LibraryChange = Static<typeof LibraryChangeSchema>;
const LibraryPlanSchema = Type.Object({ ...CHANGES, quirks: maybe(QuirksSchema) }, closed);
type LibraryPlan = Static<typeof LibraryPlanSchema>;

/** What the demonstration's terminal logs in with. */
const ACCOUNT = { userId: 'terminal', password: 'terminal-demo' };

/** The argument: JSON. */
export function libraryPlan(text: string): LibraryPlan {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('JSON with patrons, items, loans, holds, habits, quirks');
  }
  const error = Value.Errors(LibraryPlanSchema, plan).First();
  if (error) throw new InvalidArgumentError(`${error.path}: ${error.message}`);
  return plan as LibraryPlan;
}

export function makeLibrary({ quirks = {}, ...change }: LibraryPlan): SimulatedAcs {
  const collection = new Collection([], [], localNow);
  changeLibrary(collection, change);
  return new SimulatedAcs(collection, ACCOUNT, set(quirks));
}

export function changeLibrary(collection: Collection, change: LibraryChange): void {
  const { patrons = [], items = [], loans = [], holds, habits = {} } = change;
  for (const patron of patrons) collection.patrons.set(patron.id, set(patron));
  for (const item of items) collection.items.set(item.id, set(item));
  for (const { itemId, patronId } of loans)
    if (patronId === null) collection.loans.delete(itemId);
    else collection.loans.set(itemId, { patronId, dueDate: '2026-12-31 23:59:59', since: undefined });
  if (holds) collection.holds.splice(0, collection.holds.length, ...holds);
  collection.habits = { ...HABITS, ...collection.habits, ...set(habits) };
}

/** Typebox says of each optional field that it may be `undefined`; parsed JSON has none such. */
const set = <T extends object>(value: T) => value as { [K in keyof T]: Exclude<T[K], undefined> };

function localNow(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
