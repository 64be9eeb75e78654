import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ItemStore, Transcript } from '../../src/agent/transcript.ts';
import type { Operation } from '../../src/protocol/operations.ts';
import { type Item, ordinal, revision, sessionId } from '../../src/protocol/transcript.ts';
import { runningCommand } from '../support/runningCommand.ts';

/** Keeps items in memory and counts what is written. */
class MemoryStore implements ItemStore {
  readonly items: Item[] = [];
  puts = 0;
  readonly texts: string[] = [];

  itemCount() {
    return this.items.length;
  }

  readItems(_id: unknown, start: number, count: number) {
    return this.items.slice(start, start + count);
  }

  appendItem(_id: unknown, item: Item) {
    this.puts += 1;
    this.items.push(item);
  }

  replaceItem(_id: unknown, item: Item) {
    this.puts += 1;
    this.items[item.ordinal] = item;
  }

  appendText(_id: unknown, _place: unknown, at: number, text: string) {
    expect(at).toBe(this.texts.join('').length + 'He'.length);
    this.texts.push(text);
  }

  search() {
    return { ordinals: [], total: 0, settled: ordinal(0), settledTotal: 0 };
  }

  transaction<T>(action: () => T): T {
    const before = this.items.length;
    try {
      return action();
    } catch (error) {
      this.items.length = before;
      throw error;
    }
  }
}

const ID = sessionId('00000000-0000-4000-8000-000000000000');

const fail = (error: unknown) => {
  throw error;
};

describe('Transcript', () => {
  let store: MemoryStore;
  let transcript: Transcript;
  let operations: Operation[];

  beforeEach(() => {
    vi.useFakeTimers();
    store = new MemoryStore();
    transcript = new Transcript(store, ID, fail);
    operations = [];
    transcript.onOperation(({ operation }) => operations.push(operation));
    return () => {
      transcript.dispose();
      vi.useRealTimers();
    };
  });

  it('turns what happens into operations, each a revision', () => {
    const place = transcript.append({ kind: 'answer', text: 'He', state: 'streaming' });
    transcript.extend(place, 'llo');
    transcript.update(place, { kind: 'text', state: 'complete', durationMs: 5 });
    expect(operations.map(({ op }) => op)).toEqual(['append', 'extend', 'update']);
    expect(operations[1]).toEqual({ op: 'extend', ordinal: 0, at: 2, text: 'llo' });
    expect(transcript.revision).toBe(3);
    expect(transcript.item(place)).toMatchObject({ text: 'Hello', state: 'complete' });
  });

  it('shows growing text at once, writes it at most once a second, and whole when it is complete', () => {
    const place = transcript.append({ kind: 'answer', text: 'He', state: 'streaming' });
    for (let i = 0; i < 500; i += 1) transcript.extend(place, 'l');
    expect(transcript.page(place, 1).items[0]).toMatchObject({ text: `He${'l'.repeat(500)}` });
    expect(store.texts).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(store.texts).toEqual(['l'.repeat(500)]);
    transcript.extend(place, 'o');
    vi.advanceTimersByTime(1_000);
    expect(store.texts.at(-1)).toBe('o');
    expect(store.puts).toBe(1);
    transcript.update(place, { kind: 'text', state: 'complete', durationMs: 5 });
    expect(store.items[0]).toMatchObject({ text: `He${'l'.repeat(500)}o`, state: 'complete' });
    expect(store.puts).toBe(2);
  });

  it('shows the end of what an action prints without writing it', () => {
    const place = transcript.append(runningCommand(0));
    for (let i = 0; i < 100; i += 1) {
      const latest = { text: `line ${i}`, leftOut: i, file: null };
      transcript.show(place, { kind: 'action', state: { status: 'running', latest } });
    }
    vi.advanceTimersByTime(1_000);
    expect(transcript.item(place)).toMatchObject({ state: { latest: { text: 'line 99' } } });
    expect(operations).toHaveLength(101);
    expect(store.puts).toBe(1);
    expect(store.texts).toEqual([]);
  });

  it('writes what is open when it is disposed', () => {
    const place = transcript.append({ kind: 'answer', text: 'He', state: 'streaming' });
    transcript.extend(place, 'llo');
    transcript.dispose();
    expect(store.texts).toEqual(['llo']);
  });

  it('remembers recent operations only, and says when a revision is too old', () => {
    transcript.append({ kind: 'user', text: 'hi' });
    const place = transcript.append({ kind: 'answer', text: 'He', state: 'streaming' });
    expect(transcript.operationsSince(revision(1))).toHaveLength(1);
    expect(transcript.operationsSince(transcript.revision)).toEqual([]);
    expect(transcript.operationsSince(revision(99))).toBeUndefined();
    for (let i = 0; i < 10_000; i += 1) transcript.extend(place, '.');
    expect(transcript.operationsSince(revision(0))).toBeUndefined();
    const recent = transcript.operationsSince(revision(transcript.revision - 10));
    expect(recent).toHaveLength(10);
    expect(recent?.at(-1)).toEqual(operations.at(-1));
  });

  it('keeps no more of heavy operations than a panel would catch up on', () => {
    for (let i = 0; i < 100; i += 1) transcript.append({ kind: 'user', text: 'x'.repeat(100_000) });
    expect(transcript.operationsSince(revision(98))).toHaveLength(2);
    expect(transcript.operationsSince(revision(90))).toBeUndefined();
    transcript.append({ kind: 'user', text: 'x'.repeat(10_000_000) });
    expect(transcript.operationsSince(revision(100))).toBeUndefined();
    expect(transcript.operationsSince(transcript.revision)).toEqual([]);
  });

  it('changes several things together or not at all, and tells of them when they are stored', () => {
    const place = transcript.append({ kind: 'answer', text: 'He', state: 'streaming' });
    const change = () => {
      transcript.update(place, { kind: 'text', state: 'complete', durationMs: 5 });
      transcript.append({ kind: 'user', text: 'one' });
      expect(operations).toHaveLength(1);
    };
    const failing = () =>
      transcript.together(() => {
        change();
        throw new Error('The disk is full.');
      });
    expect(failing).toThrow('full');
    expect(transcript.count).toBe(1);
    expect(operations).toHaveLength(1);
    transcript.together(change);
    expect(operations.map(({ op }) => op)).toEqual(['append', 'update', 'append']);
    expect(transcript.page(ordinal(0), 9).items).toMatchObject([{ state: 'complete' }, { text: 'one' }]);
    expect(() => transcript.extend(place, 'llo')).toThrow('settled');
  });

  it('reads settled items from the store and continues after those that are there', () => {
    transcript.append({ kind: 'user', text: 'one' });
    const reopened = new Transcript(store, ID, fail);
    expect(reopened.append({ kind: 'user', text: 'two' })).toBe(1);
    expect(reopened.page(ordinal(0), 10).items).toMatchObject([{ text: 'one' }, { text: 'two' }]);
    reopened.dispose();
  });

  it('lets a settled notice lose its buttons', () => {
    const place = transcript.append({
      kind: 'notice',
      severity: 'error',
      text: 'Failed',
      detail: '',
      until: null,
      actions: ['retry'],
    });
    transcript.update(place, { kind: 'notice', text: 'Failed', until: null, actions: [] });
    expect(store.items[0]).toMatchObject({ actions: [] });
  });
});
