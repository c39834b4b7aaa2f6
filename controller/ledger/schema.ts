/** The ledger's file: its tables, its mark, and the checks before it is trusted. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../../drivers/sqlite.ts';
import { TerminalError } from '../error.ts';

/** "CRLd" in the file's header says that it is ours (PRAGMA application_id, sqlite.org/fileformat2.html 1.3.17). */
const APPLICATION_ID = 0x43524c64;

/**
 * All writing goes through the view `batch`: its triggers store entries, changed views and the acknowledged position,
 * so one INSERT is one transaction and one fsync. The newest entry is never pruned: it carries the chain's head.
 */
const TABLES = `
  CREATE TABLE journal (sequence INTEGER PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE view (collection TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID;
  CREATE TABLE cursor (id INTEGER PRIMARY KEY CHECK (id = 1), journal TEXT NOT NULL, boot INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL);
  CREATE VIEW batch (entries, changes, acknowledged, pruned) AS SELECT NULL, NULL, NULL, NULL;
  CREATE TRIGGER batch_write INSTEAD OF INSERT ON batch BEGIN
    INSERT INTO journal SELECT value ->> 0, value ->> 1 FROM json_each(NEW.entries);
    INSERT OR REPLACE INTO view SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(NEW.changes)
      WHERE value ->> 2 IS NOT NULL;
    DELETE FROM view WHERE (collection, key) IN
      (SELECT value ->> 0, value ->> 1 FROM json_each(NEW.changes) WHERE value ->> 2 IS NULL);
    UPDATE cursor SET acknowledged = NEW.acknowledged WHERE NEW.acknowledged IS NOT NULL;
    DELETE FROM journal WHERE sequence <= NEW.pruned AND sequence < (SELECT max(sequence) FROM journal);
  END;`;

/**
 * A trigger for each part, so that a part which is not there costs nothing. They may fire in any order: a batch names
 * a view's key once. A change whose body is null ends in `,null]`; another that looks like it removes nothing.
 */
const TRIGGER_EACH = `
  DROP TRIGGER batch_write;
  CREATE TRIGGER batch_entries INSTEAD OF INSERT ON batch WHEN NEW.entries <> '[]' BEGIN
    INSERT INTO journal SELECT value ->> 0, value ->> 1 FROM json_each(NEW.entries);
  END;
  CREATE TRIGGER batch_changes INSTEAD OF INSERT ON batch WHEN NEW.changes <> '[]' BEGIN
    INSERT OR REPLACE INTO view SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(NEW.changes)
      WHERE value ->> 2 IS NOT NULL;
  END;
  CREATE TRIGGER batch_removals INSTEAD OF INSERT ON batch WHEN instr(NEW.changes, ',null]') BEGIN
    DELETE FROM view WHERE (collection, key) IN
      (SELECT value ->> 0, value ->> 1 FROM json_each(NEW.changes) WHERE value ->> 2 IS NULL);
  END;
  CREATE TRIGGER batch_acknowledged INSTEAD OF INSERT ON batch WHEN NEW.acknowledged IS NOT NULL BEGIN
    UPDATE cursor SET acknowledged = NEW.acknowledged;
  END;
  CREATE TRIGGER batch_pruned INSTEAD OF INSERT ON batch WHEN NEW.pruned IS NOT NULL BEGIN
    DELETE FROM journal WHERE sequence <= NEW.pruned AND sequence < (SELECT max(sequence) FROM journal);
  END;`;

/** `user_version` counts the steps a file has taken; a new step is added at the end. */
const STEPS = [TABLES, TRIGGER_EACH];

const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;`;

/** Make or check the file. Nothing is changed in a file that is not ours. */
export async function prepareFile(database: Database, path: string): Promise<void> {
  const number = async (pragma: string) => {
    const [row] = await database.all<Record<string, number>>(`PRAGMA ${pragma}`);
    return Object.values(row ?? {})[0] ?? 0;
  };
  try {
    await database.exec('PRAGMA locking_mode = EXCLUSIVE');
    const id = await number('application_id');
    const [tables] = await database.all<{ count: number }>('SELECT count(*) AS count FROM sqlite_master');
    if (id !== APPLICATION_ID && (id !== 0 || (tables?.count ?? 0) > 0)) throw notOurs(path);
    const version = await number('user_version');
    if (version > STEPS.length)
      throw new TerminalError(
        'ledger.newer',
        `${path} is of version ${version}, newer than this program: update it`,
      );
    await database.exec(SETTINGS);
    await check(database, path);
    if (id === 0) await database.exec(steps(0, newCursor()));
    else if (version < STEPS.length) await database.exec(steps(version, ''));
  } catch (error) {
    throw explained(error, path);
  }
}

/** All steps from a version on, or none of them. */
const steps = (version: number, more: string) => `BEGIN; ${STEPS.slice(version).join('\n')} ${more}
  PRAGMA user_version = ${STEPS.length};
  PRAGMA application_id = ${APPLICATION_ID};
  COMMIT;`;

const newCursor = () => `INSERT INTO cursor VALUES (1, '${randomBytes(8).toString('hex')}', 0, 0);`;

async function check(database: Database, path: string): Promise<void> {
  const [result] = await database.all<{ quick_check: string }>('PRAGMA quick_check(1)');
  if (result?.quick_check !== 'ok') throw corrupt(path, result?.quick_check ?? 'no answer');
}

const notOurs = (path: string) =>
  new TerminalError(
    'ledger.notOurs',
    `${path} is not a ledger of this program: move it away or name another data folder`,
  );

const corrupt = (path: string, what: string) =>
  new TerminalError(
    'ledger.corrupt',
    `${path} is damaged (${what}): keep a copy for support, then restore a backup`,
  );

function explained(error: unknown, path: string): unknown {
  if (error instanceof TerminalError) return error;
  const { code } = error as { code?: string };
  if (code === 'SQLITE_NOTADB') return notOurs(path);
  if (code === 'SQLITE_CORRUPT') return corrupt(path, String(error));
  if (code === 'SQLITE_BUSY')
    return new TerminalError(
      'ledger.inUse',
      `${path} is in use: is another controller running with this data folder?`,
    );
  return error;
}
