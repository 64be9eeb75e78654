import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowHeights } from '../../../webview/list/row-heights.ts';

const ESTIMATE = 64;

/** The same, the simple and slow way. */
class NaiveHeights {
  readonly heights: number[] = [];

  grow(count: number): void {
    while (this.heights.length < count) this.heights.push(ESTIMATE);
  }

  offset(index: number): number {
    return this.heights.slice(0, index).reduce((sum, height) => sum + height, 0);
  }

  indexAt(offset: number): number {
    let end = 0;
    const index = this.heights.findIndex((height) => {
      end += height;
      return end > offset;
    });
    return index < 0 ? Math.max(0, this.heights.length - 1) : index;
  }
}

type Step = { readonly grow: number } | { readonly at: number; readonly height: number };

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ grow: fc.integer({ min: 0, max: 900 }) }),
    // Whole numbers: sums come out the same in any order.
    fc.record({
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      height: fc.integer({ min: 1, max: 3000 }),
    }),
  ),
  { maxLength: 40 },
);

describe('RowHeights', () => {
  it('agrees with adding everything up', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: -0.1, max: 1.1, noNaN: true }), (actions, where) => {
        const heights = new RowHeights(ESTIMATE);
        const naive = new NaiveHeights();
        for (const action of actions) {
          if ('grow' in action) {
            heights.grow(heights.count + action.grow);
            naive.grow(heights.count);
          } else if (heights.count > 0) {
            const at = Math.floor(action.at * heights.count);
            heights.measure(at, action.height);
            naive.heights[at] = action.height;
          }
        }
        const total = naive.offset(naive.heights.length);
        expect(heights.total).toBe(total);
        const middle = Math.floor(heights.count / 2);
        for (const index of [0, 1, middle, heights.count]) {
          const at = Math.min(index, heights.count);
          expect(heights.offset(at)).toBe(naive.offset(at));
          // The borders of a row are where an error would be.
          for (const near of [-1, 0, 1]) {
            const place = heights.offset(at) + near;
            expect(heights.indexAt(place)).toBe(naive.indexAt(place));
          }
        }
        expect(heights.indexAt(where * total)).toBe(naive.indexAt(where * total));
      }),
      { numRuns: 300 },
    );
  });

  it('tells news from what it knew', () => {
    const heights = new RowHeights(ESTIMATE);
    heights.grow(3);
    expect(heights.measure(1, 64)).toBe(true);
    expect(heights.measure(1, 64)).toBe(false);
    expect(heights.isMeasured(1)).toBe(true);
    expect(heights.isMeasured(0)).toBe(false);
    expect(heights.measure(3, 10)).toBe(false);
  });
});
