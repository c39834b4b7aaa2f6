/** Loans that are told at once are stored as if each had been told alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ingest } from '../../platform/ingest.ts';
import { Store } from '../../platform/store.ts';
import type { Entry, EntryOf } from '../../protocol/platform/entries.ts';
import { chain, returned } from './journal.ts';

const TIME = '2026-01-01T00:00:00.000Z';
const ITEMS = ['i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7', 'i8'];
const TABLES = {
  journal_event: 'sequence, hash, kind, text',
  hold: 'id, terminal, item, status, compartment, code, reason',
  loan: `number, hold, item, patron, terminal, journal, sequence, at, iif(at IS NULL, NULL, due), granted_by, pass, isbn, price_fen,
    ended_by, ended_terminal, ended_sequence`,
  item_return: 'terminal, sequence, item, at, loans',
  conflict: 'number, rule, sequence, item, hold, patron, pass, loan, detail, explained',
  doubt: 'terminal, item, hold',
  stock: 'terminal, item, status, compartment, reason',
  question: 'id, pending',
  revoked: 'id, kind',
} as const;

/** What is known before: each thing that a loan may touch is there for some item. */
const BEFORE = `
  INSERT INTO terminal (id, name) VALUES ('demo', 'demo'), ('other', 'other');
  INSERT INTO hold (id, terminal, item, title, patron, size, status, code, reason, updated) VALUES
    ('h1', 'demo', 'i1', 't', 'p1', 'small', 'ready', '1', 'r', ''), ('h2', 'demo', 'i2', 't', 'p2', 'small', 'withdrawn', NULL, NULL, ''),
    ('h3', 'other', 'i3', 't', 'p1', 'small', 'ready', '1', NULL, ''), ('h4', 'demo', 'i5', 't', 'p3', 'small', 'ready', '1', NULL, '');
  INSERT INTO loan (item, patron, terminal, journal, sequence, at, due) VALUES ('i4', 'p9', 'other', 'j', 1, NULL, '');
  INSERT INTO item_return VALUES ('other', 'j', 2, 'i6', 'A01', NULL, '${TIME}', 0);
  INSERT INTO doubt (terminal, item, compartment, reason, way_out, since) VALUES
    ('demo', 'i1', 'A01', 'r', 'w', ''), ('demo', 'i8', 'A01', 'r', 'w', ''), ('other', 'i1', 'A01', 'r', 'w', '');
  INSERT INTO stock (terminal, item, title, size, online_only, status, compartment, reason, ordered, updated)
    SELECT terminal.id, value, 't', 'small', 0, 'loaded', 'A01', 'r', '', '' FROM terminal, json_each('${JSON.stringify(ITEMS)}');
  INSERT INTO recall VALUES ('i7', '${TIME}');
  INSERT INTO pass VALUES ('00000000000000aa', 'p1', 1, 1, '2099-01-01T00:00:00.000Z');
  INSERT INTO question (terminal, id, kind, item, patron, answer, granted, pending, at)
    SELECT 'demo', patron || value, 'loan', value, patron, '', 1, 1, '' FROM json_each('${JSON.stringify(ITEMS)}'),
      (SELECT 'p1' AS patron UNION SELECT 'p2');`;

const oneOf = fc.constantFrom;
const loanPosted = fc.record({
  kind: fc.constant('loanPosted' as const),
  session: fc.constant('s'),
  hold: oneOf(undefined, undefined, undefined, 'h1', 'h1', 'h1', 'h2', 'h3', 'h4', 'h5'),
  item: oneOf(...ITEMS, 'i9'),
  patron: oneOf('p1', 'p2'),
  compartment: fc.constant('A01'),
  grantedBy: oneOf('hold', 'platform', 'pass'),
  pass: oneOf(undefined, undefined, undefined, '00000000000000aa'),
  evidence: fc.constant(['doorOpened']),
}) as unknown as fc.Arbitrary<EntryOf<'loanPosted'>>;
const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 8, arbitrary: loanPosted },
  { weight: 1, arbitrary: oneOf(...ITEMS).map(returned) },
  { weight: 1, arbitrary: fc.constant<Entry>({ kind: 'compartmentBack', compartment: 'A01' }) },
);

/** What the platform knows after the texts came in batches of so many. */
async function known(texts: readonly string[], atOnce: number): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'platform-'));
  const store = await Store.open(join(folder, 'platform.db'));
  const trouble = (message: string, about: object) => {
    throw new Error(`${message} ${JSON.stringify(about)}`);
  };
  try {
    await store.transaction(async (writer) => {
      for (const sql of BEFORE.split(';').slice(0, -1)) await writer.run(sql);
    });
    const ingest = new Ingest(store, { acknowledge: () => {}, stored: () => {}, trouble });
    for (let at = 0; at < texts.length; at += atOnce) {
      for (const text of texts.slice(at, at + atOnce)) ingest.receive('demo', Buffer.from(text));
      await ingest.idle();
    }
    const tables = Object.entries(TABLES).map(async ([table, columns]) => [
      table,
      await store.all(`SELECT ${columns} FROM ${table} ORDER BY 1, 2`),
    ]);
    return Object.fromEntries(await Promise.all(tables));
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const clock = oneOf('trusted' as const, 'untrusted' as const);

/** Told at once, or one by one. */
const alike = async (entries: readonly Entry[], trust: 'trusted' | 'untrusted') => {
  const texts = chain(entries, undefined, { clock: trust });
  expect(await known(texts, texts.length)).toEqual(await known(texts, 1));
};

test('told at once or one by one, the same is known afterwards', { timeout: 120_000 }, async () => {
  const entries = fc.array(entry, { minLength: 2, maxLength: 16 });
  await fc.assert(fc.asyncProperty(entries, clock, alike), { numRuns: 60 });
});

test('so are loans that nothing else is told with, whether one has to do with another or not', {
  timeout: 120_000,
}, async () => {
  const plain = fc.record({
    kind: fc.constant('loanPosted' as const),
    session: fc.constant('s'),
    what: oneOf(
      ['h1', 'i1'],
      ['h4', 'i5'],
      [undefined, 'i8'],
      [undefined, 'i9'],
      [undefined, 'i10'],
      ['h5', 'i11'],
    ),
    patron: oneOf('p1', 'p2'),
    compartment: fc.constant('A01'),
    grantedBy: oneOf('hold', 'platform'),
    evidence: fc.constant<EntryOf<'loanPosted'>['evidence']>(['doorOpened']),
  });
  const loans = fc
    .array(plain, { minLength: 2, maxLength: 4 })
    .map((told) =>
      told.map(({ what: [hold, item], ...rest }) => ({ ...rest, item, ...(hold ? { hold } : {}) })),
    );
  await fc.assert(fc.asyncProperty(loans, clock, alike), { numRuns: 60 });
});
