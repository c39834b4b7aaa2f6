/** What the answer to a command, or its absence, means for the hold or the doubt it was about. */
import type { Command, CommandAction, Reply } from '../protocol/platform/commands.ts';
import { notSettled, settled, settledHold } from './doubts.ts';
import { holdStatus } from './holds.ts';
import { stockStatus } from './stock-entries.ts';
import type { Store, Writer } from './store.ts';

type Outcome = Pick<Reply, 'outcome' | 'reason'>;

/** Only the first answer counts. A terminal without a trusted clock has not decided: it is asked again. */
export async function answered(store: Store, terminal: string, { id, ...outcome }: Reply): Promise<void> {
  if (outcome.outcome === 'clockUntrusted') return;
  await store.transaction(async (writer) => {
    const [asked] = await writer.all<{ body: string }>(
      'SELECT body FROM command WHERE id = ? AND terminal = ? AND outcome IS NULL',
      id,
      terminal,
    );
    if (asked) await end(writer, terminal, JSON.parse(asked.body) as Command, outcome);
  });
}

/** Commands nobody answered in time end as if the terminal had refused them. */
export async function expire(store: Store): Promise<void> {
  const late = 'SELECT terminal, body FROM command WHERE outcome IS NULL AND expires <= ?';
  const now = new Date().toISOString();
  if ((await store.all(`${late} LIMIT 1`, now)).length === 0) return;
  await store.transaction(async (writer) => {
    for (const { terminal, body } of await writer.all<{ terminal: string; body: string }>(late, now))
      await end(writer, terminal, JSON.parse(body) as Command, {
        outcome: 'expired',
        reason: 'the terminal did not answer in time',
      });
  });
}

async function end(writer: Writer, terminal: string, { id, action }: Command, told: Outcome): Promise<void> {
  await writer.run(
    'UPDATE command SET outcome = ?, reason = ? WHERE id = ?',
    told.outcome,
    told.reason ?? null,
    id,
  );
  if (action.kind === 'forgetItem') await forgotten(writer, terminal, action.item, told);
  else if (action.kind === 'placeStock' || action.kind === 'withdrawStock')
    await stockAnswered(writer, terminal, action, told);
  else if (action.kind === 'openFor') {
    for (const hold of told.outcome === 'done' ? [] : action.holds)
      await holdReason(writer, terminal, hold, told);
  } else if ('hold' in action && told.outcome === 'done') await done(writer, terminal, action);
  else if ('hold' in action) await refused(writer, terminal, action, told);
}

type HoldAction = Extract<CommandAction, { hold: string }>;

async function done(writer: Writer, terminal: string, { kind, hold }: HoldAction): Promise<void> {
  const [held] = await writer.all<{ status: string }>('SELECT status FROM hold WHERE id = ?', hold);
  // The entry tells the same; whichever comes first.
  if (kind === 'readyHold' && held?.status === 'loaded') await holdStatus(writer, terminal, hold, 'ready');
  // A terminal that never had the hold has nothing to enter, so its answer is all there is.
  if (kind === 'withdrawHold') {
    await holdStatus(writer, terminal, hold, 'withdrawn');
    await settledHold(writer, terminal, hold);
  }
}

async function refused(writer: Writer, terminal: string, { kind, hold }: HoldAction, told: Outcome) {
  const [held] = await writer.all<{ status: string }>('SELECT status FROM hold WHERE id = ?', hold);
  if (kind === 'placeHold' && held?.status === 'ordered')
    await holdStatus(writer, terminal, hold, 'withdrawn');
  if (kind === 'withdrawHold') await notSettled(writer, terminal, 'hold', hold, told.reason ?? told.outcome);
  await holdReason(writer, terminal, hold, told);
}

const holdReason = (writer: Writer, terminal: string, hold: string, { outcome, reason }: Outcome) =>
  writer.run(
    "UPDATE hold SET reason = ? WHERE id = ? AND terminal = ? AND status <> 'lent'",
    reason ?? outcome,
    hold,
    terminal,
  );

/** A terminal that never had it has nothing to enter, so its answer is all there is. */
async function stockAnswered(
  writer: Writer,
  terminal: string,
  { kind, item }: Extract<CommandAction, { kind: 'placeStock' | 'withdrawStock' }>,
  { outcome, reason }: Outcome,
): Promise<void> {
  const [known] = await writer.all<{ status: string }>(
    'SELECT status FROM stock WHERE terminal = ? AND item = ?',
    terminal,
    item,
  );
  const coming = known?.status === 'ordered' || known?.status === 'placed';
  if (outcome === 'done' && kind === 'withdrawStock' && coming)
    await stockStatus(writer, terminal, item, 'withdrawn');
  if (outcome === 'done') return;
  if (kind === 'placeStock' && known?.status === 'ordered')
    await stockStatus(writer, terminal, item, 'refused');
  await writer.run(
    'UPDATE stock SET reason = ? WHERE terminal = ? AND item = ?',
    reason ?? outcome,
    terminal,
    item,
  );
}

/** A terminal that does not know the item has nothing to enter either. */
function forgotten(writer: Writer, terminal: string, item: string, { outcome, reason }: Outcome) {
  if (outcome === 'done') return settled(writer, terminal, item);
  return notSettled(writer, terminal, 'item', item, reason ?? outcome);
}
