import { effect } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { PAGE_SIZE, type ReadPageMessage } from '../../../src/protocol/messages.ts';
import type { Operation } from '../../../src/protocol/operations.ts';
import { type AnswerItem, type Item, ordinal } from '../../../src/protocol/transcript.ts';
import { ItemWindow } from '../../../webview/store/item-window.ts';
import { REQUEST_TIMEOUT_MS } from '../../../webview/store/page-requests.ts';
import { VirtualClock } from '../../panel/virtualClock.ts';

function answer(at: number, text = `text ${at}`): AnswerItem {
  return { kind: 'answer', ordinal: ordinal(at), at: 0, text, state: 'streaming' };
}

function answers(start: number, count: number): Item[] {
  return Array.from({ length: count }, (_, index) => answer(start + index));
}

function extend(at: number, offset: number, text: string): Operation {
  return { op: 'extend', ordinal: ordinal(at), at: offset, text };
}

function openWindow(count: number, start = Math.max(0, count - PAGE_SIZE)) {
  const posted: ReadPageMessage[] = [];
  const clock = new VirtualClock();
  const items = new ItemWindow({
    post: (message) => posted.push(message),
    now: () => clock.now(),
    after: (callback, ms) => {
      const timer = clock.schedule(callback, ms);
      return () => timer.dispose();
    },
  });
  items.reset(count, { start: ordinal(start), items: answers(start, Math.min(PAGE_SIZE, count - start)) });
  const answerLast = () => {
    const request = posted.at(-1);
    if (!request) throw new Error('Nothing was asked for.');
    items.addPage(request.request, { start: request.start, items: answers(request.start, request.count) });
  };
  const textAt = (at: number) => (items.row(ordinal(at)).value as AnswerItem | undefined)?.text;
  return { items, posted, clock, answerLast, textAt };
}

describe('asking for pages', () => {
  it('asks for nothing while what is shown is held', () => {
    const { items, posted } = openWindow(200);
    items.show(160, 199);
    expect(posted).toEqual([]);
  });

  it('asks once for each page that is missing', () => {
    const { items, posted } = openWindow(1000);
    items.show(495, 505);
    items.show(494, 504);
    expect(posted).toEqual([
      { type: 'read-page', request: 1, start: 450, count: 50, wanted: 495 },
      { type: 'read-page', request: 2, start: 500, count: 50, wanted: 500 },
    ]);
  });

  it('asks for no more than the session has', () => {
    const { items, posted } = openWindow(120, 0);
    items.show(60, 119);
    expect(posted.map(({ start, count }) => [start, count])).toEqual([
      [50, 50],
      [100, 20],
    ]);
  });

  it('asks again by itself when no answer came for long, for what is still shown', () => {
    const { items, posted, clock, textAt } = openWindow(1000);
    items.show(0, 10);
    items.show(500, 510);
    clock.advance(REQUEST_TIMEOUT_MS);
    expect(posted.map(({ start }) => start)).toEqual([0, 500, 500]);
    items.addPage(2, { start: ordinal(500), items: answers(500, 50) });
    expect(textAt(505)).toBe('text 505');
    clock.advance(10 * REQUEST_TIMEOUT_MS);
    expect([posted.length, clock.pending]).toEqual([3, 0]);
  });

  it('asks on for what had no room in a page, and for nothing that it has', () => {
    const { items, posted } = openWindow(1000);
    items.show(10, 30);
    items.addPage(1, { start: ordinal(8), items: answers(8, 12) });
    expect(posted.slice(1)).toEqual([{ type: 'read-page', request: 2, start: 20, count: 30, wanted: 20 }]);
    items.addPage(2, { start: ordinal(20), items: answers(20, 30) });
    items.show(0, 20);
    expect(posted.slice(2)).toEqual([{ type: 'read-page', request: 3, start: 0, count: 8, wanted: 0 }]);
  });

  it('does not ask for ever for what a host does not have', () => {
    const { items, posted } = openWindow(1000);
    items.show(0, 10);
    items.addPage(1, { start: ordinal(0), items: [] });
    expect(posted).toHaveLength(1);
  });

  it('ignores pages it never asked for, or asked for of another transcript', () => {
    const { items, textAt } = openWindow(1000);
    items.addPage(1, { start: ordinal(0), items: answers(0, 50) });
    items.show(0, 10);
    items.reset(1000, { start: ordinal(950), items: answers(950, 50) });
    items.addPage(1, { start: ordinal(0), items: answers(0, 50) });
    expect(textAt(3)).toBeUndefined();
  });

  it('tells the rows of a page when it arrives', () => {
    const { items, answerLast, textAt } = openWindow(1000);
    expect(textAt(3)).toBeUndefined();
    items.show(0, 10);
    answerLast();
    expect(textAt(3)).toBe('text 3');
  });
});

