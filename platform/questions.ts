/**
 * Questions of terminals, answered while a person waits. The same question gets the same answer, so that an answer that
 * was lost can be asked for again; what was granted counts at once (grants.ts), and is a loan only when the journal says
 * so. Neither card nor PIN is kept with a question.
 */
import { cardHash } from '../protocol/platform/codes.ts';
import type { Answer, Ask, PlatformQuestion, Refusal } from '../protocol/platform/questions.ts';
import { decideLoan, decidePatron, decidePurchase, decideRenewal } from './decide.ts';
import { daysAfter, openLoansOf } from './loans.ts';
import { type PinHash, pinHash, pinWaitMs } from './pin.ts';
import { borrowerOf, boughtSoFar, itemFacts, shownPass } from './question-facts.ts';
import type { Store, Writer } from './store.ts';
import type { Tier } from './tiers.ts';

/** The terminal that asked has given up long before. */
const KEPT_MS = 24 * 3_600_000;
/** A terminal may have bought a book and be away for weeks before it says so. */
const PURCHASE_KEPT_MS = 60 * KEPT_MS;

type Decision = Omit<Answer, 'id'>;
type QuestionOf<K extends PlatformQuestion['kind']> = Extract<PlatformQuestion, { kind: K }>;

export class Questions {
  readonly #store: Store;
  readonly #hash: PinHash;
  /** The same question while it is being answered, as when a broker delivers it twice. */
  readonly #answering = new Map<string, Promise<Answer | undefined>>();

  constructor(store: Store, hash: PinHash = pinHash) {
    this.#store = store;
    this.#hash = hash;
  }

  /** `undefined`: nobody answers a terminal that is not registered. */
  answer(terminal: string, ask: Ask): Promise<Answer | undefined> {
    const key = `${terminal}/${ask.id}`;
    const running = this.#answering.get(key);
    if (running) return running;
    const answer = this.#answer(terminal, ask).finally(() => this.#answering.delete(key));
    this.#answering.set(key, answer);
    return answer;
  }

  async #answer(terminal: string, { id, question }: Ask): Promise<Answer | undefined> {
    const tried = question.kind === 'patron' ? await this.#try(terminal, id, question) : undefined;
    return this.#store.transaction(async (writer) => {
      const [known] = await writer.all('SELECT 1 FROM terminal WHERE id = ?', terminal);
      if (!known) return undefined;
      const before = await answeredBefore(writer, terminal, id);
      if (before) return before;
      const decision =
        question.kind === 'patron'
          ? await patronDecision(writer, terminal, tried)
          : await DECISIONS[question.kind](writer, question as never);
      const answer: Answer = { id, ...decision };
      await keep(writer, terminal, question, answer);
      return answer;
    });
  }

  /**
   * The PIN is tried outside of the transaction, since that takes long; so the try is counted before, and counted off
   * when it was right: many tries at once win nothing.
   */
  async #try(terminal: string, id: string, { card, pin }: QuestionOf<'patron'>): Promise<Tried | undefined> {
    const kept = await this.#store.transaction(async (writer) => {
      if (await answeredBefore(writer, terminal, id)) return undefined;
      const [row] = await writer.all<KeptPin>(
        `SELECT patron, standing, pin_salt AS salt, pin_hash AS hash, wrong_pins AS wrong, pin_wait_until AS waitUntil
         FROM patron WHERE card_hash = ? AND pin_hash IS NOT NULL`,
        cardHash(card),
      );
      if (!row) return undefined;
      const waiting = row.waitUntil !== null && Date.parse(row.waitUntil) > Date.now();
      if (!waiting) await countTry(writer, row);
      return { ...row, waiting };
    });
    if (!kept) return undefined;
    const { patron, standing, waiting, salt, hash } = kept;
    return {
      patron,
      waiting,
      blocked: standing !== 'good',
      pinRight: !waiting && (await this.#hash(pin, salt)) === hash,
    };
  }
}

interface KeptPin {
  readonly patron: string;
  readonly standing: string;
  readonly salt: string;
  readonly hash: string;
  readonly wrong: number;
  readonly waitUntil: string | null;
}

interface Tried {
  readonly patron: string;
  readonly waiting: boolean;
  readonly pinRight: boolean;
  readonly blocked: boolean;
}

