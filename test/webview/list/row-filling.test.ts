import { describe, expect, it } from 'vitest';
import { FILLED_PER_FRAME, RowFilling } from '../../../webview/list/row-filling.ts';

const RANGE = { first: 100, last: 129 };

function filledOf(filling: RowFilling): number[] {
  return Array.from({ length: 200 }, (_, index) => index).filter((index) => filling.has(index));
}

describe('RowFilling', () => {
  it('fills a few rows in each frame, what is read first', () => {
    const filling = new RowFilling(() => true);
    const place = { index: 110, offset: 3 };
    expect(filling.fill(RANGE, place, 1)).toBe(true);
    const first = Array.from({ length: FILLED_PER_FRAME }, (_, step) => 110 + step);
    expect(filledOf(filling)).toEqual(first);
    expect(filling.fill(RANGE, place, 1)).toBe(true);
    expect(filledOf(filling)).toEqual(first);
    let frames = 1;
    while (filling.fill(RANGE, place, ++frames));
    expect(filledOf(filling)).toEqual(Array.from({ length: 30 }, (_, step) => 100 + step));
    expect(frames).toBe(30 / FILLED_PER_FRAME);
  });

  it('fills from the end upwards at the end', () => {
    const filling = new RowFilling(() => true);
    filling.fill(RANGE, 'end', 1);
    expect(filledOf(filling).at(-1)).toBe(129);
    expect(filledOf(filling)[0]).toBe(130 - FILLED_PER_FRAME);
  });

  it('fills only what is there, and waits for nothing else', () => {
    const held = new Set([101, 105]);
    const filling = new RowFilling((index) => held.has(index));
    expect(filling.fill(RANGE, 'end', 1)).toBe(false);
    expect(filledOf(filling)).toEqual([101, 105]);
    // The next frame is not needed for one row more.
    held.add(107);
    expect(filling.fill(RANGE, 'end', 1)).toBe(false);
    expect(filling.has(107)).toBe(true);
  });

  it('forgets what is no longer rendered', () => {
    const filling = new RowFilling(() => true);
    filling.fill(RANGE, 'end', 1);
    filling.keep({ first: 128, last: 140 });
    expect(filledOf(filling)).toEqual([128, 129]);
    filling.keep({ first: 0, last: -1 });
    expect(filledOf(filling)).toEqual([]);
  });
});
