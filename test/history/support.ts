import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { History, type SessionRecord } from '../../src/history/history.ts';
import type { SearchOptions } from '../../src/history/search.ts';
import type { SearchResults } from '../../src/protocol/messages.ts';
import {
  type AnswerItem,
  ordinal,
  type ScreenshotItem,
  type ScreenshotRef,
  type SessionId,
} from '../../src/protocol/transcript.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A history that is closed after the test, with one session in it. */
export function openHistory(folder = temporaryFolder()): { history: History; folder: string } {
  const history = History.open(folder);
  onTestFinished(() => history.dispose());
  return { history, folder };
}

export function newSession(history: History, title = 'A session', now = 1_000): SessionRecord {
  return history.createSession({ title, now, provider: 'anthropic', computer: 'browser' });
}

/** Deletes a session with all its steps at once. Returns the bytes freed. */
export function erase(history: History, id: SessionId): number {
  let bytes = 0;
  for (const freed of history.eraseSession(id)) bytes += freed;
  return bytes;
}

export function answer(at: number, text: string, state: AnswerItem['state'] = 'complete'): AnswerItem {
  return { kind: 'answer', ordinal: ordinal(at), at: 1_000 + at, text, state };
}

export function screenshotItem(at: number, image: ScreenshotRef): ScreenshotItem {
  return {
    kind: 'screenshot',
    ordinal: ordinal(at),
    at: 1_000 + at,
    image,
    scope: 'screen',
    caption: 'A page',
  };
}

/** Looks through a whole session. @param options - what is not as usual */
export function search(
  history: History,
  id: SessionId,
  query: string,
  options: Partial<SearchOptions> = {},
): SearchResults {
  return history.search(id, { query, from: ordinal(0), limit: 1_000, live: [], ...options });
}
