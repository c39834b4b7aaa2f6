/** Codes that open a hold's door: made here, and shown only once the terminal can check them without us. */
import { randomBytes, randomInt } from 'node:crypto';
import { pickupCodeHash } from '../protocol/platform/codes.ts';
import { enqueue } from './commands.ts';
import type { Writer } from './store.ts';

const CODE_MS = 7 * 24 * 3_600_000;
const CODE_LIMIT = 100_000_000;

export async function makeCode(writer: Writer, terminal: string, hold: string): Promise<void> {
  const code = await freshCode(writer, terminal);
  const codeSalt = randomBytes(16).toString('hex');
  await writer.run('UPDATE hold SET code = ? WHERE id = ?', code, hold);
  const expires = new Date(Date.now() + CODE_MS).toISOString();
  await enqueue(writer, terminal, {
    kind: 'readyHold',
    hold,
    codeSalt,
    codeHash: pickupCodeHash(codeSalt, code),
    expires,
  });
}

/** No two holds of a terminal have the same code, or one patron's code would open another's door. */
async function freshCode(writer: Writer, terminal: string): Promise<string> {
  for (;;) {
    const code = String(randomInt(CODE_LIMIT)).padStart(8, '0');
    const taken = await writer.all('SELECT 1 FROM hold WHERE terminal = ? AND code = ?', terminal, code);
    if (taken.length === 0) return code;
  }
}

/** `asked`: the terminal has not answered yet, and is asked until it does. `none`: there is none, or it refused. */
export async function codeOf(
  writer: Writer,
  terminal: string,
  hold: string,
): Promise<'there' | 'asked' | 'none'> {
  const [newest] = await writer.all<{ code: string | null; outcome: string | null }>(
    `SELECT code, outcome FROM command JOIN hold ON hold.id = ?
     WHERE command.terminal = ? AND json_extract(body, '$.action.kind') = 'readyHold'
       AND json_extract(body, '$.action.hold') = hold.id ORDER BY number DESC LIMIT 1`,
    hold,
    terminal,
  );
  if (!newest?.code) return 'none';
  if (newest.outcome === null) return 'asked';
  return newest.outcome === 'done' ? 'there' : 'none';
}
