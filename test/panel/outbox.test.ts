import { describe, expect, test } from 'vitest';
import {
  ACK_TIMEOUT_MS,
  HIDDEN_TIMEOUT_MS,
  MAX_PENDING_CHARACTERS,
  MAX_PENDING_ITEMS,
  Outbox,
} from '../../src/panel/outbox.ts';
import { POST_INTERVAL_MS, STATUS_INTERVAL_MS } from '../../src/panel/postingPace.ts';
import type { AckMessage, BatchMessage, HostMessage } from '../../src/protocol/messages.ts';
import { type Item, ordinal } from '../../src/protocol/transcript.ts';
import { ACTION, ANSWER, FakeSource, ModelWebview, READY } from './fakes.ts';
import { VirtualClock } from './virtualClock.ts';

/** An outbox whose webview acknowledges when the test says so. */
function setUp(source = new FakeSource()) {
  const clock = new VirtualClock();
  const posted: HostMessage[] = [];
  const webview = new ModelWebview();
  const acks = new Map<HostMessage, AckMessage>();
  const outbox = new Outbox(source, (message) => posted.push(message), { screenshots: 'screens', clock });
  return {
    source,
    clock,
    outbox,
    webview,
    /** What was posted since this was last asked, given to the webview. */
    posted(): HostMessage[] {
      const messages = posted.splice(0);
      for (const message of messages) {
        const ack = webview.receive(message);
        if (ack) acks.set(message, ack);
      }
      return messages;
    },
    /** What was posted since then, and never comes. */
    lose(): string[] {
      return posted.splice(0).map(({ type }) => type);
    },
    batch(): BatchMessage {
      const [message, ...rest] = this.posted();
      if (message?.type !== 'batch' || rest.length > 0) throw new Error('Not just one batch was posted.');
      return message;
    },
    /** Lets the webview answer until there is nothing more to answer. Returns the types of what was posted. */
    talk(around: number | null = null): string[] {
      const types: string[] = [];
      for (let messages = this.posted(); messages.length > 0; messages = this.posted()) {
        for (const message of messages) {
          types.push(message.type);
          this.ack(message);
          if (message.type === 'resync') {
            outbox.handle({ ...webview.ready(), around: around === null ? null : ordinal(around) });
          }
        }
      }
      return types;
    },
    /** Acknowledges the message, if it asks for that. */
    ack(message: HostMessage): void {
      const ack = acks.get(message);
      if (ack) outbox.handle(ack);
    },
  };
}

function opened(source?: FakeSource) {
  const world = setUp(source);
  world.outbox.handle(READY);
  world.talk();
  return world;
}