function countTry(writer: Writer, { patron, wrong }: KeptPin): Promise<void> {
  const waitMs = pinWaitMs(wrong + 1);
  return writer.run(
    'UPDATE patron SET wrong_pins = ?, pin_wait_until = ? WHERE patron = ?',
    wrong + 1,
    waitMs > 0 ? new Date(Date.now() + waitMs).toISOString() : null,
    patron,
  );
}

async function answeredBefore(writer: Writer, terminal: string, id: string): Promise<Answer | undefined> {
  const [row] = await writer.all<{ answer: string }>(
    'SELECT answer FROM question WHERE terminal = ? AND id = ?',
    terminal,
    id,
  );
  return row && (JSON.parse(row.answer) as Answer);
}

async function keep(
  writer: Writer,
  terminal: string,
  question: PlatformQuestion,
  answer: Answer,
): Promise<void> {
  const { kind } = question;
  const granted = answer.outcome === 'granted';
  const lends = kind === 'loan' || kind === 'purchase';
  const patron = lends ? question.patron : null;
  const [isbn, priceFen] = kind === 'purchase' ? [question.isbn, question.priceFen] : [null, null];
  const nowMs = Date.now();
  await writer.run(
    `DELETE FROM question WHERE at < ? AND (kind <> 'purchase' OR pending = 0 OR at < ?)`,
    new Date(nowMs - KEPT_MS).toISOString(),
    new Date(nowMs - PURCHASE_KEPT_MS).toISOString(),
  );
  await writer.run(
    `INSERT INTO question (terminal, id, kind, item, patron, isbn, price_fen, answer, granted, pending, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[terminal, answer.id, kind, 'item' in question ? question.item : null, patron, isbn, priceFen],
    ...[JSON.stringify(answer), granted ? 1 : 0, granted && lends ? 1 : 0, new Date(nowMs).toISOString()],
  );
}

const decided = (reason: Refusal | undefined, granted: Omit<Decision, 'outcome'> = {}): Decision =>
  reason ? { outcome: 'refused', reason } : { outcome: 'granted', ...granted };

async function patronDecision(writer: Writer, terminal: string, tried: Tried | undefined): Promise<Decision> {
  if (!tried) return decided('unknownPatron');
  const { patron } = tried;
  const reason = decidePatron({ known: true, ...tried });
  if (tried.pinRight)
    await writer.run('UPDATE patron SET wrong_pins = 0, pin_wait_until = NULL WHERE patron = ?', patron);
  if (reason) return decided(reason);
  const holds = await writer.all<{ id: string }>(
    "SELECT id FROM hold WHERE patron = ? AND terminal = ? AND status IN ('loaded', 'ready') ORDER BY rowid LIMIT 64",
    patron,
    terminal,
  );
  return decided(undefined, { patron, holds: holds.map(({ id }) => id) });
}

const dueIn = ({ loanDays }: Tier) => ({ due: daysAfter(null, loanDays) });

const DECISIONS: {
  readonly [K in Exclude<PlatformQuestion['kind'], 'patron'>]: (
    writer: Writer,
    question: QuestionOf<K>,
  ) => Promise<Decision>;
} = {
  loan: async (writer, { patron, item, pass }) => {
    const borrower = await borrowerOf(writer, patron, item);
    const shown = pass === undefined ? undefined : await shownPass(writer, pass, patron);
    const facts = { borrower, item: await itemFacts(writer, item, patron), pass: shown };
    return decided(decideLoan(facts), dueIn(borrower.tier));
  },
  purchase: async (writer, { patron, item, isbn, priceFen }) => {
    const borrower = await borrowerOf(writer, patron, item);
    const bought = await boughtSoFar(writer, isbn, item);
    const facts = { borrower, item: await itemFacts(writer, item, patron), priceFen, ...bought };
    return decided(decidePurchase(facts), dueIn(borrower.tier));
  },
  renewal: async (writer, { item }) => {
    const loan = (await openLoansOf(writer, item)).filter(({ disputed }) => disputed === null).at(-1);
    const borrower = loan && (await borrowerOf(writer, loan.patron, item));
    const { recalled, heldForAnother: held } = await itemFacts(writer, item, loan?.patron ?? '');
    const renewals = loan?.renewals ?? 0;
    const reason = decideRenewal({ onLoan: loan !== undefined, borrower, recalled, held, renewals });
    return decided(reason, borrower ? dueIn(borrower.tier) : {});
  },
};