describe('applying operations', () => {
  it('grows by an append, and only once when it comes twice', () => {
    const { items, textAt } = openWindow(10);
    items.apply({ op: 'append', item: answer(10) });
    items.apply({ op: 'append', item: answer(10, 'again') });
    expect(items.count.value).toBe(11);
    expect(textAt(10)).toBe('text 10');
  });

  it('changes the signal of the one item it is about', () => {
    const { items, textAt } = openWindow(10);
    const other = items.row(ordinal(8));
    const before = other.value;
    items.apply(extend(9, 'text 9'.length, ' and more'));
    expect(textAt(9)).toBe('text 9 and more');
    expect(other.value).toBe(before);
  });

  it('ignores text it already has', () => {
    const { items, textAt } = openWindow(10);
    items.apply(extend(9, 2, 'xt 9 and more'));
    expect(textAt(9)).toBe('text 9 and more');
  });

  it('drops what is about an item it does not hold', () => {
    const { items, posted, textAt } = openWindow(1000);
    items.apply(extend(3, 0, 'lost'));
    expect(textAt(3)).toBeUndefined();
    expect(posted).toEqual([]);
  });

  it('keeps what it holds when a page has it too', () => {
    const { items, posted, textAt } = openWindow(60, 40);
    items.show(30, 59);
    const request = posted[0];
    items.apply(extend(45, 'text 45'.length, '!'));
    items.addPage(request?.request ?? 0, { start: ordinal(0), items: answers(0, 50) });
    expect(textAt(45)).toBe('text 45!');
    expect(textAt(30)).toBe('text 30');
  });

  it('reads an item again when an operation does not fit', () => {
    const { items, posted, answerLast, textAt } = openWindow(10);
    items.apply(extend(9, 500, 'far away'));
    expect(textAt(9)).toBeUndefined();
    expect(posted).toEqual([{ type: 'read-page', request: 1, start: 9, count: 1, wanted: 9 }]);
    answerLast();
    expect(textAt(9)).toBe('text 9');
  });
});

describe('letting go', () => {
  it('holds a bounded number of rows, those near what is shown', () => {
    const { items, posted, textAt } = openWindow(5000);
    for (let first = 4990; first >= 0; first -= 10) {
      items.show(first, first + 20);
      for (const { request, start, count } of posted.splice(0)) {
        items.addPage(request, { start, items: answers(start, count) });
      }
      expect(items.heldRows).toBeLessThanOrEqual(650);
    }
    expect(textAt(5)).toBe('text 5');
    expect(textAt(4999)).toBeUndefined();
  });

  it('stays bounded while items are appended far from the reader', () => {
    const { items, textAt } = openWindow(1000, 0);
    items.show(0, 20);
    for (let at = 1000; at < 5000; at++) items.apply({ op: 'append', item: answer(at) });
    expect(items.count.value).toBe(5000);
    expect(items.heldRows).toBeLessThanOrEqual(600);
    expect(textAt(10)).toBe('text 10');
  });

  it('tells a row that is let go, and gives a fresh one afterwards', () => {
    const { items, answerLast } = openWindow(5000);
    const old = items.row(ordinal(4999));
    for (let first = 0; first < 700; first += 50) {
      items.show(first, first + 20);
      answerLast();
    }
    expect(old.value).toBeUndefined();
    expect(items.row(ordinal(4999))).not.toBe(old);
  });

  it('keeps the rows that are in a later page of the same transcript, and asks for those shown that are not', () => {
    const { items, posted, textAt } = openWindow(200);
    items.show(160, 179);
    const row = items.row(ordinal(170));
    const seen: unknown[] = [];
    effect(() => {
      seen.push(row.value);
    });
    items.renew(210, { start: ordinal(165), items: [answer(165), ...answers(166, 9), ...answers(175, 5)] });
    expect(items.row(ordinal(170))).toBe(row);
    expect(seen.every(Boolean)).toBe(true);
    expect([textAt(164), items.count.value]).toEqual([undefined, 210]);
    expect(posted.map(({ start, count, wanted }) => [start, count, wanted])).toEqual([[150, 15, 160]]);
  });

  it('replaces everything on reset', () => {
    const { items, textAt } = openWindow(200);
    items.reset(3, { start: ordinal(0), items: answers(0, 3) });
    expect(items.count.value).toBe(3);
    expect(items.heldRows).toBe(3);
    expect(textAt(199)).toBeUndefined();
  });
});
