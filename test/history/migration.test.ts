import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/history/schema.ts';
import { ordinal, sessionId } from '../../src/protocol/transcript.ts';
import { answer, erase, openHistory, temporaryFolder } from './support.ts';

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
  db.close();

  const { history } = openHistory(folder);
  expect(history.recovered).toBeUndefined();
  expect(history.readItems(id, ordinal(0), 9)).toEqual([
    answer(0, 'The first'),
    answer(1, 'Grows', 'streaming'),
  ]);
  expect(history.readMessages(id)).toEqual([{ role: 'user', content: 'Hi' }]);
  expect(history.search(id, 'grows').hits.map((hit) => hit.ordinal)).toEqual([1]);
  erase(history, id);
  expect(history.readItems(id, ordinal(0), 9)).toEqual([]);
});