describe('an outbox', () => {
  test('says nothing before it is asked', () => {
    const { source, clock, posted } = setUp();
    source.append(ANSWER);
    source.setStatus({ title: 'Named' });
    clock.advance(1_000);
    expect(posted()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('answers ready with the count and the last page', () => {
    const { source, outbox, posted } = setUp();
    for (let at = 0; at < 120; at += 1) source.append(ANSWER);
    outbox.handle(READY);
    expect(posted()).toEqual([
      expect.objectContaining({
        type: 'opened',
        count: 120,
        revision: 120,
        screenshots: 'screens',
        page: { start: 70, items: source.items.slice(70) },
      }),
    ]);
  });

  test.each([
    [0, 0],
    [60, 35],
    [119, 70],
    [5_000, 70],
  ])('answers ready with the page around item %i', (around, start) => {
    const { source, outbox, posted } = setUp();
    for (let at = 0; at < 120; at += 1) source.append(ANSWER);
    outbox.handle({ ...READY, around: ordinal(around) });
    expect(posted()).toEqual([
      expect.objectContaining({ page: { start, items: source.items.slice(start, start + 50) } }),
    ]);
  });

  test('goes straight on when the webview missed only a little', () => {
    const world = opened();
    const { source, clock, outbox, webview } = world;
    source.append(ANSWER);
    source.extend(0, 'Hello');
    outbox.handle(webview.ready());
    for (const message of world.posted()) world.ack(message);
    clock.advance(0);
    expect(world.batch()).toMatchObject({ from: 0, to: 2, operations: [{ op: 'append' }] });
    expect([...webview.items.values()]).toEqual(source.items);
    expect(outbox.stats.opened).toBe(1);
  });

  test('starts again for a webview whose feed it does not know', () => {
    const { source, outbox, posted } = setUp();
    source.append(ANSWER);
    outbox.handle({ ...READY, have: { feed: 7, count: 3 } });
    expect(posted().map(({ type }) => type)).toEqual(['opened']);
  });

  test('starts again where it is read when what was missed is no longer in memory', () => {
    const world = opened(new FakeSource(2));
    for (let at = 0; at < 120; at += 1) world.source.append(ANSWER);
    world.outbox.handle({ ...world.webview.ready(), around: ordinal(60) });
    expect(world.posted()).toMatchObject([{ type: 'opened', page: { start: 35 } }]);
  });

  test('takes a webview at its word about what it has, without the acknowledgement', () => {
    const world = opened();
    const { source, clock, outbox, webview } = world;
    source.append(ANSWER);
    clock.advance(0);
    world.batch();
    outbox.handle(webview.ready());
    expect(world.posted()).toMatchObject([{ type: 'resumed', revision: 1 }]);
    outbox.handle(webview.ready());
    expect(world.talk()).toEqual(['resumed']);
    source.extend(0, 'Hello');
    clock.advance(POST_INTERVAL_MS);
    expect(world.batch()).toMatchObject({ from: 1, to: 2 });
  });

  test('does not post again what is in the page it opened with', () => {
    const source = new FakeSource();
    const first: { listener?: () => void } = {};
    source.onOperation(() => first.listener?.());
    const { outbox, clock, posted } = setUp(source);
    outbox.handle(READY);
    first.listener = () => outbox.handle(READY);
    source.append(ANSWER);
    expect(outbox.stats.pendingItems).toBe(0);
    clock.advance(1_000);
    expect(posted().map(({ type }) => type)).toEqual(['opened', 'opened']);
  });

  test('posts the first change at once and the next after the acknowledgement', () => {
    const world = opened();
    const { source, clock, posted } = world;
    source.append(ACTION);
    clock.advance(0);
    const first = world.batch();
    source.append(ANSWER);
    source.extend(1, 'Hel');
    source.extend(1, 'lo');
    clock.advance(1_000);
    expect(posted()).toEqual([]);
    world.ack(first);
    world.ack(first);
    clock.advance(0);
    expect(world.batch()).toMatchObject({ from: 1, to: 4, operations: [{ item: { text: 'Hello' } }] });
  });

  test('lets time pass between changes', () => {
    const world = opened();
    const { source, clock, posted } = world;
    source.append(ANSWER);
    clock.advance(0);
    world.ack(world.batch());
    source.extend(0, 'b');
    source.append(ACTION);
    clock.advance(POST_INTERVAL_MS - 1);
    expect(posted()).toEqual([]);
    clock.advance(1);
    expect(world.batch().operations).toHaveLength(2);
  });

  test('answers a page request at once, whatever else is going on', () => {
    const world = opened();
    const { source, clock, outbox, posted } = world;
    source.append(ANSWER);
    clock.advance(0);
    world.batch();
    outbox.setVisible(false);
    outbox.handle({ type: 'read-page', request: 7, start: ordinal(0), count: 50, wanted: ordinal(0) });
    expect(posted()).toEqual([{ type: 'page', request: 7, page: { start: 0, items: source.items } }]);
  });
});

describe('growing text', () => {
  function answering() {
    const world = opened();
    world.source.append(ANSWER);
    world.clock.advance(0);
    world.ack(world.batch());
    return {
      ...world,
      /** Lets time pass and acknowledges what was posted. */
      next(): HostMessage[] {
        world.clock.advance(POST_INTERVAL_MS);
        const messages = world.posted();
        for (const message of messages) world.ack(message);
        return messages;
      },
    };
  }

  test('is all that is posted of it, when nothing else happened', () => {
    const { source, webview, next } = answering();
    source.extend(0, 'Hel');
    source.extend(0, 'lo');
    expect(next()).toEqual([{ type: 'text', text: 'Hello' }]);
    source.extend(0, '!');
    expect(next()).toEqual([{ type: 'text', text: '!' }]);
    expect([...webview.items.values()]).toEqual(source.items);
    expect(webview.gaps).toEqual([]);
  });

  test('may be what an action prints, until its result takes the place of that', () => {
    const { source, webview, next } = answering();
    const action = source.append(ACTION);
    next();
    source.extend(action, 'one\n');
    expect(next()).toMatchObject([{ type: 'batch', operations: [{ op: 'extend', at: 0 }] }]);
    source.extend(action, 'two\n');
    source.extend(action, 'three\n');
    expect(next()).toEqual([{ type: 'text', text: 'two\nthree\n' }]);
    const latest = { text: 'end', leftOut: 9, file: null };
    source.update(action, { kind: 'action', state: { status: 'running', latest } });
    source.update(action, {
      kind: 'action',
      state: { status: 'running', latest: { ...latest, leftOut: 99 } },
    });
    expect(next()).toMatchObject([{ type: 'batch', operations: [{ op: 'update' }] }]);
    source.extend(action, 'never read');
    source.update(action, { kind: 'action', state: { status: 'done', durationMs: 1, result: 'all' } });
    next();
    expect([...webview.items.values()]).toEqual(source.items);
    expect(webview.items.get(action)).not.toHaveProperty('output');
    expect(webview.gaps).toEqual([]);
  });

  test('is told of in full when something else happened meanwhile or before', () => {
    const { source, webview, next } = answering();
    const action = source.append(ACTION);
    source.extend(0, 'a');
    expect(next()).toMatchObject([{ type: 'batch' }]);
    source.extend(0, 'b');
    source.update(action, { kind: 'action', state: { status: 'running' } });
    expect(next()).toMatchObject([{ type: 'batch' }]);
    source.extend(0, 'c');
    expect(next()).toMatchObject([{ type: 'batch', operations: [{ at: 2, text: 'c' }] }]);
    source.extend(0, 'd');
    expect(next()).toMatchObject([{ type: 'text', text: 'd' }]);
    source.append(ANSWER);
    expect(next()).toMatchObject([{ type: 'batch' }]);
    source.extend(0, 'e');
    expect(next()).toMatchObject([{ type: 'batch', operations: [{ ordinal: 0, at: 4 }] }]);
    expect([...webview.items.values()]).toEqual(source.items);
    expect(webview.gaps).toEqual([]);
  });

  test('goes on as a text after a status or a page', () => {
    const { source, outbox, next } = answering();
    source.setStatus({ title: 'Named' });
    expect(next()).toMatchObject([{ type: 'status' }]);
    outbox.handle({ type: 'read-page', request: 1, start: ordinal(0), count: 1, wanted: ordinal(0) });
    source.extend(0, 'a');
    expect(next()).toMatchObject([{ type: 'page' }, { type: 'text', text: 'a' }]);
  });

  test.each(['opened', 'resumed'])('is told of in full in a page that was %s', (how) => {
    const { source, outbox, webview, posted, ack, next } = answering();
    source.extend(0, 'a');
    next();
    outbox.handle(how === 'opened' ? READY : webview.ready());
    for (const message of posted()) ack(message);
    source.extend(0, 'b');
    expect(next()).toMatchObject([{ type: 'batch', operations: [{ ordinal: 0, at: 1, text: 'b' }] }]);
    expect([...webview.items.values()]).toEqual(source.items);
  });
});

describe('the status', () => {
  test('is posted once, as it is now', () => {
    const { source, clock, posted } = opened();
    for (let input = 1; input <= 100; input += 1) source.setStatus({ tokens: { input, output: 0 } });
    clock.advance(1_000);
    expect(posted()).toEqual([{ type: 'status', status: source.status }]);
    source.setStatus({});
    clock.advance(1_000);
    expect(posted()).toEqual([]);
  });

  test('waits a little, unless a run begins or ends', () => {
    const world = opened();
    const { source, clock, posted } = world;
    const talk = () => world.talk();
    source.setStatus({ title: 'One' });
    clock.advance(0);
    expect(talk()).toEqual(['status']);
    source.setStatus({ title: 'Two' });
    clock.advance(STATUS_INTERVAL_MS - 1);
    expect(posted()).toEqual([]);
    source.setStatus({ run: { state: 'stopping' } });
    clock.advance(0);
    expect(posted()).toHaveLength(1);
  });
});

describe('a webview that does not keep up', () => {
  test('costs one batch and nothing more than its revision', () => {
    const world = opened(new FakeSource(10));
    const { source, clock, outbox } = world;
    source.append(ANSWER);
    clock.advance(0);
    const batch = world.batch();
    const text = 'x'.repeat(1_000);
    for (let at = 0; at < 10_000; at += 1) {
      source.extend(0, text);
      expect(outbox.stats.pendingCharacters).toBeLessThan(MAX_PENDING_CHARACTERS + 2_000);
    }
    expect(outbox.stats).toMatchObject({ pendingItems: 0, pendingCharacters: 0 });
    expect(clock.pending).toBe(0);
    world.ack(batch);
    clock.advance(0);
    expect(world.talk()).toEqual(['resync', 'opened']);
    expect([...world.webview.items.values()]).toEqual(source.items);
  });

  test('is not kept many items for', () => {
    const world = opened();
    world.source.append(ACTION);
    world.clock.advance(0);
    world.batch();
    for (let at = 0; at <= MAX_PENDING_ITEMS; at += 1) world.source.append(ACTION);
    expect(world.outbox.stats.pendingItems).toBe(0);
  });

  test('is brought up to date by one merged batch when that is still possible', () => {
    const world = opened();
    const { source, clock, webview } = world;
    source.append(ANSWER);
    clock.advance(0);
    const batch = world.batch();
    source.extend(0, 'Hello');
    clock.advance(ACK_TIMEOUT_MS + 1);
    source.extend(0, ', world');
    expect(world.outbox.stats.pendingItems).toBe(0);
    world.ack(batch);
    clock.advance(0);
    expect(world.batch()).toMatchObject({
      from: 1,
      to: 3,
      operations: [{ op: 'extend', text: 'Hello, world' }],
    });
    expect([...webview.items.values()]).toEqual(source.items);
  });

  test('gets one large change all the same', () => {
    const world = opened();
    const { source, clock } = world;
    source.append({ kind: 'user', text: 'x'.repeat(2 * MAX_PENDING_CHARACTERS) });
    clock.advance(0);
    world.ack(world.batch());
    expect(world.webview.items.size).toBe(1);
  });
});

describe('a lost acknowledgement', () => {
  test('is found out by the answer to a later ping, and the webview goes on with what it has not', () => {
    const world = opened();
    const { source, clock, outbox, webview } = world;
    source.append(ANSWER);
    clock.advance(POST_INTERVAL_MS);
    world.batch();
    source.append(ANSWER);
    outbox.pinged(1);
    outbox.ponged(1);
    expect(world.talk()).toEqual(['resync', 'resumed']);
    clock.advance(POST_INTERVAL_MS);
    expect(world.talk()).toEqual(['batch']);
    expect([...webview.items.values()]).toEqual(source.items);
    expect(outbox.stats.opened).toBe(1);
  });

  test('of a page is found out as well, and what asks for another ready is repeated', () => {
    const world = setUp();
    const { outbox } = world;
    outbox.handle(READY);
    world.lose();
    for (const ping of [1, 2]) {
      outbox.pinged(ping);
      outbox.ponged(ping);
      expect(world.lose()).toEqual(['resync']);
    }
    outbox.pinged(3);
    outbox.ponged(3);
    expect(world.talk()).toEqual(['resync', 'opened']);
    outbox.pinged(4);
    outbox.ponged(4);
    expect(world.posted()).toEqual([]);
  });

  test.each([true, false])('of a status is found out as well (the status had come: %s)', (hadCome) => {
    const world = opened();
    const { source, clock, outbox, webview } = world;
    source.setStatus({ title: 'Named' });
    clock.advance(POST_INTERVAL_MS);
    if (hadCome) world.posted();
    else world.lose();
    outbox.pinged(1);
    outbox.ponged(1);
    expect(world.talk()).toEqual(['resync', 'resumed']);
    expect(webview.status?.title).toBe('Named');
  });

  test('is no reason to leave the place that is read, even when much was missed', () => {
    const world = opened(new FakeSource(2));
    const { source, clock, outbox } = world;
    for (let at = 0; at < 120; at += 1) source.append(ANSWER);
    clock.advance(POST_INTERVAL_MS);
    world.lose();
    source.append(ANSWER);
    outbox.pinged(1);
    outbox.ponged(1);
    expect(world.talk(60)).toEqual(['resync', 'opened']);
    expect([...world.webview.items.keys()][0]).toBe(35);
  });

  test('is not seen in the answer to an earlier ping, nor where all is acknowledged', () => {
    const world = opened();
    const { source, clock, outbox } = world;
    outbox.pinged(1);
    source.append(ANSWER);
    clock.advance(POST_INTERVAL_MS);
    const change = world.batch();
    outbox.ponged(1);
    expect(world.posted()).toEqual([]);
    outbox.pinged(2);
    world.ack(change);
    outbox.ponged(2);
    expect(world.posted()).toEqual([]);
  });

  test('is found out although the webview was given up meanwhile', () => {
    const world = opened();
    const { source, clock, outbox } = world;
    source.append(ANSWER);
    clock.advance(POST_INTERVAL_MS);
    world.batch();
    clock.advance(ACK_TIMEOUT_MS + 1);
    source.append(ANSWER);
    outbox.pinged(7);
    outbox.ponged(7);
    expect(world.talk()).toEqual(['resync', 'resumed']);
    clock.advance(POST_INTERVAL_MS);
    expect(world.talk()).toEqual(['batch']);
    expect(world.webview.count).toBe(2);
  });
});

describe('a hidden webview', () => {
  test('is posted nothing and goes on where it was', () => {
    const world = opened();
    const { source, clock, outbox, posted } = world;
    outbox.setVisible(false);
    source.append(ANSWER);
    source.setStatus({ title: 'Named' });
    clock.advance(HIDDEN_TIMEOUT_MS - 1);
    source.extend(0, 'Hello');
    expect(posted()).toEqual([]);
    outbox.setVisible(true);
    clock.advance(0);
    expect(world.talk()).toEqual(['batch']);
    clock.advance(0);
    expect(world.talk()).toEqual(['status']);
  });

  test('is kept nothing for after a while', () => {
    const world = opened();
    const { source, clock, outbox } = world;
    outbox.setVisible(false);
    source.append(ANSWER);
    expect(outbox.stats.pendingItems).toBe(1);
    clock.advance(HIDDEN_TIMEOUT_MS + 1);
    source.extend(0, 'Hello');
    expect(outbox.stats.pendingItems).toBe(0);
    outbox.setVisible(true);
    clock.advance(0);
    expect(world.batch()).toMatchObject({ from: 0, to: 2 });
  });

  test('whose batch was never acknowledged is asked what it has', () => {
    const world = opened();
    const { source, clock, outbox } = world;
    source.append(ANSWER);
    clock.advance(0);
    world.batch();
    outbox.setVisible(false);
    clock.advance(HIDDEN_TIMEOUT_MS + 1);
    source.extend(0, 'Hello');
    outbox.setVisible(true);
    expect(world.talk()).toEqual(['resync', 'resumed']);
  });
});

describe('a transcript that was read anew', () => {
  test('is opened again where it is looked at', () => {
    const world = opened();
    world.source.reload([{ ...ANSWER, ordinal: ordinal(0), at: 1 } as Item]);
    expect(world.talk()).toEqual(['resync', 'opened']);
    expect(world.webview.count).toBe(1);
  });

  test('is opened again by a hidden webview once it is shown', () => {
    const world = opened();
    const { source, clock, outbox, posted } = world;
    outbox.setVisible(false);
    posted();
    source.reload([{ ...ANSWER, ordinal: ordinal(0), at: 1 } as Item]);
    expect(posted()).toEqual([]);
    outbox.setVisible(true);
    clock.advance(0);
    expect(world.talk()).toEqual(['resync', 'opened']);
  });
});

test('a disposed outbox listens to nothing and waits for nothing', () => {
  const { source, clock, outbox, posted } = opened();
  source.append(ANSWER);
  source.setStatus({ title: 'Named' });
  outbox.dispose();
  expect(source.operations.listenerCount + source.statuses.listenerCount + source.reloads.listenerCount).toBe(
    0,
  );
  expect(clock.pending).toBe(0);
  clock.advance(1_000);
  expect(posted()).toEqual([]);
});
