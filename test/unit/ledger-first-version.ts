/** A ledger as its first version left it: two entries, the first of them acknowledged, one view, seven starts. */
export const FIRST_VERSION = `
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
  END;
  INSERT INTO cursor VALUES (1, '0123456789abcdef', 7, 0);
  INSERT INTO batch VALUES ('[[1,"{\\"sequence\\":1}"],[2,"{\\"sequence\\":2}"]]',
    '[["holds","h1","{\\"title\\":\\"old\\"}"]]', 1, NULL);
  PRAGMA user_version = 1;
  PRAGMA application_id = 1129466980;`;
