/**
 * The schema's history: entry n takes a database of version n to version n + 1. Released entries never change.
 *
 * `items.open` marks items that may still change; the partial index finds them without reading the rest. Text in
 * `json` columns is JSON, which keeps lone surrogates and NUL as they are where SQLite's UTF-8 would not.
 * `unused_screenshots` names files to delete: they leave it once they are gone, so a crash in between leaks nothing.
 * `search_texts` is derived from `items`: see `SearchIndex`. `screenshot_refs.bytes` is the length of the file, `put_at`
 * when it was put last before the reference was made, in ms since the epoch.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sessions (
    id            TEXT PRIMARY KEY,
    title         TEXT NOT NULL,
    provider      TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    item_count    INTEGER NOT NULL DEFAULT 0,
    message_count INTEGER NOT NULL DEFAULT 0,
    input_tokens  INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX sessions_by_activity ON sessions(updated_at);

  CREATE TABLE items (
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    open    INTEGER NOT NULL,
    json    TEXT NOT NULL,
    PRIMARY KEY (session, ordinal)
  ) WITHOUT ROWID;
  CREATE INDEX open_items ON items(session, ordinal) WHERE open = 1;

  CREATE TABLE text_chunks (
    session  TEXT NOT NULL,
    ordinal  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    text_end INTEGER NOT NULL,
    json     TEXT NOT NULL,
    PRIMARY KEY (session, ordinal, at),
    FOREIGN KEY (session, ordinal) REFERENCES items(session, ordinal) ON DELETE CASCADE
  ) WITHOUT ROWID;

  CREATE TABLE messages (
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    json    TEXT NOT NULL,
    PRIMARY KEY (session, number)
  ) WITHOUT ROWID;

  CREATE TABLE drafts (
    session TEXT PRIMARY KEY REFERENCES sessions(id) ON DELETE CASCADE,
    json    TEXT NOT NULL
  );

  CREATE TABLE screenshot_refs (
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    sha256  TEXT NOT NULL,
    file    TEXT NOT NULL,
    PRIMARY KEY (session, sha256)
  ) WITHOUT ROWID;
  CREATE INDEX screenshot_refs_by_file ON screenshot_refs(file);

  CREATE TABLE unused_screenshots (
    file TEXT PRIMARY KEY
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE leases (
    session    TEXT PRIMARY KEY REFERENCES sessions(id) ON DELETE CASCADE,
    holder     TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    machine    TEXT NOT NULL,
    renewed_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  // Rows of a thousand characters do not fit the pages of WITHOUT ROWID tables: each took a page of its own besides.
  `
  DROP INDEX open_items;
  ALTER TABLE items RENAME TO old_items;
  ALTER TABLE text_chunks RENAME TO old_text_chunks;
  ALTER TABLE messages RENAME TO old_messages;

  CREATE TABLE items (
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    open    INTEGER NOT NULL,
    json    TEXT NOT NULL,
    PRIMARY KEY (session, ordinal)
  );
  CREATE TABLE text_chunks (
    session  TEXT NOT NULL,
    ordinal  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    text_end INTEGER NOT NULL,
    json     TEXT NOT NULL,
    PRIMARY KEY (session, ordinal, at),
    FOREIGN KEY (session, ordinal) REFERENCES items(session, ordinal) ON DELETE CASCADE
  );
  CREATE TABLE messages (
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    json    TEXT NOT NULL,
    PRIMARY KEY (session, number)
  );
  INSERT INTO items SELECT session, ordinal, kind, open, json FROM old_items;
  INSERT INTO text_chunks SELECT session, ordinal, at, text_end, json FROM old_text_chunks;
  INSERT INTO messages SELECT session, number, json FROM old_messages;
  DROP TABLE old_text_chunks;
  DROP TABLE old_items;
  DROP TABLE old_messages;
  CREATE INDEX open_items ON items(session, ordinal) WHERE open = 1;
  CREATE INDEX user_items ON items(session, ordinal) WHERE kind = 'user';

  CREATE TABLE search_texts (
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (session, ordinal)
  );
  ALTER TABLE screenshot_refs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  `,
  // A session that is being deleted is hidden.
  'ALTER TABLE sessions ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0',
  // 0: not known.
  `
  ALTER TABLE screenshot_refs ADD COLUMN put_at REAL NOT NULL DEFAULT 0;
  ALTER TABLE unused_screenshots ADD COLUMN put_at REAL NOT NULL DEFAULT 0;
  `,
  // What actions were given is searched too: sessions with actions are taken in anew.
  "DELETE FROM search_texts WHERE session IN (SELECT session FROM items WHERE kind = 'action')",
  // Without an index: it holds the turns that are under way, and is read when a session is opened.
  `
  CREATE TABLE draft_parts (
    number  INTEGER PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    json    TEXT NOT NULL
  );
  INSERT INTO draft_parts (session, json) SELECT session, json FROM drafts;
  DROP TABLE drafts;
  `,
  // Written with each item, and of no use: sessions are few enough to be sorted.
  'DROP INDEX sessions_by_activity',
  // Which computer it has: until now there were browsers only.
  "ALTER TABLE sessions ADD COLUMN computer TEXT NOT NULL DEFAULT 'browser'",
];
