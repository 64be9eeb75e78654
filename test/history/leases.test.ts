import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { HistoryError } from '../../src/history/history.ts';
import { RENEW_INTERVAL_MS, STALE_AFTER_MS } from '../../src/history/leases.ts';
import { ordinal, type SessionId, sessionId } from '../../src/protocol/transcript.ts';
import { answer, erase, newSession, openHistory } from './support.ts';

const HOLDER = join(import.meta.dirname, 'holder.ts');

/** Two hosts over one database, and a session. */
function twoHosts() {
  const { history: one, folder } = openHistory();
  const { history: two } = openHistory(folder);
  return { one, two, folder, id: newSession(one).id };
}

describe('a session that two hosts want', () => {
  test('is had by the first, and by the other when it is let go', () => {
    const { one, two, id } = twoHosts();
    expect(one.claimSession(id)).toBe(true);
    expect(one.claimSession(id)).toBe(true);
    expect(two.claimSession(id)).toBe(false);
    two.releaseSession(id);
    expect(two.claimSession(id)).toBe(false);
    one.releaseSession(id);
    expect(two.claimSession(id)).toBe(true);
    expect(one.claimSession(id)).toBe(false);
  });

  test('is let go with the history', () => {
    const { one, two, id } = twoHosts();
    one.claimSession(id);
    one.dispose();
    expect(two.claimSession(id)).toBe(true);
  });

  test('is written by its holder only, and read and renamed by all', () => {
    const { one, two, id } = twoHosts();
    one.claimSession(id);
    one.appendItem(id, answer(0, 'mine', 'streaming'));
    const writes = [
      () => two.appendItem(id, answer(1, 'yours')),
      () => two.replaceItem(id, answer(0, 'yours')),
      () => two.appendText(id, ordinal(0), 4, '!'),
      () => two.settleOpenItems(id, 5_000),
      () => two.appendMessage(id, { role: 'user', content: 'hi' }),
      () => two.addToDraft(id, {}),
      () => two.clearDraft(id),
    ];
    for (const write of writes) expect(write).toThrow(expect.objectContaining({ code: 'elsewhere' }));
    erase(two, id);
    expect(two.readItems(id, ordinal(0), 9)).toEqual([answer(0, 'mine', 'streaming')]);
    two.updateSession(id, { title: 'Renamed' });
    expect(one.session(id)?.title).toBe('Renamed');
  });

  test('must exist', () => {
    const { one } = twoHosts();
    const unknown = sessionId('00000000-0000-4000-8000-000000000000');
    expect(() => one.claimSession(unknown)).toThrow(HistoryError);
  });

  test('goes with its lease when it is deleted', () => {
    const { one, two, id } = twoHosts();
    one.claimSession(id);
    erase(one, id);
    expect(two.session(id)).toBeUndefined();
  });
});

describe('a holder that stands still', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('keeps its sessions as long as it renews them', () => {
    const { one, two, id } = twoHosts();
    one.claimSession(id);
    vi.advanceTimersByTime(4 * STALE_AFTER_MS);
    expect(two.claimSession(id)).toBe(false);
  });

  test('loses them after a while, is told, and writes no more', () => {
    const { one, two, id } = twoHosts();
    const lost: SessionId[] = [];
    one.onDidLoseSession((session) => lost.push(session));
    one.claimSession(id);
    // The clock goes on and its timers do not: it slept.
    vi.setSystemTime(Date.now() + STALE_AFTER_MS + 1);
    expect(two.claimSession(id)).toBe(true);
    expect(() => one.appendItem(id, answer(0, 'late'))).toThrow(/in use in another window/);
    two.releaseSession(id);
    expect(() => one.appendItem(id, answer(0, 'later'))).toThrow(/in use in another window/);
    vi.advanceTimersByTime(RENEW_INTERVAL_MS);
    expect(lost).toEqual([id]);
  });
});

test('the session of a host that was killed is free at once', async () => {
  const { history, folder } = openHistory();
  const { id } = newSession(history);
  const child = spawn(process.execPath, [HOLDER, folder, id], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('true');
  expect(history.claimSession(id)).toBe(false);
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  expect(history.claimSession(id)).toBe(true);
});
