import { effect } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import {
  type BatchMessage,
  type OpenedMessage,
  PROTOCOL_VERSION,
  type SessionStatus,
  type TextMessage,
  type WebviewMessage,
} from '../../../src/protocol/messages.ts';
import type { Operation } from '../../../src/protocol/operations.ts';
import { type AnswerItem, ordinal, revision, sessionId } from '../../../src/protocol/transcript.ts';
import { READY_INTERVAL_MS, SessionStore } from '../../../webview/store/session-store.ts';
import { VirtualClock } from '../../panel/virtualClock.ts';

const SESSION = sessionId('00000000-0000-4000-8000-000000000001');
const STATUS: SessionStatus = {
  title: 'A session',
  run: { state: 'idle' },
  access: 'full',
  consent: 'given',
  model: { provider: 'anthropic', label: 'Claude' },
  computer: { kind: 'browser', label: 'Chromium' },
  control: 'claude',
  tokens: { input: 0, output: 0 },
  httpLogs: false,
  unattended: 'off',
};

function answer(at: number): AnswerItem {
  return { kind: 'answer', ordinal: ordinal(at), at: 0, text: '', state: 'streaming' };
}

const opened: OpenedMessage = {
  type: 'opened',
  feed: 1,
  protocol: PROTOCOL_VERSION,
  session: SESSION,
  revision: revision(10),
  count: 2,
  page: { start: ordinal(0), items: [answer(0), answer(1)] },
  status: STATUS,
  screenshots: 'https://resource/screenshots',
};

function batch(from: number, operations: readonly Operation[]): BatchMessage {
  return { type: 'batch', from: revision(from), to: revision(from + operations.length), operations };
}

function text(text: string): TextMessage {
  return { type: 'text', text };
}

function extend(at: number, offset: number, text: string): Operation {
  return { op: 'extend', ordinal: ordinal(at), at: offset, text };
}

const COMPLETE = { kind: 'text', state: 'complete', durationMs: 0 } as const;

function createStore() {
  const posted: WebviewMessage[] = [];
  const errors: unknown[] = [];
  const frames: (() => void)[] = [];
  const clock = new VirtualClock();
  const store = new SessionStore({
    post: (message) => posted.push(message),
    anchorOf: () => ({ ordinal: ordinal(1), offset: 12 }),
    around: () => ordinal(1),
    onSent: () => {},
    schedule: (callback) => frames.push(callback),
    onError: (error) => errors.push(error),
    now: () => clock.now(),
    after: (callback, ms) => {
      const timer = clock.schedule(callback, ms);
      return () => timer.dispose();
    },
  });
  const nextFrame = () => {
    for (const frame of frames.splice(0)) frame();
  };
  const textAt = (at: number) => (store.items.row(ordinal(at)).value as AnswerItem | undefined)?.text;
  return { store, posted, errors, frames, clock, nextFrame, textAt };
}

