import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../../src/history/cleanUp.ts';
import type { History } from '../../src/history/history.ts';
import { planCleanUp, type RetainedSession } from '../../src/history/retention.ts';
import { type SessionId, sessionId } from '../../src/protocol/transcript.ts';
import { solidPng } from '../support/png.ts';
import { answer, newSession, openHistory, screenshotItem, temporaryFolder } from './support.ts';

const NOTHING = { maxAgeMs: null, maxBytes: null };
const session = (name: string, updatedAt: number, bytes: number, inUse = false): RetainedSession => ({
  id: sessionId(name),
  updatedAt,
  bytes,
  inUse,
});
const idsOf = (sessions: readonly RetainedSession[]) => sessions.map(({ id }) => id);

describe('a plan', () => {
  const sessions = [session('new', 90, 10), session('old', 10, 10), session('middle', 50, 10)];

  test('without limits deletes nothing', () => {
    expect(planCleanUp(sessions, NOTHING, 1_000)).toEqual([]);
  });

  test('takes those past their age', () => {
    expect(idsOf(planCleanUp(sessions, { ...NOTHING, maxAgeMs: 50 }, 100))).toEqual(['old']);
  });

  test('takes the oldest until the rest fits', () => {
    expect(idsOf(planCleanUp(sessions, { ...NOTHING, maxBytes: 30 }, 100))).toEqual([]);
    expect(idsOf(planCleanUp(sessions, { ...NOTHING, maxBytes: 29 }, 100))).toEqual(['old']);
    expect(idsOf(planCleanUp(sessions, { ...NOTHING, maxBytes: 0 }, 100))).toEqual(['old', 'middle', 'new']);
  });

  test('counts what age takes, and leaves what is in use', () => {
    const used = [session('used', 1, 100, true), ...sessions];
    expect(idsOf(planCleanUp(used, { maxAgeMs: 50, maxBytes: 120 }, 100))).toEqual(['old']);
    expect(idsOf(planCleanUp(used, { maxAgeMs: 1, maxBytes: 1 }, 1_000))).toEqual(['old', 'middle', 'new']);
  });
});

describe('a clean-up', () => {
  const options = (open: readonly SessionId[] = []) => ({
    limits: { maxAgeMs: 1_000, maxBytes: null },
    now: 10_000,
    isOpen: (id: SessionId) => open.includes(id),
    signal: new AbortController().signal,
  });

  function fill(history: History, items: number, shade: number): SessionId {
    const { id } = newSession(history);
    const image = history.screenshots.put(solidPng(8, 8, shade), 'image/png');
    history.transaction(() => {
      history.appendItem(id, screenshotItem(0, image));
      for (let at = 1; at < items; at += 1) history.appendItem(id, answer(at, 'word '.repeat(50)));
      history.appendMessage(id, { role: 'user', content: 'Hi' });
    });
    return id;
  }

  const images = (history: History) =>
    readdirSync(history.screenshots.folder).filter((name) => name.endsWith('.png'));

  test('deletes old sessions with their screenshots and says what that freed', async () => {
    const { history } = openHistory();
    const ids = [fill(history, 2_000, 1), fill(history, 10, 2)];
    const bytes = ids.reduce((sum, id) => sum + history.sessionUse(id).own, 0);
    expect(bytes).toBeGreaterThan(2_000 * 250);
    const steps: number[][] = [];
    const result = await cleanUp(history, { ...options(), onProgress: (...step) => steps.push(step) });
    expect(result).toEqual({ sessions: 2, bytes });
    expect(steps).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(history.sessions()).toEqual([]);
    expect(images(history)).toEqual([]);
    expect(ids.map((id) => history.sessionUse(id).own)).toEqual([0, 0]);
  });

  test('counts a screenshot of several sessions once, for the one that goes last', async () => {
    const { history } = openHistory();
    const image = history.screenshots.put(solidPng(200, 200, 1), 'image/png');
    const fileBytes = history.screenshots.byteLength(image);
    const ids = [1_000, 2_000, 3_000].map((now) => {
      const { id } = newSession(history, 'A session', now);
      history.appendItem(id, screenshotItem(0, image));
      return id;
    });
    const texts = history.sessionUse(ids[0] as SessionId).own;
    expect(texts).toBeLessThan(fileBytes);
    const clean = (maxBytes: number) =>
      cleanUp(history, { ...options(), limits: { maxAgeMs: null, maxBytes } });
    expect(await clean(3 * texts + fileBytes)).toEqual({ sessions: 0, bytes: 0 });
    expect(await clean(2 * texts + fileBytes)).toEqual({ sessions: 1, bytes: texts });
    expect(history.session(ids[0] as SessionId)).toBeUndefined();
    expect(await clean(0)).toEqual({ sessions: 2, bytes: 2 * texts + fileBytes });
    expect(images(history)).toEqual([]);
  });

  test('deletes all of many screenshots, a few at a time, even when the host ends in between', async () => {
    const { history, folder } = openHistory(temporaryFolder());
    const { id } = newSession(history);
    const png = solidPng(8, 8, 1);
    history.transaction(() => {
      for (let at = 0; at < 1_500; at += 1) {
        const image = history.screenshots.put(Buffer.concat([png, Buffer.from(`${at}`)]), 'image/png');
        history.appendItem(id, screenshotItem(at, image));
      }
    });
    let left = images(history).length;
    let largestStep = 0;
    for (const _freed of history.eraseSession(id)) {
      const now = images(history).length;
      largestStep = Math.max(largestStep, left - now);
      left = now;
      if (left < 1_000) break;
    }
    expect(largestStep).toBeGreaterThan(0);
    expect(largestStep).toBeLessThanOrEqual(100);
    history.dispose();
    const next = openHistory(folder).history;
    const bytes = images(next).reduce(
      (sum, name) => sum + statSync(join(next.screenshots.folder, name)).size,
      0,
    );
    expect(await cleanUp(next, { ...options(), limits: NOTHING })).toMatchObject({ bytes });
    expect(images(next)).toEqual([]);
  });

  test('leaves sessions that are open here or in another window', async () => {
    const { history, folder } = openHistory(temporaryFolder());
    const open = fill(history, 3, 1);
    const elsewhere = fill(history, 3, 2);
    const closed = fill(history, 3, 3);
    const other = openHistory(folder).history;
    other.claimSession(elsewhere);
    expect(await cleanUp(history, options([open]))).toMatchObject({ sessions: 1 });
    expect(history.session(closed)).toBeUndefined();
    expect(history.sessions()).toHaveLength(2);
    expect(images(history)).toHaveLength(2);
  });

  test('that is cancelled shows no half session, and is finished by the next', async () => {
    const { history, folder } = openHistory(temporaryFolder());
    const id = fill(history, 2_000, 1);
    const erasing = history.eraseSession(id);
    erasing.next();
    erasing.next();
    erasing.return(undefined);
    expect(history.session(id)).toBeUndefined();
    expect(history.sessions()).toEqual([]);
    expect(history.unfinishedErasures()).toEqual([id]);
    const next = openHistory(folder).history;
    expect(await cleanUp(next, { ...options(), limits: NOTHING })).toMatchObject({ sessions: 1 });
    expect(next.unfinishedErasures()).toEqual([]);
    expect(images(next)).toEqual([]);
  });
});
