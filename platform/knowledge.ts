/** What every terminal must know besides its holds: told when it is new, or has lost its memory. */
import type { CommandAction } from '../protocol/platform/commands.ts';
import { enqueue } from './commands.ts';
import { passKeysOf, setPassKeys } from './pass-keys.ts';
import type { Writer } from './store.ts';

/** Of one command. */
const REVOKED_MAX = 500;

/** Keys, revocations, recalls and neighbours; each command only where there is something to tell. */
export async function tellEverything(writer: Writer, terminal: string): Promise<void> {
  for (const action of await everything(writer, terminal)) await enqueue(writer, terminal, action);
}

async function everything(writer: Writer, terminal: string): Promise<CommandAction[]> {
  const keys = await passKeysOf(writer);
  const recalls = await writer.all<{ item: string }>('SELECT item FROM recall ORDER BY item');
  const [own] = await writer.all<{ neighbours: string | null }>(
    'SELECT neighbours FROM terminal WHERE id = ?',
    terminal,
  );
  return [
    ...(keys.length > 0 ? [setPassKeys(keys)] : []),
    ...(await revocations(writer)),
    ...recalls.map(({ item }) => ({ kind: 'recallItem' as const, item })),
    ...(own?.neighbours
      ? [{ kind: 'setNeighbours' as const, neighbours: JSON.parse(own.neighbours) as string[] }]
      : []),
  ];
}

async function revocations(writer: Writer): Promise<CommandAction[]> {
  const rows = await writer.all<{ id: string; kind: string; until: string }>(
    'SELECT id, kind, until FROM revoked WHERE until > ? ORDER BY until',
    new Date().toISOString(),
  );
  const commands: CommandAction[] = [];
  for (let from = 0; from < rows.length; from += REVOKED_MAX) {
    const some = rows.slice(from, from + REVOKED_MAX);
    commands.push({
      kind: 'revokePasses',
      passes: some.filter(({ kind }) => kind === 'pass').map(({ id }) => id),
      patrons: some.filter(({ kind }) => kind === 'patron').map(({ id }) => id),
      until: some.at(-1)?.until ?? '',
    });
  }
  return commands;
}

/** A new database there: its couriers and holds are gone as well as the rest. */
export async function tellAnew(writer: Writer, terminal: string): Promise<void> {
  const couriers = await writer.all<{ courier: string; badgeHash: string }>(
    'SELECT courier, badge_hash AS badgeHash FROM courier WHERE terminal = ? ORDER BY courier',
    terminal,
  );
  await enqueue(writer, terminal, { kind: 'setCouriers', couriers });
  await tellEverything(writer, terminal);
}
