/** Orders as the web API tells them, and what can be done with one. */
import { randomUUID } from 'node:crypto';
import type { Reach, Size } from '../protocol/platform/words.ts';
import { enqueue } from './commands.ts';
import { ENDED_HOLD, placeHold } from './holds.ts';
import { type Ending, endOf, LOAN_ENDED } from './loans.ts';
import { Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import type { Terminals } from './terminals.ts';

export interface NewOrder {
  readonly terminal: string;
  readonly item: string;
  readonly title: string;
  readonly patron: string;
  readonly size?: Size;
  /** Missing: anywhere. */
  readonly reach?: Reach;
}

interface HoldRow {
  readonly id: string;
  readonly terminal: string;
  readonly item: string;
  readonly title: string;
  readonly status: string;
  readonly compartment: string | null;
  readonly code: string | null;
  readonly updated: string;
  readonly reason: string | null;
  readonly due: string | null;
  readonly sequence: number | null;
  readonly disputed: string | null;
  readonly ended_by: Ending | null;
  readonly ended_at: string | null;
  readonly ended_terminal: string | null;
  readonly ended_sequence: number | null;
}

/** "Open for me" is for somebody who stands there; what comes later opens nothing. */
const OPEN_MS = 60_000;

export class Orders {
  readonly #store: Store;
  readonly #terminals: Terminals;

  constructor(store: Store, terminals: Terminals) {
    this.#store = store;
    this.#terminals = terminals;
  }

  async place({ terminal, item, title, patron, size = 'small', reach }: NewOrder): Promise<object> {
    const known = await this.#store.all<{ id: string }>('SELECT id FROM terminal');
    if (!known.some(({ id }) => id === terminal))
      throw new Refusal(
        404,
        `no terminal ${terminal}; known: ${known.map(({ id }) => id).join(', ') || 'none'}`,
      );
    const hold = randomUUID();
    await this.#store.transaction(async (writer) => {
      const same = await writer.all(`SELECT 1 FROM hold WHERE item = ? AND NOT ${ENDED_HOLD}`, item);
      if (same.length > 0)
        throw new Refusal(409, `item ${item} is on hold already: collect or withdraw that order first`);
      const now = new Date().toISOString();
      await writer.run(
        `INSERT INTO hold (id, terminal, item, title, patron, size, reach, status, updated, ordered)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'ordered', ?, ?)`,
        ...[hold, terminal, item, title, patron, size, reach ?? null, now, now],
      );
      const held = { id: hold, item, title, patron, size, reach: reach ?? null };
      await enqueue(writer, terminal, placeHold(held));
    });
    this.#terminals.sendCommands(terminal);
    return { hold, status: 'ordered', item, title };
  }

  async all(): Promise<object[]> {
    return (await this.#rows('')).map(told);
  }

  async one(hold: string): Promise<ReturnType<typeof told>> {
    const [row] = await this.#rows('WHERE hold.id = ?', hold);
    if (!row) throw new Refusal(404, `no order ${hold}`);
    return told(row);
  }

  async withdraw(hold: string): Promise<object> {
    const { terminal, status } = await this.one(hold);
    if (status === 'lent' || status === 'withdrawn') throw new Refusal(409, `the order is ${status}`);
    await this.#store.transaction(async (writer) => {
      const asked = await writer.all(
        `SELECT 1 FROM command WHERE terminal = ? AND outcome IS NULL
         AND json_extract(body, '$.action.kind') = 'withdrawHold' AND json_extract(body, '$.action.hold') = ?`,
        terminal,
        hold,
      );
      if (asked.length === 0) await enqueue(writer, terminal, { kind: 'withdrawHold', hold });
    });
    this.#terminals.sendCommands(terminal);
    return {};
  }

  /** From the patron's telephone, beside the cabinet. */
  async open(holds: readonly string[]): Promise<object> {
    const rows = await Promise.all(holds.map((hold) => this.one(hold)));
    const [first] = rows;
    if (!first || rows.some(({ terminal }) => terminal !== first.terminal))
      throw new Refusal(409, 'the holds are at different terminals: open them one terminal at a time');
    const not = rows.find(({ status }) => status !== 'ready' && status !== 'loaded');
    if (not) throw new Refusal(409, `the order ${not.hold} is ${not.status}`);
    const command = await this.#store.transaction((writer) =>
      enqueue(writer, first.terminal, { kind: 'openFor', holds: [...holds] }, OPEN_MS),
    );
    this.#terminals.sendCommands(first.terminal);
    return { command, terminal: first.terminal };
  }

  #rows(where: string, ...parameters: string[]): Promise<HoldRow[]> {
    return this.#store.all<HoldRow>(
      `SELECT hold.*, loan.due, loan.sequence, loan.disputed, ${LOAN_ENDED} FROM hold LEFT JOIN loan ON loan.hold = hold.id
       ${where} ORDER BY hold.rowid DESC`,
      ...parameters,
    );
  }
}

/** The code is shown only when the terminal has said that it can check it. */
function told(row: HoldRow) {
  const { id, terminal, item, title, status, compartment, code, updated, reason, due, sequence, disputed } =
    row;
  return {
    hold: id,
    terminal,
    item,
    title,
    status,
    updatedAt: updated,
    ...(reason ? { reason } : {}),
    ...(compartment ? { compartment } : {}),
    ...(code && status === 'ready' ? { code } : {}),
    ...(due
      ? { loan: { due, postedAtSequence: sequence, ...(disputed ? { disputed } : {}), ...endOf(row) } }
      : {}),
  };
}
