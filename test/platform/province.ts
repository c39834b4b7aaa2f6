/** The platform without a network: what terminals would tell is handed to the real ingest, over a real database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unanswered } from '../../platform/commands.ts';
import { listConflicts } from '../../platform/conflicts.ts';
import { Credit } from '../../platform/credit.ts';
import { Fleet } from '../../platform/fleet.ts';
import { listLoans } from '../../platform/loans.ts';
import { Orders } from '../../platform/orders.ts';
import { Questions } from '../../platform/questions.ts';
import { answered } from '../../platform/replies.ts';
import { Stock } from '../../platform/stock.ts';
import { Store } from '../../platform/store.ts';
import { Terminals } from '../../platform/terminals.ts';
import type { Command, CommandKind, Reply } from '../../protocol/platform/commands.ts';
import type { Entry, EntryOf } from '../../protocol/platform/entries.ts';
import { CHAIN_START, eventHash, journalEventText } from '../../protocol/platform/journal-event.ts';
import type { Answer, PlatformQuestion } from '../../protocol/platform/questions.ts';
import { JOURNAL } from './journal.ts';

export interface When {
  readonly wallMs?: number;
  readonly clock?: 'trusted' | 'untrusted';
}

export type Row = Readonly<Record<string, unknown>>;
const TERMINALS = ['demo', 'other'];

export class Province {
  readonly folder: string;
  readonly store: Store;
  readonly terminals: Terminals;
  readonly fleet: Fleet;
  readonly orders: Orders;
  readonly credit: Credit;
  readonly stock: Stock;
  readonly questions: Questions;
  readonly #ends = new Map<string, { sequence: number; previousHash: string }>();
  #asked = 0;

  private constructor(folder: string, store: Store, terminals: Terminals, credit: Credit) {
    this.folder = folder;
    this.store = store;
    this.terminals = terminals;
    this.credit = credit;
    this.fleet = new Fleet(store, terminals);
    this.orders = new Orders(store, terminals);
    this.stock = new Stock(store, terminals);
    this.questions = new Questions(store);
  }

  static async open(): Promise<Province> {
    const folder = await mkdtemp(join(tmpdir(), 'province-'));
    const store = await Store.open(join(folder, 'platform.db'));
    const quiet = { changed: () => {}, trouble: () => {} };
    const terminals = new Terminals({ store, broker: 'mqtt://127.0.0.1:1', ...quiet });
    const province = new Province(folder, store, terminals, await Credit.open(store, terminals, folder));
    for (const id of TERMINALS) await province.fleet.register(id, id, []);
    return province;
  }

  async close(): Promise<void> {
    await this.store.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The terminal's journal goes on; the texts, so that they can be told again. */
  async told(terminal: string, entries: readonly Entry[], when: When = {}): Promise<string[]> {
    const texts = entries.map((entry) => {
      const { sequence, previousHash } = this.#ends.get(terminal) ?? {
        sequence: 0,
        previousHash: CHAIN_START,
      };
      const at = { terminal, journal: JOURNAL, sequence: sequence + 1, previousHash };
      const moment = { wallMs: Date.now(), clock: 'trusted', monotonicMs: 1, boot: 1, ...when } as const;
      const text = journalEventText(entry, at, moment);
      this.#ends.set(terminal, { sequence: sequence + 1, previousHash: eventHash(text) });
      return text;
    });
    await this.again(terminal, texts);
    return texts;
  }

  async again(terminal: string, texts: readonly string[]): Promise<void> {
    for (const text of texts) this.terminals.ingest.receive(terminal, Buffer.from(text));
    await this.terminals.ingest.idle();
  }

  async ask(terminal: string, question: PlatformQuestion, id?: string): Promise<Answer | undefined> {
    this.#asked += 1;
    return this.questions.answer(terminal, { id: id ?? `q${this.#asked}`, question });
  }

  async commands(terminal: string, kind?: CommandKind): Promise<Command[]> {
    const all = (await unanswered(this.store, terminal)).map(({ body }) => JSON.parse(body) as Command);
    return all.filter(({ action }) => kind === undefined || action.kind === kind);
  }

  /** The terminal answers all that it was asked. */
  async answer(terminal: string, outcome: Reply['outcome'] = 'done', reason?: string): Promise<void> {
    for (const { id } of await this.commands(terminal))
      await answered(this.store, terminal, { id, outcome, ...(reason ? { reason } : {}) });
  }

  conflicts = (all = false) => listConflicts(this.store, all) as Promise<Row[]>;
  loans = () => listLoans(this.store) as Promise<Row[]>;
  rows = (sql: string, ...parameters: string[]) => this.store.all<Row>(sql, ...parameters);

  async order(item: string, patron = 'p1', terminal = 'demo'): Promise<string> {
    const order = { terminal, item, title: `title of ${item}`, patron } as const;
    return ((await this.orders.place(order)) as { hold: string }).hold;
  }
}

const DOORS = ['doorOpened', 'doorClosed'] as const;

/** Open stock, lent by the platform's word where `more` says nothing else. */
export const lent = (
  item: string,
  patron: string,
  more: Partial<EntryOf<'loanPosted'>> = {},
): EntryOf<'loanPosted'> => ({
  kind: 'loanPosted',
  session: 's1',
  item,
  patron,
  compartment: 'A01',
  grantedBy: 'platform',
  evidence: [...DOORS],
  ...more,
});

export const back = (item: string): Entry => ({
  kind: 'itemReturned',
  session: 's2',
  item,
  compartment: 'A05',
  evidence: [...DOORS],
});

export const loaded = (item: string, hold?: string): Entry => ({
  kind: 'itemLoaded',
  session: 's3',
  ...(hold ? { hold } : {}),
  item,
  compartment: 'A02',
  courier: 'c',
});

export const takenOut = (item: string, why: EntryOf<'itemUnloaded'>['why'], hold?: string): Entry => ({
  kind: 'itemUnloaded',
  session: 's4',
  ...(hold ? { hold } : {}),
  item,
  compartment: 'A02',
  courier: 'c',
  why,
  evidence: [...DOORS],
});
