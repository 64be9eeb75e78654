import { describe, expect, it } from 'vitest';
import { formatDuration, formatElapsed } from '../../webview/duration.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [412.4, '412 ms'],
    [1000, '1 s'],
    [3240, '3.2 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_840_000, '1 h 4 min'],
  ])('says %d ms as %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});

describe('formatElapsed', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [12_999, '12 s'],
    [61_000, '1 min 1 s'],
  ])('says %d ms as %s', (ms, words) => {
    expect(formatElapsed(ms)).toBe(words);
  });
});
