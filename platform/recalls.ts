/** Items that are to be lent nowhere until a courier has them, or the library changes its mind. */
import { enqueue, enqueueToAll } from './commands.ts';
import type { Writer } from './store.ts';

/** Which terminals are told; none where it was recalled already. */
export async function recalled(writer: Writer, item: string): Promise<string[]> {
  if (await isRecalled(writer, item)) return [];
  await writer.run('INSERT INTO recall VALUES (?, ?)', item, new Date().toISOString());
  await forgetUnanswered(writer, item);
  return enqueueToAll(writer, { kind: 'recallItem', item });
}

/** Which terminals are told; none where it was not recalled. */
export async function recallLifted(writer: Writer, item: string): Promise<string[]> {
  if (!(await isRecalled(writer, item))) return [];
  await writer.run('DELETE FROM recall WHERE item = ?', item);
  await forgetUnanswered(writer, item);
  return enqueueToAll(writer, { kind: 'liftRecall', item });
}

/** A courier has the item in hand: it may be lent again wherever it is placed again. `terminal` knows that by itself. */
export async function recallOver(writer: Writer, terminal: string, item: string): Promise<void> {
  await writer.run('DELETE FROM recall WHERE item = ?', item);
  await forgetUnanswered(writer, item);
  const others = await writer.all<{ id: string }>(
    'SELECT id FROM terminal WHERE id <> ? ORDER BY id',
    terminal,
  );
  for (const { id } of others) await enqueue(writer, id, { kind: 'liftRecall', item });
}

async function isRecalled(writer: Writer, item: string): Promise<boolean> {
  return (await writer.all('SELECT 1 FROM recall WHERE item = ?', item)).length > 0;
}

/** What is sent again must not undo what was said since. */
async function forgetUnanswered(writer: Writer, item: string): Promise<void> {
  await writer.run(
    `DELETE FROM command WHERE outcome IS NULL AND body ->> '$.action.kind' IN ('recallItem', 'liftRecall')
       AND body ->> '$.action.item' = ?`,
    item,
  );
}
