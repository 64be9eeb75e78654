import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIST_PADDING, ListView } from '../../../webview/list/list-view.ts';

const VIEWPORT = 700;

function listOf(count: number, place: ConstructorParameters<typeof ListView>[0] = 'end'): ListView {
  const view = new ListView(place, () => true);
  view.heights.grow(count);
  view.resize(VIEWPORT);
  view.settledAt(view.top);
  return view;
}

/** Where a row begins on screen, in px from the top of the viewport. */
function onScreen(view: ListView, index: number): number {
  return view.startOf(index) - view.top;
}

describe('ListView', () => {
  it('starts at the end and stays there, whatever grows', () => {
    const view = listOf(1000);
    expect(view.range.last).toBe(999);
    view.heights.measure(999, 500);
    view.heights.grow(1005);
    expect(view.top).toBe(view.total - VIEWPORT);
    expect(view.range.last).toBe(1004);
  });

  it('renders no more than what is in or near the viewport', () => {
    const view = listOf(20_000);
    view.jumpTo(12_345, 0);
    const { first, last } = view.range;
    expect(first).toBeGreaterThan(12_335);
    expect(last).toBeLessThan(12_365);
  });

  it('keeps what is read in place, whatever is measured, loaded or appended anywhere', () => {
    const change = fc.record({ at: fc.nat(499), height: fc.integer({ min: 20, max: 900 }) });
    fc.assert(
      fc.property(fc.nat(30_000), fc.array(change, { maxLength: 60 }), (top, changes) => {
        const view = listOf(500);
        view.scrolledTo(Math.min(top, view.total - VIEWPORT - 100));
        const { place } = view;
        if (place === 'end') return;
        // Near the end it cannot be kept when the list gets shorter.
        const before = onScreen(view, place.index);
        for (const { at, height } of changes) {
          view.heights.measure(at, height);
          if (view.startOf(place.index) + place.offset <= view.total - VIEWPORT) {
            view.settledAt(view.top);
            expect(onScreen(view, place.index)).toBeCloseTo(before);
          } else return;
        }
        view.heights.grow(600);
        expect(onScreen(view, place.index)).toBeCloseTo(before);
      }),
    );
  });

  it('keeps what it jumped to in place while the rows above and below are measured', () => {
    const view = listOf(5000);
    view.jumpTo(2500, 100);
    for (let row = 2400; row < 2600; row++) {
      view.heights.measure(row, 20 + ((row * 37) % 300));
      view.settledAt(view.top);
    }
    expect(onScreen(view, 2500)).toBe(100);
  });

  it('goes as near to a row at the end as can be, and then follows the end', () => {
    const view = listOf(100);
    view.jumpTo(99, 0);
    expect(view.top).toBe(view.total - VIEWPORT);
    view.settledAt(view.top);
    expect(view.place).not.toBe('end');
    for (let row = 80; row < 100; row++) view.heights.measure(row, 64);
    view.settledAt(view.top);
    expect(view.place).toBe('end');
  });

  it('leaves the end by the smallest scroll upwards and comes back by one downwards', () => {
    const view = listOf(100);
    const end = view.top;
    expect(view.scrolledTo(end - 10)).toBe(true);
    expect(view.place).not.toBe('end');
    expect(view.isAtEnd).toBe(true);
    view.scrolledTo(end - 200);
    expect(view.isAtEnd).toBe(false);
    view.scrolledTo(end - 20);
    expect(view.place).toBe('end');
  });

  it('does not take its own scrolling for the reader’s', () => {
    const view = listOf(100);
    view.jumpTo(20, 0);
    view.settledAt(view.top);
    const { place } = view;
    expect(view.scrolledTo(view.top)).toBe(false);
    expect(view.place).toBe(place);
  });

  it('begins what is read with the first row in view that is loaded', () => {
    const view = new ListView('end', (index) => index >= 55);
    view.heights.grow(100);
    view.resize(VIEWPORT);
    view.settledAt(view.top);
    view.scrolledTo(LIST_PADDING + 50 * 64);
    expect(view.place).toEqual({ index: 55, offset: -5 * 64 });
  });

  it('makes up for a scroll position that was rounded', () => {
    const view = listOf(100, { index: 50, offset: 0 });
    view.heights.measure(10, 30.4);
    view.settledAt(Math.round(view.top));
    expect(view.startOf(50) + view.shift - Math.round(view.top)).toBeCloseTo(0);
  });
});
