/** Credit passes: made, renewed, revoked; keys that change without any terminal refusing an honest pass. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Credit } from '../../platform/credit.ts';
import { tierOf } from '../../platform/tiers.ts';
import { passKeys, readPass } from '../../protocol/platform/credit-pass.ts';
import { lent, Province, type Row } from './province.ts';

interface Issued {
  readonly pass: string;
  readonly text: string;
  readonly itemsMax: number;
  readonly key: number;
  readonly qr: string;
}

const DAY_MS = 86_400_000;

describe('credit passes', () => {
  let province: Province;
  /** What each terminal knows: the keys of the last command that it has answered. */
  let known: Map<string, ReturnType<typeof passKeys>>;
  const issue = (more: object = {}) => province.credit.issue({ patron: 'p1', ...more }) as Promise<Issued>;
  const keys = () => province.credit.keys() as Promise<Row[]>;
  const states = async () => (await keys()).map(({ key, state }) => `${key} ${state}`);
  /** The terminal takes all commands and answers them. */
  const obeys = async (terminal: string) => {
    for (const { action } of await province.commands(terminal))
      if (action.kind === 'setPassKeys') known.set(terminal, passKeys(action.keys));
    await province.answer(terminal);
  };
  const reads = (terminal: string, { text }: Issued) => readPass(text, known.get(terminal) ?? new Map());
  const past = async (key: number) =>
    province.store.transaction((writer) =>
      writer.run(
        'UPDATE pass_key SET passes_until = ? WHERE key = ?',
        new Date(Date.now() - DAY_MS).toISOString(),
        key,
      ),
    );

  beforeEach(async () => {
    province = await Province.open();
    known = new Map();
    await province.credit.putPatron('p1', { tier: 2 });
    for (const terminal of ['demo', 'other']) await obeys(terminal);
  });
  afterEach(() => province.close());

  test('a pass says what the tier allows, is read with no network, and fits a QR code', async () => {
    const issued = await issue();
    const { itemsMax, loanDays } = tierOf(2);
    expect(reads('demo', issued)).toMatchObject({
      pass: { patron: 'p1', tier: 2, itemsMax, loanDays, pass: issued.pass, key: issued.key },
    });
    expect(issued.qr).toContain('<svg');
    expect(JSON.stringify(await province.rows('SELECT * FROM pass'))).not.toContain(issued.text);
  });

  test('a pass is renewed, not doubled: what it lent and what is on loan is taken off', async () => {
    const first = await issue();
    await province.told('demo', [lent('i1', 'p1', { pass: first.pass }), lent('i2', 'p1')]);
    const second = await issue();
    expect(second.pass).toBe(first.pass);
    // One lent on it, and room for four more.
    expect(second.itemsMax).toBe(1 + tierOf(2).itemsMax - 2);
    await province.credit.revoke({ passes: [first.pass] });
    expect((await issue()).pass).not.toBe(first.pass);
  });

  test('a patron with everything on loan gets a pass that opens holds and lends nothing', async () => {
    const items = Array.from({ length: tierOf(2).itemsMax }, (_, at) => lent(`i${at}`, 'p1'));
    await province.told('demo', items);
    expect((await issue()).itemsMax).toBe(0);
  });

  test('nobody gets one who is unknown or blocked', async () => {
    await expect(province.credit.issue({ patron: 'nobody' })).rejects.toThrow(/no patron nobody/);
    await province.credit.revoke({ patrons: ['p1'] });
    await expect(issue()).rejects.toThrow(/is blocked/);
    await province.credit.putPatron('p1', { tier: 1, standing: 'good' });
    await issue();
  });

  test('a revocation reaches every terminal, and one that is registered later', async () => {
    const { pass } = await issue();
    await province.credit.revoke({ passes: [pass] });
    await province.credit.revoke({ patrons: ['p9'] });
    await province.stock.recall('i7');
    await province.fleet.setNeighbours('demo', ['Luqiao']);
    for (const terminal of ['demo', 'other'])
      expect(await province.commands(terminal, 'revokePasses')).toHaveLength(2);
    await province.fleet.register('third', 'third', []);
    await province.fleet.register('third', 'third, renamed', []);
    const told = (await province.commands('third')).map(({ action }) => action);
    expect(told).toMatchObject([
      { kind: 'setPassKeys' },
      { kind: 'revokePasses', passes: [pass], patrons: ['p9'] },
      { kind: 'recallItem', item: 'i7' },
    ]);
  });

  test('private keys are in files of their own, for nobody else to read, and not in the database', async () => {
    const folder = join(province.folder, 'pass-keys');
    const [name = ''] = await readdir(folder);
    expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    const pem = await readFile(join(folder, name), 'utf8');
    const database = await readFile(join(province.folder, 'platform.db'), 'latin1');
    expect(database).not.toContain(pem.split('\n')[1]);
  });

  test('a new key signs only when every terminal has answered, and no pass is ever unreadable', async () => {
    const passes = [await issue()];
    const readable = () => {
      for (const terminal of ['demo', 'other'])
        for (const pass of passes)
          expect(reads(terminal, pass), `${terminal} key ${pass.key}`).toHaveProperty('pass');
    };
    readable();
    await province.credit.rotate();
    expect(await states()).toEqual(['1 signing', '2 coming']);
    passes.push(await issue());
    readable();
    await obeys('demo');
    passes.push(await issue());
    expect(passes.map(({ key }) => key)).toEqual([1, 1, 1]);
    await expect(province.credit.rotate()).rejects.toThrow(/1 terminals have not answered/);
    readable();
    await obeys('other');
    passes.push(await issue());
    expect(await states()).toEqual(['1 ending', '2 signing']);
    expect(passes.at(-1)?.key).toBe(2);
    readable();
    expect(await readdir(join(province.folder, 'pass-keys'))).toEqual(['2.pem']);
    await past(1);
    await issue();
    expect(await states()).toEqual(['2 signing']);
    for (const terminal of ['demo', 'other']) await obeys(terminal);
    expect(reads('demo', passes[0] as Issued)).toEqual({ fault: 'unknownKey' });
    expect(reads('demo', passes.at(-1) as Issued)).toHaveProperty('pass');
  });

  test('a terminal that is registered while a key is coming is waited for as well', async () => {
    await province.credit.rotate();
    await province.fleet.register('third', 'third', []);
    for (const terminal of ['demo', 'other']) await obeys(terminal);
    expect((await issue()).key).toBe(1);
    await obeys('third');
    const issued = await issue();
    expect(issued.key).toBe(2);
    expect(reads('third', issued)).toHaveProperty('pass');
  });

  test('keys outlive the process; a lost file is replaced by a new key, and its passes still count', async () => {
    const before = await issue();
    const again = await Credit.open(province.store, province.terminals, province.folder);
    expect(((await again.issue({ patron: 'p1' })) as Issued).key).toBe(before.key);
    await rm(join(province.folder, 'pass-keys'), { recursive: true });
    const third = await Credit.open(province.store, province.terminals, province.folder);
    expect(((await third.issue({ patron: 'p1' })) as Issued).key).toBe(2);
    for (const terminal of ['demo', 'other']) await obeys(terminal);
    expect(reads('demo', before)).toHaveProperty('pass');
  });

  test('keys are numbered on, so that an old pass never meets a new key of its number', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await province.credit.rotate();
      for (const terminal of ['demo', 'other']) await obeys(terminal);
      await issue();
    }
    expect(await states()).toEqual(['1 ending', '2 ending', '3 ending', '4 signing']);
    for (const key of [1, 2, 3]) await past(key);
    await issue();
    await province.credit.rotate();
    expect((await keys()).map(({ key }) => key)).toEqual([4, 5]);
  });
});
