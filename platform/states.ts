/** What terminals say of themselves, as it is kept. */
import type { TerminalState } from '../protocol/platform/state.ts';
import { tellAnew } from './knowledge.ts';
import type { Store, Writer } from './store.ts';

type Told = 'unknown' | 'stale' | 'left' | 'changed' | 'born';

interface Known {
  readonly session: number;
  readonly link: string;
  readonly journal: string | null;
  readonly chain: string;
}

export async function keepState(store: Store, terminal: string, state: TerminalState): Promise<Told> {
  if (state.link === 'up' && (await keepChange(store, terminal, state))) return 'changed';
  return store.transaction((writer) => keepAny(writer, terminal, state));
}

/** Most states tell of a door: the connection is the one that is known, and one statement does. */
async function keepChange(store: Store, terminal: string, state: TerminalState): Promise<boolean> {
  const kept = await store.write(
    `UPDATE terminal SET state = ?, last_seen = ? WHERE id = ? AND link = 'up' AND session = ? AND journal = ?
     RETURNING 1`,
    JSON.stringify(state),
    new Date().toISOString(),
    terminal,
    state.session,
    state.journal,
  );
  return kept.length > 0;
}

async function keepAny(writer: Writer, terminal: string, state: TerminalState): Promise<Told> {
  const [known] = await writer.all<Known>(
    'SELECT session, link, journal, chain FROM terminal WHERE id = ?',
    terminal,
  );
  const sameJournal = known?.journal === state.journal;
  if (!known) return 'unknown';
  const ofBirth = sameJournal ? state.session >= known.session : state.link === 'up';
  if (!ofBirth) return 'stale';
  await writer.run(
    `UPDATE terminal SET link = ?, session = ?, journal = ?, state = ?, last_seen = ?, chain = ? WHERE id = ?`,
    state.link,
    state.session,
    state.journal,
    JSON.stringify(state),
    new Date().toISOString(),
    sameJournal ? known.chain : 'whole',
    terminal,
  );
  if (known.journal !== null && !sameJournal) await tellAnew(writer, terminal);
  if (state.link === 'down') return 'left';
  const same = sameJournal && state.session === known.session && known.link === 'up';
  return same ? 'changed' : 'born';
}
