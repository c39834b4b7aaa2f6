/** A database as the first platform wrote it. */
import { openDatabase } from '../../drivers/sqlite.ts';

const TABLES = `
  CREATE TABLE terminal (id TEXT PRIMARY KEY, name TEXT NOT NULL, link TEXT NOT NULL DEFAULT 'down',
    session INTEGER NOT NULL DEFAULT 0, journal TEXT, state TEXT, chain TEXT NOT NULL DEFAULT 'whole', last_seen TEXT);
  CREATE TABLE courier (terminal TEXT, courier TEXT, badge_hash TEXT NOT NULL, PRIMARY KEY (terminal, courier));
  CREATE TABLE journal_event (terminal TEXT, journal TEXT, sequence INTEGER, hash TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (terminal, journal, sequence)) WITHOUT ROWID;
  CREATE TABLE hold (id TEXT PRIMARY KEY, terminal TEXT NOT NULL, item TEXT NOT NULL, title TEXT NOT NULL,
    patron TEXT NOT NULL, size TEXT NOT NULL, status TEXT NOT NULL, compartment TEXT, code TEXT, updated TEXT NOT NULL);
  CREATE TABLE loan (hold TEXT PRIMARY KEY, item TEXT NOT NULL, patron TEXT NOT NULL, terminal TEXT NOT NULL,
    sequence INTEGER NOT NULL, due TEXT NOT NULL);
  CREATE TABLE conflict (terminal TEXT, journal TEXT, sequence INTEGER, hold TEXT, what TEXT NOT NULL);
  CREATE TABLE doubt (hold TEXT PRIMARY KEY, terminal TEXT NOT NULL, compartment TEXT NOT NULL, reason TEXT NOT NULL,
    way_out TEXT NOT NULL, since TEXT NOT NULL);
  CREATE TABLE command (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, terminal TEXT NOT NULL, body TEXT NOT NULL,
    expires TEXT NOT NULL, outcome TEXT, reason TEXT);
  PRAGMA user_version = 1; PRAGMA application_id = ${0x4352506c};`;

export async function writeFirstSchema(path: string, rows: string): Promise<void> {
  const database = await openDatabase(path);
  await database.exec(`${TABLES} ${rows}`);
  await database.close();
}
