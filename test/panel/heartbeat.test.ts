import { beforeEach, describe, expect, it } from 'vitest';
import {
  Heartbeat,
  LOAD_TIMEOUT_MS,
  MAX_REBUILDS,
  PING_INTERVAL_MS,
  PONG_TIMEOUT_MS,
  UNREAD_MS,
} from '../../src/panel/heartbeat.ts';
import { VirtualClock } from './virtualClock.ts';

describe('a heartbeat', () => {
  let clock: VirtualClock;
  let pings: number[];
  let rebuilds: number;
  let givenUp: number;
  let answers: boolean;
  let loads: boolean;
  let heartbeat: Heartbeat;

  beforeEach(() => {
    clock = new VirtualClock();
    pings = [];
    rebuilds = 0;
    givenUp = 0;
    answers = true;
    loads = true;
    heartbeat = new Heartbeat({
      clock,
      ping: (id) => {
        pings.push(id);
        if (answers) clock.schedule(() => heartbeat.pong(id), 10);
      },
      rebuild: () => {
        rebuilds += 1;
        if (loads) clock.schedule(() => heartbeat.ready(), 200);
      },
      onGivenUp: () => {
        givenUp += 1;
      },
    });
  });

  it('leaves a page alone that answers, and one that has not loaded yet', () => {
    clock.advance(60_000);
    expect(pings).toEqual([]);
    heartbeat.ready();
    clock.advance(60_000);
    expect(pings.length).toBeGreaterThan(10);
    expect(rebuilds).toBe(0);
    expect(clock.pending).toBeLessThanOrEqual(2);
  });

  it('sets a page anew that does not answer in time', () => {
    heartbeat.ready();
    clock.advance(PING_INTERVAL_MS * 3);
    answers = false;
    clock.advance(PING_INTERVAL_MS + PONG_TIMEOUT_MS + UNREAD_MS + 20);
    expect(rebuilds).toBe(1);
    answers = true;
    clock.advance(60_000);
    expect(rebuilds).toBe(1);
    expect(givenUp).toBe(0);
  });

  it('is not satisfied by an answer to an earlier ping', () => {
    heartbeat.ready();
    answers = false;
    clock.advance(PING_INTERVAL_MS);
    heartbeat.pong(0);
    heartbeat.pong(99);
    clock.advance(PONG_TIMEOUT_MS + UNREAD_MS);
    expect(rebuilds).toBe(1);
  });

  it.each([
    ['loads and never answers', true],
    ['never loads', false],
  ])('gives up on a page that %s, and says so once', (_name, doesLoad) => {
    heartbeat.ready();
    answers = false;
    loads = doesLoad;
    clock.advance(LOAD_TIMEOUT_MS * 100);
    expect(rebuilds).toBe(MAX_REBUILDS);
    expect(givenUp).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('begins anew with a page that comes back after that', () => {
    heartbeat.ready();
    answers = false;
    clock.advance(LOAD_TIMEOUT_MS * 100);
    answers = true;
    heartbeat.ready();
    clock.advance(PING_INTERVAL_MS * 2);
    answers = false;
    clock.advance(PING_INTERVAL_MS + PONG_TIMEOUT_MS + UNREAD_MS + 50);
    expect(rebuilds).toBe(MAX_REBUILDS + 1);
  });

  it('does not ask a page that cannot be seen', () => {
    heartbeat.ready();
    clock.advance(PING_INTERVAL_MS);
    heartbeat.setVisible(false);
    answers = false;
    const before = pings.length;
    clock.advance(60_000);
    expect(pings).toHaveLength(before);
    heartbeat.setVisible(true);
    clock.advance(LOAD_TIMEOUT_MS + PONG_TIMEOUT_MS + UNREAD_MS);
    expect(rebuilds).toBe(1);
  });

  it('takes an answer that lay unread while the host itself stood still', () => {
    heartbeat.ready();
    answers = false;
    clock.advance(PING_INTERVAL_MS + PONG_TIMEOUT_MS);
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
