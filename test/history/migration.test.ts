import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/history/schema.ts';
import { ordinal, sessionId } from '../../src/protocol/transcript.ts';
import { answer, erase, openHistory, search, temporaryFolder } from './support.ts';

/** The version before inputs of actions were searched. */
const BEFORE_INPUTS = MIGRATIONS.findIndex((sql) => sql.startsWith('DELETE FROM search_texts'));

test('a database of an older version keeps everything, and can be searched', () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'history.db'));
  for (const migration of MIGRATIONS.slice(0, 2)) db.exec(migration);
  db.exec('PRAGMA user_version = 2');
  const id = sessionId('00000000-0000-4000-8000-000000000001');
  db.prepare(
    "INSERT INTO sessions (id, title, provider, created_at, updated_at, item_count, message_count) VALUES (?, 'Old', 'demo', 1, 1, 2, 1)",
  ).run(id);
  const insert = db.prepare('INSERT INTO items (session, ordinal, kind, open, json) VALUES (?, ?, ?, ?, ?)');
  insert.run(id, 0, 'answer', 0, JSON.stringify(answer(0, 'The first')));
  insert.run(id, 1, 'answer', 1, JSON.stringify(answer(1, 'Gro', 'streaming')));
  db.prepare('INSERT INTO text_chunks VALUES (?, 1, 3, 5, ?)').run(id, '"ws"');
  db.prepare('INSERT INTO messages VALUES (?, 0, ?)').run(id, '{"role":"user","content":"Hi"}');
  db.prepare('INSERT INTO drafts VALUES (?, ?)').run(id, '{"blocks":[]}');
  db.close();

  const { history } = openHistory(folder);
  expect(history.recovered).toBeUndefined();
  expect(history.readItems(id, ordinal(0), 9)).toEqual([
    answer(0, 'The first'),
    answer(1, 'Grows', 'streaming'),
  ]);
  expect(history.readMessages(id)).toEqual([{ role: 'user', content: 'Hi' }]);
  expect(search(history, id, 'grows').ordinals).toEqual([1]);
  erase(history, id);
  expect(history.readItems(id, ordinal(0), 9)).toEqual([]);
});

test('what is known for searches is made anew where it lacks what actions were given', () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'history.db'));
  for (const migration of MIGRATIONS.slice(0, BEFORE_INPUTS)) db.exec(migration);
  db.exec(`PRAGMA user_version = ${BEFORE_INPUTS}`);
  const id = sessionId('00000000-0000-4000-8000-000000000001');
  db.prepare(
    "INSERT INTO sessions (id, title, provider, created_at, updated_at, item_count) VALUES (?, 'Old', 'demo', 1, 1, 1)",
  ).run(id);
  const action = {
    kind: 'action',
    ordinal: 0,
    at: 1,
    toolset: 'browser',
    member: 'type',
    summary: 'Type',
    input: '{"text": "flat white"}',
    points: [],
    before: null,
    state: { status: 'interrupted', durationMs: 1 },
  };
  db.prepare("INSERT INTO items (session, ordinal, kind, open, json) VALUES (?, 0, 'action', 0, ?)").run(
    id,
    JSON.stringify(action),
  );
  db.prepare("INSERT INTO search_texts (session, ordinal, text) VALUES (?, 0, 'type')").run(id);
  db.close();

  const { history } = openHistory(folder);
  expect(search(history, id, 'flat white').ordinals).toEqual([0]);
});
