import { describe, expect, it } from 'vitest';
import { MAX_SERVER_WAIT_MS, nextWaitMs } from '../../src/agent/backoff.ts';

const policy = { retries: 4, firstWaitMs: 1_000, maxWaitMs: 5_000 };

describe('nextWaitMs', () => {
  it('doubles up to the longest wait, then gives up', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => nextWaitMs(policy, attempt, null, 1))).toEqual([
      1_000,
      2_000,
      4_000,
      5_000,
      null,
    ]);
  });

  it('spreads clients over the last quarter of the wait', () => {
    expect(nextWaitMs(policy, 1, null, 0)).toBe(750);
  });

  it('waits as long as the server asks, within reason', () => {
    expect(nextWaitMs(policy, 1, 12_000, 0)).toBe(12_000);
    expect(nextWaitMs(policy, 1, MAX_SERVER_WAIT_MS + 1, 0)).toBeNull();
    expect(nextWaitMs(policy, 5, 1, 0)).toBeNull();
  });
});
