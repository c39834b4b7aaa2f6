/** Open stock, what bookshops offer, copies held, and recalls. */
import type { Size } from '../protocol/platform/words.ts';
import { enqueue } from './commands.ts';
import { ENDED_HOLD } from './holds.ts';
import { recalled, recallLifted } from './recalls.ts';
import { Refusal } from './refusal.ts';
import type { Store, Writer } from './store.ts';
import type { Terminals } from './terminals.ts';

export interface NewStock {
  readonly terminal: string;
  readonly item: string;
  readonly title: string;
  readonly size: Size;
  readonly onlineOnly?: boolean;
  readonly shop?: { readonly isbn: string; readonly priceFen: number };
}

interface StockRow {
  readonly terminal: string;
  readonly item: string;
  readonly title: string;
  readonly size: Size;
  readonly online_only: number;
  readonly isbn: string | null;
  readonly price_fen: number | null;
  readonly status: string;
  readonly compartment: string | null;
  readonly reason: string | null;
  readonly recalled: number;
}

/** On its way or there. */
const HERE = "status IN ('ordered', 'placed', 'loaded')";

export class Stock {
  readonly #store: Store;
  readonly #terminals: Terminals;

  constructor(store: Store, terminals: Terminals) {
    this.#store = store;
    this.#terminals = terminals;
  }

  async place(wanted: NewStock): Promise<object> {
    const { terminal, item, title, size, onlineOnly, shop } = wanted;
    await this.#store.transaction(async (writer) => {
      await free(writer, terminal, item);
      const now = new Date().toISOString();
      await writer.run(
        `INSERT OR REPLACE INTO stock (terminal, item, title, size, online_only, isbn, price_fen, status, ordered, updated)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'ordered', ?, ?)`,
        ...[
          terminal,
          item,
          title,
          size,
          onlineOnly ? 1 : 0,
          shop?.isbn ?? null,
          shop?.priceFen ?? null,
          now,
          now,
        ],
      );
      await enqueue(writer, terminal, {
        kind: 'placeStock',
        ...{ item, title, size },
        ...(onlineOnly ? { onlineOnly } : {}),
        ...(shop ? { shop } : {}),
      });
    });
    this.#terminals.sendCommands(terminal);
    return { terminal, item, title, status: 'ordered' };
  }

  /** What has been loaded already leaves by a recall. */
  async withdraw(terminal: string, item: string): Promise<object> {
    await this.#store.transaction(async (writer) => {
      const here = await writer.all(
        `SELECT 1 FROM stock WHERE terminal = ? AND item = ? AND ${HERE}`,
        terminal,
        item,
      );
      if (here.length === 0) throw new Refusal(404, `item ${item} is no stock of terminal ${terminal}`);
      await enqueue(writer, terminal, { kind: 'withdrawStock', item });
    });
    this.#terminals.sendCommands(terminal);
    return {};
  }

  /** Lent nowhere from now on, until a courier has it in hand. */
  async recall(item: string): Promise<object> {
    return this.#toldToAll(item, recalled);
  }

  /** It was not meant, or is not needed any more: lent again at once, wherever it lies. */
  async liftRecall(item: string): Promise<object> {
    return this.#toldToAll(item, recallLifted);
  }

  async #toldToAll(item: string, change: typeof recalled): Promise<object> {
    const told = await this.#store.transaction((writer) => change(writer, item));
    for (const terminal of told) this.#terminals.sendCommands(terminal);
    return { item, terminals: told.length };
  }

  recalls(): Promise<object[]> {
    return this.#store.all('SELECT item, at FROM recall ORDER BY at');
  }

  async all(): Promise<object[]> {
    const rows = await this.#store.all<StockRow>(
      `SELECT stock.*, EXISTS (SELECT 1 FROM recall WHERE recall.item = stock.item) AS recalled
       FROM stock ORDER BY terminal, ${HERE} DESC, compartment, item`,
    );
    return rows.map(told);
  }

  /** Copies of an ISBN that libraries of the province hold. */
  async hold(isbn: string, copies: number): Promise<object> {
    await this.#store.transaction((writer) =>
      writer.run('INSERT OR REPLACE INTO holding VALUES (?, ?)', isbn, copies),
    );
    return { isbn, copies };
  }
}

/** A copy is in one place, and promised to one purpose. */
async function free(writer: Writer, terminal: string, item: string): Promise<void> {
  const [row] = await writer.all<{ terminal: number; held: number; recalled: number; at: string | null }>(
    `SELECT EXISTS (SELECT 1 FROM terminal WHERE id = ?1) AS terminal,
       EXISTS (SELECT 1 FROM hold WHERE item = ?2 AND NOT ${ENDED_HOLD}) AS held,
       EXISTS (SELECT 1 FROM recall WHERE item = ?2) AS recalled,
       (SELECT terminal FROM stock WHERE item = ?2 AND ${HERE}) AS at`,
    terminal,
    item,
  );
  if (row?.terminal !== 1) throw new Refusal(404, `no terminal ${terminal}`);
  if (row.held === 1) throw new Refusal(409, `item ${item} is on hold: withdraw that order first`);
  if (row.recalled === 1) throw new Refusal(409, `item ${item} is recalled`);
  if (row.at !== null) throw new Refusal(409, `item ${item} is stock of terminal ${row.at} already`);
}

function told(row: StockRow) {
  const { terminal, item, title, size, status, compartment, reason, isbn, price_fen: priceFen } = row;
  return {
    terminal,
    item,
    title,
    size,
    status,
    ...(row.online_only === 1 ? { onlineOnly: true } : {}),
    ...(isbn !== null ? { shop: { isbn, priceFen } } : {}),
    ...(compartment ? { compartment } : {}),
    ...(reason ? { reason } : {}),
    ...(row.recalled === 1 ? { recalled: true } : {}),
  };
}
