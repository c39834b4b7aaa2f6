/** The tables, and the steps by which a file of an older platform gets them. */

export const APPLICATION_ID = 0x4352506c;

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
    expires TEXT NOT NULL, outcome TEXT, reason TEXT);`;

/**
 * A doubt is about an item, which need not be on hold; what item a doubt of before was about stands in its event. A
 * loan ends with a return.
 */
const ITEMS = `
  ALTER TABLE doubt RENAME TO doubt_of_hold;
  CREATE TABLE doubt (terminal TEXT, item TEXT, hold TEXT, session TEXT, compartment TEXT NOT NULL, reason TEXT NOT NULL,
    way_out TEXT NOT NULL, since TEXT NOT NULL, refusal TEXT, PRIMARY KEY (terminal, item));
  INSERT OR REPLACE INTO doubt (terminal, item, hold, session, compartment, reason, way_out, since)
    SELECT old.terminal, json_extract(text, '$.data.item'), old.hold, json_extract(text, '$.data.session'),
      old.compartment, old.reason, old.way_out, old.since
    FROM doubt_of_hold AS old JOIN journal_event AS event ON event.terminal = old.terminal
      AND event.kind = 'inDoubt' AND json_extract(text, '$.data.hold') = old.hold ORDER BY event.sequence;
  DROP TABLE doubt_of_hold;
  CREATE TABLE item_return (terminal TEXT NOT NULL, journal TEXT NOT NULL, sequence INTEGER NOT NULL, item TEXT NOT NULL,
    compartment TEXT NOT NULL, at TEXT, received TEXT NOT NULL, loans INTEGER NOT NULL,
    PRIMARY KEY (terminal, journal, sequence));
  ALTER TABLE hold ADD COLUMN ordered TEXT;
  ALTER TABLE loan ADD COLUMN journal TEXT;
  ALTER TABLE loan ADD COLUMN at TEXT;
  ALTER TABLE loan ADD COLUMN returned_at TEXT;
  ALTER TABLE loan ADD COLUMN returned_terminal TEXT;
  ALTER TABLE loan ADD COLUMN returned_sequence INTEGER;
  CREATE INDEX hold_of_item ON hold (item);
  CREATE INDEX loan_of_item ON loan (item);
  CREATE INDEX return_of_item ON item_return (item);
  CREATE INDEX command_unanswered ON command (terminal) WHERE outcome IS NULL;`;

/** A loan need not be of a hold, and may end in more ways than by a return. */
const LOANS = `
  CREATE TABLE new_loan (number INTEGER PRIMARY KEY, hold TEXT UNIQUE, item TEXT NOT NULL, patron TEXT NOT NULL,
    terminal TEXT NOT NULL, journal TEXT, sequence INTEGER NOT NULL, at TEXT, received TEXT NOT NULL DEFAULT '',
    due TEXT NOT NULL, granted_by TEXT NOT NULL DEFAULT 'hold', pass TEXT, isbn TEXT, price_fen INTEGER,
    renewals INTEGER NOT NULL DEFAULT 0, disputed TEXT, ended_by TEXT, ended_at TEXT, ended_terminal TEXT,
    ended_sequence INTEGER);
  INSERT INTO new_loan (hold, item, patron, terminal, journal, sequence, at, due, ended_by, ended_at, ended_terminal,
      ended_sequence)
    SELECT hold, item, patron, terminal, journal, sequence, at, due, iif(returned_at IS NULL, NULL, 'return'),
      returned_at, returned_terminal, returned_sequence FROM loan ORDER BY rowid;
  DROP TABLE loan;
  ALTER TABLE new_loan RENAME TO loan;
  CREATE INDEX loan_of_item ON loan (item);
  CREATE INDEX loan_of_patron ON loan (patron) WHERE ended_by IS NULL;
  CREATE INDEX loan_of_pass ON loan (pass) WHERE pass IS NOT NULL;
  CREATE INDEX loan_of_isbn ON loan (isbn) WHERE isbn IS NOT NULL;`;

/** What a person must look at, by which rule it was settled, and what they said when they had looked. */
const CONFLICTS = `
  CREATE TABLE new_conflict (number INTEGER PRIMARY KEY, rule TEXT NOT NULL, terminal TEXT, journal TEXT,
    sequence INTEGER, item TEXT, hold TEXT, patron TEXT, pass TEXT, loan INTEGER, detail TEXT, since TEXT NOT NULL, explained TEXT,
    seen TEXT, word TEXT, UNIQUE (terminal, journal, sequence, rule));
  INSERT OR IGNORE INTO new_conflict (rule, terminal, journal, sequence, hold, since)
    SELECT CASE what WHEN 'second loan' THEN 'holdLentTwice' WHEN 'hold of another terminal' THEN 'holdElsewhere'
      ELSE 'returnOrLoanFirst' END, terminal, journal, sequence, hold, '' FROM conflict ORDER BY rowid;
  DROP TABLE conflict;
  ALTER TABLE new_conflict RENAME TO conflict;
  CREATE INDEX conflict_of_item ON conflict (item);`;

/** Who may borrow, with what proof, and what was asked. Cards and PINs only as hashes. */
const CREDIT = `
  CREATE TABLE patron (patron TEXT PRIMARY KEY, card_hash TEXT UNIQUE, pin_salt TEXT, pin_hash TEXT,
    tier INTEGER NOT NULL, standing TEXT NOT NULL DEFAULT 'good', wrong_pins INTEGER NOT NULL DEFAULT 0,
    pin_wait_until TEXT);
  CREATE TABLE pass_key (key INTEGER PRIMARY KEY, public_key TEXT NOT NULL, made TEXT NOT NULL, signs_from TEXT,
    passes_until TEXT);
  CREATE TABLE pass (pass TEXT PRIMARY KEY, patron TEXT NOT NULL, key INTEGER NOT NULL, items_max INTEGER NOT NULL,
    until TEXT NOT NULL);
  CREATE INDEX pass_of_patron ON pass (patron);
  CREATE TABLE revoked (id TEXT PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, until TEXT NOT NULL);
  CREATE TABLE question (terminal TEXT, id TEXT, kind TEXT NOT NULL, item TEXT, patron TEXT, isbn TEXT,
    price_fen INTEGER, answer TEXT NOT NULL, granted INTEGER NOT NULL, pending INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (terminal, id)) WITHOUT ROWID;
  CREATE INDEX question_pending ON question (patron) WHERE pending = 1;
  CREATE INDEX question_at ON question (at);`;

const STOCK = `
  CREATE TABLE stock (terminal TEXT, item TEXT, title TEXT NOT NULL, size TEXT NOT NULL, online_only INTEGER NOT NULL,
    isbn TEXT, price_fen INTEGER, status TEXT NOT NULL, compartment TEXT, reason TEXT, ordered TEXT NOT NULL,
    updated TEXT NOT NULL,
    PRIMARY KEY (terminal, item));
  CREATE INDEX stock_of_item ON stock (item);
  CREATE TABLE holding (isbn TEXT PRIMARY KEY, copies INTEGER NOT NULL);
  CREATE TABLE recall (item TEXT PRIMARY KEY, at TEXT NOT NULL);
  CREATE TABLE refusal (terminal TEXT, reason TEXT, by TEXT, count INTEGER NOT NULL, PRIMARY KEY (terminal, reason, by));
  ALTER TABLE terminal ADD COLUMN neighbours TEXT;
  ALTER TABLE hold ADD COLUMN reach TEXT;`;

/** Only holds that wait have a code, and a new one is looked for among them: not among all that ever were. */
const CODES = 'CREATE INDEX hold_of_code ON hold (terminal, code) WHERE code IS NOT NULL;';

/** `user_version` counts the steps a file has taken; a new step is added at the end. */
export const STEPS = [
  TABLES,
  'ALTER TABLE hold ADD COLUMN reason TEXT;',
  ITEMS,
  [LOANS, CONFLICTS, CREDIT, STOCK].join('\n'),
  CODES,
];

const LOAN_ITEMS = '(terminal, item) IN (SELECT value ->> 3, value ->> 1 FROM json_each(NEW.rows))';

/**
 * Made by each connection that writes: asking the thread of SQLite for a statement takes longer than the statement. Rows
 * of `loan` up to `granted_by`, with all that they end, go through the view `lend`; rows of `journal_event`, and loans
 * where they are all that these mean, through `told`.
 */
export const OF_CONNECTION = `
  CREATE TEMP VIEW lend (rows, now) AS SELECT NULL, NULL;
  CREATE TEMP TRIGGER lend_rows INSTEAD OF INSERT ON lend BEGIN
    DELETE FROM doubt WHERE ${LOAN_ITEMS};
    INSERT INTO loan (hold, item, patron, terminal, journal, sequence, at, received, due, granted_by)
      SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
        value ->> 8, value ->> 9 FROM json_each(NEW.rows) ORDER BY key;
    UPDATE hold SET status = 'lent', code = NULL, reason = NULL, updated = NEW.now
      WHERE id IN (SELECT value ->> 0 FROM json_each(NEW.rows));
    UPDATE stock SET status = 'lent', compartment = NULL, reason = NULL, updated = NEW.now WHERE ${LOAN_ITEMS};
    UPDATE question SET pending = 0 WHERE pending = 1
      AND (patron, terminal, item) IN (SELECT value ->> 2, value ->> 3, value ->> 1 FROM json_each(NEW.rows));
  END;
  CREATE TEMP VIEW told (events, loans, now) AS SELECT NULL, NULL, NULL;
  CREATE TEMP TRIGGER told_rows INSTEAD OF INSERT ON told BEGIN
    INSERT INTO journal_event SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
      FROM json_each(NEW.events) ORDER BY key;
    INSERT INTO lend SELECT NEW.loans, NEW.now WHERE NEW.loans IS NOT NULL;
  END;`;
