/** Orders as the web API tells them, and what can be done with one. */
import { randomUUID } from 'node:crypto';
import type { Size } from '../protocol/platform/words.ts';
import { enqueue } from './commands.ts';
import { Refusal } from './refusal.ts';
import { LOAN_RETURNED, returnOf } from './returns.ts';
import type { Store } from './store.ts';
import type { Terminals } from './terminals.ts';

export interface NewOrder {
  readonly terminal: string;
  readonly item: string;
  readonly title: string;
  readonly patron: string;
  readonly size?: Size;
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
  readonly returned_at: string | null;
  readonly returned_terminal: string | null;
  readonly returned_sequence: number | null;
}

const OPEN = "status NOT IN ('lent', 'withdrawn')";

export class Orders {
  readonly #store: Store;
  readonly #terminals: Terminals;

  constructor(store: Store, terminals: Terminals) {
    this.#store = store;
    this.#terminals = terminals;
  }

  async place({ terminal, item, title, patron, size = 'small' }: NewOrder): Promise<object> {
    const known = await this.#store.all<{ id: string }>('SELECT id FROM terminal');
    if (!known.some(({ id }) => id === terminal))
      throw new Refusal(
        404,
        `no terminal ${terminal}; known: ${known.map(({ id }) => id).join(', ') || 'none'}`,
      );
    const hold = randomUUID();
    await this.#store.transaction(async (writer) => {
      const same = await writer.all(`SELECT 1 FROM hold WHERE item = ? AND ${OPEN}`, item);
      if (same.length > 0)
        throw new Refusal(409, `item ${item} is on hold already: collect or withdraw that order first`);
      const now = new Date().toISOString();
      await writer.run(
        `INSERT INTO hold (id, terminal, item, title, patron, size, status, updated, ordered)
         VALUES (?, ?, ?, ?, ?, ?, 'ordered', ?, ?)`,
        ...[hold, terminal, item, title, patron, size, now, now],
      );
      await enqueue(writer, terminal, { kind: 'placeHold', hold, item, title, patron, size });
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

  #rows(where: string, ...parameters: string[]): Promise<HoldRow[]> {
    return this.#store.all<HoldRow>(
      `SELECT hold.*, loan.due, loan.sequence, ${LOAN_RETURNED} FROM hold LEFT JOIN loan ON loan.hold = hold.id
       ${where} ORDER BY hold.rowid DESC`,
      ...parameters,
    );
  }
}

/** The code is shown only when the terminal has said that it can check it. */
function told(row: HoldRow) {
  const { id, terminal, item, title, status, compartment, code, updated, reason, due, sequence } = row;
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
    ...(due ? { loan: { due, postedAtSequence: sequence, ...returnOf(row) } } : {}),
  };
}