describe('SessionStore', () => {
  it('asks for the transcript around the place that was read last', () => {
    const { store, posted } = createStore();
    store.start();
    expect(posted).toEqual([{ type: 'ready', protocol: PROTOCOL_VERSION, have: null, around: 1 }]);
  });

  it('shows what the host opened', () => {
    const { store, nextFrame } = createStore();
    store.receive(opened);
    expect(store.opened.value).toBeNull();
    nextFrame();
    expect(store.opened.value).toEqual({
      session: SESSION,
      screenshots: 'https://resource/screenshots',
      anchor: { ordinal: 1, offset: 12 },
      list: 1,
    });
    expect(store.status.value).toEqual(STATUS);
    expect(store.items.count.value).toBe(2);
    expect(store.outdated.value).toBe(false);
  });

  it('acknowledges what comes at once, and applies all that came within a frame together, in order', () => {
    const { store, posted, frames, nextFrame, textAt } = createStore();
    store.receive(opened);
    nextFrame();
    const seen: (string | undefined)[] = [];
    effect(() => {
      seen.push(textAt(1));
    });
    store.receive(batch(10, [extend(1, 0, 'one'), extend(1, 3, ' two')]));
    store.receive(text(' three'));
    expect(frames).toHaveLength(1);
    expect(posted).toEqual([
      { type: 'ack', feed: 1, count: 0 },
      { type: 'ack', feed: 1, count: 1 },
      { type: 'ack', feed: 1, count: 2 },
    ]);
    nextFrame();
    expect(seen).toEqual(['', 'one two three']);
    expect(store.activity.value).toBe(2);
  });

  it('takes a batch twice without harm', () => {
    const { store, nextFrame, textAt } = createStore();
    const twice = batch(10, [extend(1, 0, 'one'), { op: 'append', item: answer(2) }]);
    for (const message of [opened, twice, twice]) store.receive(message);
    nextFrame();
    expect(textAt(1)).toBe('one');
    expect(store.items.count.value).toBe(3);
  });

  it('adds a text to what the change before it wrote', () => {
    const { store, nextFrame, textAt } = createStore();
    const item = { ...answer(2), text: 'An' };
    const changes = [batch(10, [{ op: 'append', item }]), text(' answer'), batch(11, [extend(0, 0, 'a')])];
    for (const message of [opened, ...changes, text('b')]) store.receive(message);
    nextFrame();
    expect(textAt(2)).toBe('An answer');
    expect(textAt(0)).toBe('ab');
  });

  it.each([
    ['it was opened with', []],
    ['nothing was written by', [batch(10, [{ op: 'update', ordinal: ordinal(1), change: COMPLETE }])]],
  ])('asks for the transcript again when text comes after what %s', (_, changes) => {
    const { store, posted, nextFrame, textAt } = createStore();
    for (const message of [opened, ...changes, text('where?')]) store.receive(message);
    nextFrame();
    expect(posted.at(-1)).toMatchObject({ type: 'ready', have: null });
    expect(textAt(1)).toBe('');
  });

  it('leaves alone what comes before it was opened, and does not acknowledge it', () => {
    const { store, posted, frames } = createStore();
    store.receive(text('for a document before this one'));
    store.receive(batch(0, []));
    store.receive({ type: 'status', status: STATUS });
    expect([posted, frames]).toEqual([[], []]);
  });

  it('asks for the transcript until it comes, less and less often', () => {
    const { store, posted, clock, nextFrame } = createStore();
    store.start();
    clock.advance(3 * READY_INTERVAL_MS);
    expect(posted).toHaveLength(3);
    clock.advance(60 * READY_INTERVAL_MS);
    expect(posted.length).toBeLessThan(13);
    store.receive(opened);
    nextFrame();
    const before = posted.length;
    clock.advance(60 * READY_INTERVAL_MS);
    expect([posted.length, clock.pending]).toEqual([before, 0]);
  });

  it('says what it has when the host asks, and goes on from there', () => {
    const { store, posted, nextFrame, textAt } = createStore();
    for (const message of [opened, batch(10, [extend(1, 0, 'one')]), text(' two')]) store.receive(message);
    store.receive({ type: 'resync' });
    const sinceOpened = store.opened;
    nextFrame();
    const before = sinceOpened.value;
    expect(posted.at(-1)).toMatchObject({ type: 'ready', have: { feed: 1, count: 2 }, around: 1 });
    store.receive(text(' of the feed before'));
    store.receive({ type: 'resumed', feed: 2, revision: revision(12), status: STATUS });
    store.receive(batch(12, [extend(1, 7, ' three')]));
    nextFrame();
    expect(textAt(1)).toBe('one two three');
    expect(store.opened.value).toBe(before);
    expect(posted.at(-1)).toEqual({ type: 'ack', feed: 2, count: 1 });
  });

  it('asks for the transcript again when it missed something', () => {
    const { store, posted, nextFrame, textAt } = createStore();
    store.receive(opened);
    store.receive(batch(15, [extend(1, 0, 'too far')]));
    nextFrame();
    expect(posted.map(({ type }) => type)).toEqual(['ack', 'ack', 'ready']);
    expect(textAt(1)).toBe('');
  });

  it('lets a second opening replace the first', () => {
    const { store, nextFrame } = createStore();
    store.receive(opened);
    nextFrame();
    const first = store.opened.value;
    store.receive({ ...opened, feed: 2, count: 0, page: { start: ordinal(0), items: [] } });
    nextFrame();
    expect(store.items.count.value).toBe(0);
    expect(store.opened.value?.list).not.toBe(first?.list);
  });

  it('keeps its list and counts on over a second opening of the same session', () => {
    const { store, nextFrame } = createStore();
    for (const message of [opened, batch(10, [extend(1, 0, 'one')])]) store.receive(message);
    nextFrame();
    const before = [store.opened.value?.list, store.activity.value];
    expect(before).toEqual([1, 1]);
    store.receive({ ...opened, feed: 2, revision: revision(11) });
    nextFrame();
    expect([store.opened.value?.list, store.activity.value]).toEqual([1, 1]);
    store.receive({ ...opened, feed: 3, revision: revision(12), count: 2 });
    nextFrame();
    expect([store.opened.value?.list, store.activity.value]).toEqual([1, 2]);
    const other = sessionId('00000000-0000-4000-8000-000000000002');
    store.receive({ ...opened, feed: 4, session: other });
    nextFrame();
    expect(store.opened.value?.list).toBe(2);
  });

  it('says so when the host speaks another version', () => {
    const { store, nextFrame } = createStore();
    store.receive({ ...opened, protocol: PROTOCOL_VERSION + 1 });
    nextFrame();
    expect(store.outdated.value).toBe(true);
  });

  it('takes in pages and the status', () => {
    const { store, nextFrame, posted, textAt } = createStore();
    store.receive({ ...opened, count: 100, page: { start: ordinal(98), items: [answer(98), answer(99)] } });
    nextFrame();
    store.items.show(0, 5);
    expect(posted.slice(1)).toEqual([{ type: 'read-page', request: 1, start: 0, count: 50, wanted: 0 }]);
    store.receive({ type: 'page', request: 1, page: { start: ordinal(0), items: [answer(0)] } });
    store.receive({ type: 'status', status: { ...STATUS, httpLogs: true } });
    nextFrame();
    expect(textAt(0)).toBe('');
    expect(store.status.value?.httpLogs).toBe(true);
  });
});
