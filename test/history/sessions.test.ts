import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { History, HistoryError } from '../../src/history/history.ts';
import { ordinal, screenshotFileName, sessionId } from '../../src/protocol/transcript.ts';
import { solidPng } from '../support/png.ts';
import { answer, erase, newSession, openHistory, screenshotItem } from './support.ts';

const UNKNOWN = sessionId('00000000-0000-0000-0000-000000000000');

describe('sessions', () => {
  test('are listed by their last activity, a page at a time', () => {
    const { history } = openHistory();
    const first = newSession(history, 'first', 1);
    const second = newSession(history, 'second', 2);
    const third = newSession(history, 'third', 3);
    history.updateSession(first.id, { updatedAt: 10 });

    expect(history.sessions().map(({ title }) => title)).toEqual(['first', 'third', 'second']);
    expect(history.sessions({ limit: 1, offset: 1 })).toEqual([third]);
    expect(history.session(second.id)).toEqual(second);
    expect(history.session(UNKNOWN)).toBeUndefined();
  });

  test('are changed field by field', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    history.updateSession(id, { title: 'Renamed' });
    history.updateSession(id, { tokens: { input: 5, output: 7 } });
    expect(history.session(id)).toMatchObject({
      title: 'Renamed',
      updatedAt: 1_000,
      tokens: { input: 5, output: 7 },
    });
    expect(() => history.updateSession(UNKNOWN, { title: 'x' })).toThrow(HistoryError);
  });

  test('are as they were after reopening', () => {
    const { history, folder } = openHistory();
    const { id } = newSession(history, 'Kept');
    history.appendItem(id, answer(0, 'hello'));
    const record = history.session(id);
    history.dispose();

    const reopened = openHistory(folder).history;
    expect(reopened.recovered).toBeUndefined();
    expect(reopened.session(id)).toEqual(record);
    expect(record).toMatchObject({ itemCount: 1, title: 'Kept' });
  });

  test('go with everything in them', () => {
    const { history, folder } = openHistory();
    const { id } = newSession(history);
    const kept = newSession(history, 'kept');
    history.appendItem(id, answer(0, '', 'streaming'));
    history.appendText(id, ordinal(0), 0, 'text');
    history.appendMessage(id, { role: 'user', content: 'hi' });
    history.addToDraft(id, { turn: 1 });
    erase(history, id);

    expect(history.sessions().map((session) => session.id)).toEqual([kept.id]);
    expect(history.itemCount(id)).toBe(0);
    expect(history.readItems(id, ordinal(0), 10)).toEqual([]);
    expect(history.readMessages(id)).toEqual([]);
    expect(history.readDraft(id)).toEqual([]);
    history.dispose();
    const db = new DatabaseSync(join(folder, 'history.db'));
    for (const table of ['items', 'text_chunks', 'messages', 'draft_parts', 'screenshot_refs']) {
      expect(db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()).toEqual({ rows: 0 });
    }
    db.close();
  });

  test('take along the screenshots only they refer to', () => {
    const { history } = openHistory();
    const [one, two] = [newSession(history), newSession(history)];
    const shared = history.screenshots.put(solidPng(10, 10, 1), 'image/png');
    const own = history.screenshots.put(solidPng(10, 10, 2), 'image/png');
    history.appendItem(one.id, screenshotItem(0, shared));
    history.appendItem(one.id, screenshotItem(1, own));
    history.appendMessage(two.id, {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'stored', sha256: shared.sha256, media_type: 'image/png' } },
      ],
    });
    const path = (ref: typeof own) => join(history.screenshots.folder, screenshotFileName(ref));

    erase(history, one.id);
    expect(existsSync(path(own))).toBe(false);
    expect(existsSync(path(shared))).toBe(true);
    erase(history, two.id);
    expect(existsSync(path(shared))).toBe(false);
  });
});

describe('a damaged or strange store', () => {
  test('is set aside, and a fresh one is made', async () => {
    const { history, folder } = openHistory();
    newSession(history);
    history.dispose();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'history.db'), 'this is no database '.repeat(500));

    const fresh = openHistory(folder).history;
    expect(fresh.sessions()).toEqual([]);
    expect(fresh.recovered && existsSync(fresh.recovered)).toBe(true);
    newSession(fresh);
    expect(readdirSync(folder).filter((name) => name.includes('damaged')).length).toBeGreaterThan(0);
  });

  test('of a newer version is left alone', () => {
    const { history, folder } = openHistory();
    newSession(history);
    history.dispose();
    const db = new DatabaseSync(join(folder, 'history.db'));
    db.exec('PRAGMA user_version = 99');
    db.close();

    expect(() => History.open(folder)).toThrow(expect.objectContaining({ code: 'newer' }));
    expect(() => History.open(folder)).toThrow(/newer version of the extension/);
    expect(readdirSync(folder).some((name) => name.includes('damaged'))).toBe(false);
  });
});
