import { beforeEach, describe, expect, it } from 'vitest';
import {
  Heartbeat,
  MAX_LOAD_MS,
  MAX_PASS_ON_MS,
  MAX_REBUILDS,
  MAX_REBUILDS_PER_MINUTE,
  MAX_SILENCE_MS,
  MIN_SILENCE_MS,
  PING_INTERVAL_MS,
  UNREAD_MS,
} from '../../src/panel/heartbeat.ts';
import { VirtualClock } from './virtualClock.ts';

/** How long a fast document takes to answer, ms. */
const FAST_MS = 10;
const LOAD_MS = 200;
/** A document that has been fast is found dead within this, ms. */
const FOUND_MS = MIN_SILENCE_MS + FAST_MS;

describe('a heartbeat', () => {
  let clock: VirtualClock;
  let pings: number[];
  let rebuilds: number;
  let givenUp: number;
  let answers: boolean;
  let answerMs: number;
  let loads: boolean;
  /** Whether VS Code's window passes pings on: to a document, to none, not yet as its document loads, or it is away. */
  let window: 'passes' | 'has no document' | 'keeps' | 'away';
  let passOn: (() => void)[];
  let heartbeat: Heartbeat;

  beforeEach(() => {
    clock = new VirtualClock();
    pings = [];
    rebuilds = 0;
    givenUp = 0;
    answers = true;
    answerMs = FAST_MS;
    loads = true;
    window = 'passes';
    passOn = [];
    heartbeat = new Heartbeat({
      clock,
      ping: (id, onPassedOn) => {
        pings.push(id);
        const pass = () => {
          onPassedOn(window === 'passes');
          if (answers && window === 'passes') clock.schedule(() => heartbeat.pong(id), answerMs);
        };
        if (window === 'keeps' || window === 'away') passOn.push(pass);
        else pass();
      },
      reachWindow: (onReached) => {
        if (window === 'away') passOn.push(onReached);
        else onReached();
      },
      rebuild: () => {
        rebuilds += 1;
        if (loads) clock.schedule(() => heartbeat.ready(), LOAD_MS);
      },
      onGivenUp: () => {
        givenUp += 1;
      },
    });
  });

  /** A document that has answered for a while. */
  function live(): void {
    heartbeat.ready();
    clock.advance(PING_INTERVAL_MS * 20);
  }

  it('leaves a document alone that answers, and one that has not loaded yet', () => {
    clock.advance(MAX_LOAD_MS - 1);
    expect(pings).toEqual([]);
    heartbeat.ready();
    clock.advance(60_000);
    expect(pings.length).toBeGreaterThan(100);
    expect(rebuilds).toBe(0);
    expect(clock.pending).toBeLessThanOrEqual(2);
  });

  it('sets a document anew soon after it died', () => {
    live();
    answers = false;
    clock.advance(FOUND_MS);
    expect(rebuilds).toBe(1);
    answers = true;
    clock.advance(60_000);
    expect(rebuilds).toBe(1);
    expect(givenUp).toBe(0);
  });

  it('does not ask a document that takes batches, and asks once it takes none', () => {
    live();
    answers = false;
    const before = pings.length;
    for (let taken = 0; taken < 50; taken += 1) {
      heartbeat.alive(20);
      clock.advance(PING_INTERVAL_MS / 2);
    }
    expect(pings).toHaveLength(before);
    clock.advance(FOUND_MS);
    expect(rebuilds).toBe(1);
  });

  it('gives a document that answers slowly the time it takes, up to a limit', () => {
    answerMs = 900;
    live();
    clock.advance(60_000);
    answerMs = 1_500;
    clock.advance(60_000);
    expect(rebuilds).toBe(0);
    answers = false;
    clock.advance(MAX_SILENCE_MS / 2);
    expect(rebuilds).toBe(1);
  });

  it('waits as long as nothing gets through to the document, and then for its answer', () => {
    live();
    window = 'away';
    clock.advance(10 * 60_000);
    expect(rebuilds).toBe(0);
    window = 'passes';
    for (const pass of passOn.splice(0)) pass();
    clock.advance(60_000);
    expect(rebuilds).toBe(0);
  });

  it('sets a document anew for which the window keeps its questions too long', () => {
    live();
    window = 'keeps';
    clock.advance(MAX_PASS_ON_MS);
    expect(rebuilds).toBe(0);
    clock.advance(MAX_SILENCE_MS);
    expect(rebuilds).toBe(1);
  });

  it.each(['first', 'revealed'])('sets a %s document anew that dies while it loads', (which) => {
    if (which === 'revealed') {
      live();
      heartbeat.setVisible(false);
      clock.advance(60_000);
      heartbeat.setVisible(true);
    }
    window = 'keeps';
    const latest = clock.now() + MAX_LOAD_MS + MAX_SILENCE_MS + MAX_PASS_ON_MS;
    while (rebuilds === 0 && clock.now() < latest) clock.advance(100);
    window = 'passes';
    clock.advance(60_000);
    expect([rebuilds, givenUp]).toEqual([1, 0]);
  });

  it('leaves a first document alone that nobody looks at', () => {
    heartbeat.setVisible(false);
    clock.advance(10 * 60_000);
    expect([pings.length, rebuilds]).toEqual([0, 0]);
  });

  it('gives up on documents that answer and die again and again', () => {
    const crashOften = () => {
      for (let crash = 0; crash < 4 * MAX_REBUILDS_PER_MINUTE; crash += 1) {
        answers = true;
        clock.advance(LOAD_MS + 3 * PING_INTERVAL_MS);
        answers = false;
        clock.advance(FOUND_MS);
      }
    };
    heartbeat.ready();
    crashOften();
    expect([rebuilds, givenUp]).toEqual([MAX_REBUILDS_PER_MINUTE, 1]);
    heartbeat.restart();
    crashOften();
    expect([rebuilds, givenUp]).toEqual([2 * MAX_REBUILDS_PER_MINUTE, 2]);
  });

  it('goes on setting a document anew that crashes now and then', () => {
    live();
    for (let crash = 0; crash < 3 * MAX_REBUILDS_PER_MINUTE; crash += 1) {
      answers = false;
      clock.advance(FOUND_MS);
      answers = true;
      clock.advance(10_000);
    }
    expect([rebuilds, givenUp]).toEqual([3 * MAX_REBUILDS_PER_MINUTE, 0]);
  });

  it('sets a document anew when the window has none for a while', () => {
    live();
    window = 'has no document';
    clock.advance(MAX_SILENCE_MS / 2);
    expect(rebuilds).toBe(0);
    clock.advance(MAX_SILENCE_MS);
    expect(rebuilds).toBe(1);
  });

  it('is not satisfied by an answer to an earlier ping', () => {
    live();
    answers = false;
    clock.advance(PING_INTERVAL_MS);
    heartbeat.pong(0);
    heartbeat.pong(9_999);
    clock.advance(FOUND_MS);
    expect(rebuilds).toBe(1);
  });

  it.each([
    ['loads and never answers', true],
    ['never loads', false],
  ])('gives up on a document that %s, and says so once', (_name, doesLoad) => {
    live();
    answers = false;
    loads = doesLoad;
    clock.advance(MAX_LOAD_MS * 100);
    expect(rebuilds).toBe(MAX_REBUILDS);
    expect(givenUp).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('begins anew when the user asks for that after it has given up', () => {
    live();
    answers = false;
    clock.advance(MAX_LOAD_MS * 100);
    answers = true;
    heartbeat.restart();
    clock.advance(60_000);
    expect(rebuilds).toBe(MAX_REBUILDS + 1);
    answers = false;
    clock.advance(FOUND_MS);
    expect(rebuilds).toBe(MAX_REBUILDS + 2);
    expect(givenUp).toBe(1);
  });

  it('does not ask a document that cannot be seen', () => {
    live();
    heartbeat.setVisible(false);
    answers = false;
    const before = pings.length;
    clock.advance(60_000);
    expect(pings).toHaveLength(before);
    heartbeat.setVisible(true);
    clock.advance(MAX_LOAD_MS + FOUND_MS);
    expect(rebuilds).toBe(1);
  });

  it('takes an answer that lay unread while the host itself stood still', () => {
    live();
    answers = false;
    heartbeat.alive(FAST_MS);
    clock.advance(MIN_SILENCE_MS - UNREAD_MS / 2);
    heartbeat.pong(pings.at(-1) ?? 0);
    answers = true;
    clock.advance(60_000);
    expect(rebuilds).toBe(0);
  });

  it('asks nothing more once it is disposed', () => {
    heartbeat.ready();
    heartbeat.dispose();
    clock.advance(60_000);
    expect(pings).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
