/** Terminals, loans, returns, doubts and journals as the web API tells them. */
import { badgeHash } from '../protocol/platform/codes.ts';
import type { TerminalState } from '../protocol/platform/state.ts';
import { commandOutcome, enqueue } from './commands.ts';
import { listConflicts, OPEN_CONFLICT, seen } from './conflicts.ts';
import { listDoubts, settle } from './doubts.ts';
import { tellEverything } from './knowledge.ts';
import { listLoans } from './loans.ts';
import { Refusal } from './refusal.ts';
import { listReturns } from './returns.ts';
import type { Store } from './store.ts';
import type { Terminals } from './terminals.ts';

interface TerminalRow {
  readonly id: string;
  readonly name: string;
  readonly link: string;
  readonly journal: string | null;
  readonly state: string | null;
  readonly chain: string;
  readonly last_seen: string | null;
  readonly unanswered: number;
}

/** `loans` were posted, `openLoans` are not returned yet. */
type Counted = Readonly<Record<'loans' | 'openLoans' | 'returns' | 'doubts' | 'doubled', number>>;

/** The newest of them. */
const RETURNS_TOLD = 100;

export interface CourierBadge {
  readonly courier: string;
  readonly badge: string;
}

export class Fleet {
  readonly #store: Store;
  readonly #terminals: Terminals;

  constructor(store: Store, terminals: Terminals) {
    this.#store = store;
    this.#terminals = terminals;
  }

  /** Makes the terminal known and tells it its couriers; only hashes of badges are kept. */
  async register(terminal: string, name: string, couriers: readonly CourierBadge[]): Promise<object> {
    const hashed = couriers.map(({ courier, badge }) => ({ courier, badgeHash: badgeHash(badge) }));
    await this.#store.transaction(async (writer) => {
      const before = await writer.all<{ courier: string; badgeHash: string }>(
        'SELECT courier, badge_hash AS badgeHash FROM courier WHERE terminal = ? ORDER BY courier',
        terminal,
      );
      const known = await writer.all('SELECT 1 FROM terminal WHERE id = ?', terminal);
      await writer.run(
        'INSERT INTO terminal (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = ?',
        terminal,
        name,
        name,
      );
      await writer.run('DELETE FROM courier WHERE terminal = ?', terminal);
      for (const one of hashed)
        await writer.run('INSERT INTO courier VALUES (?, ?, ?)', terminal, one.courier, one.badgeHash);
      if (JSON.stringify(before) !== JSON.stringify(hashed))
        await enqueue(writer, terminal, { kind: 'setCouriers', couriers: hashed });
      if (known.length === 0) await tellEverything(writer, terminal);
    });
    this.#terminals.registered(terminal);
    return { terminal, name, couriers: hashed.length };
  }

  async terminals(): Promise<object[]> {
    const rows = await this.#store.all<TerminalRow>(
      `SELECT terminal.*, (SELECT count(*) FROM command WHERE terminal = terminal.id AND outcome IS NULL) AS unanswered
       FROM terminal ORDER BY id`,
    );
    return Promise.all(
      rows.map(async ({ id, name, link, journal, state, chain, last_seen, unanswered }) => ({
        terminal: id,
        name,
        link,
        journal,
        acknowledged: journal ? (await this.#terminals.ingest.position(id, journal)).sequence : 0,
        unansweredCommands: unanswered,
        chain,
        lastSeen: this.#lastSeen(id) ?? last_seen,
        telemetry: this.#terminals.telemetry.get(id),
        compartments: state ? (JSON.parse(state) as TerminalState).compartments : [],
      })),
    );
  }

  #lastSeen(terminal: string): string | undefined {
    const heardMs = this.#terminals.heardMs.get(terminal);
    return heardMs === undefined ? undefined : new Date(heardMs).toISOString();
  }

  /** Where else, when the cabinet is full. */
  async setNeighbours(terminal: string, neighbours: readonly string[]): Promise<object> {
    await this.#store.transaction(async (writer) => {
      const known = await writer.all('SELECT 1 FROM terminal WHERE id = ?', terminal);
      if (known.length === 0) throw new Refusal(404, `no terminal ${terminal}`);
      const told = JSON.stringify(neighbours);
      await writer.run('UPDATE terminal SET neighbours = ? WHERE id = ?', told, terminal);
      await enqueue(writer, terminal, { kind: 'setNeighbours', neighbours: [...neighbours] });
    });
    this.#terminals.sendCommands(terminal);
    return { terminal, neighbours };
  }

  /** What terminals, libraries and we refused, by reason. */
  refusals(): Promise<object[]> {
    return this.#store.all(
      'SELECT terminal, by, reason, count FROM refusal ORDER BY count DESC, terminal, by, reason',
    );
  }

  /** Of commands that were given. */
  async command(id: string): Promise<object> {
    const outcome = await commandOutcome(this.#store, id);
    if (!outcome) throw new Refusal(404, `no command ${id}`);
    return outcome;
  }

  conflicts(all: boolean): Promise<object[]> {
    return listConflicts(this.#store, all);
  }

  seen(conflict: number, word: string): Promise<object> {
    return seen(this.#store, conflict, word);
  }

  loans(patron?: string): Promise<object[]> {
    return listLoans(this.#store, patron);
  }

  returns(): Promise<object[]> {
    return listReturns(this.#store, RETURNS_TOLD);
  }

  doubts(): Promise<object[]> {
    return listDoubts(this.#store);
  }

  /** What the terminal answers stands beside the doubt: it may be away for days. */
  async settle(terminal: string, item: string): Promise<object> {
    await this.#store.transaction((writer) => settle(writer, terminal, item));
    this.#terminals.sendCommands(terminal);
    return {};
  }

  /** Entries of the terminal's newest journal after a sequence; the newest ones where `after` is missing. */
  async journal(terminal: string, after: number | undefined, limit: number): Promise<object[]> {
    const from =
      'FROM journal_event WHERE terminal = ? AND journal = (SELECT journal FROM terminal WHERE id = ?)';
    const rows = await this.#store.all<{ text: string }>(
      after === undefined
        ? `SELECT text FROM (SELECT sequence, text ${from} ORDER BY sequence DESC LIMIT ?) ORDER BY sequence`
        : `SELECT text ${from} AND sequence > ? ORDER BY sequence LIMIT ?`,
      ...[terminal, terminal, ...(after === undefined ? [] : [after]), limit],
    );
    return rows.map(({ text }) => JSON.parse(text) as object);
  }

  async counts(): Promise<object> {
    const [row] = await this.#store.all<Counted>(
      `SELECT (SELECT count(*) FROM loan) AS loans, (SELECT count(*) FROM loan WHERE ended_by IS NULL) AS openLoans,
         (SELECT count(*) FROM item_return) AS returns, (SELECT count(*) FROM doubt) AS doubts,
         (SELECT count(*) FROM conflict WHERE ${OPEN_CONFLICT}) AS doubled`,
    );
    return { ...row, ...this.#terminals.ingest.counts };
  }
}
