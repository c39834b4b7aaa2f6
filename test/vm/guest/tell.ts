/** Lines to the host: facts for its tests to judge, and wishes for its hands. */
import { openSync, writeSync } from 'node:fs';
import type { Deed, Facts, GuestLine } from '../report.ts';

const line = openSync('/dev/ttyS1', 'w');

export function tell(what: GuestLine): void {
  writeSync(line, `${JSON.stringify(what)}\n`);
}

export function ask(deed: Deed): void {
  tell({ kind: 'wish', deed });
}

/** One thing to find out. What fails is told under its name, and the next one follows. */
export async function check(name: string, find: () => Promise<Facts>): Promise<void> {
  try {
    tell({ kind: 'facts', check: name, facts: await find() });
  } catch (error) {
    tell({ kind: 'failed', check: name, why: String(error) });
  }
}
