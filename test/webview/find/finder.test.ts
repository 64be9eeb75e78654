import { describe, expect, it } from 'vitest';
import type { SearchResults } from '../../../src/protocol/messages.ts';
import { type Ordinal, ordinal } from '../../../src/protocol/transcript.ts';
import { Finder } from '../../../webview/find/finder.ts';

interface Asked {
  readonly query: string;
  readonly from: Ordinal;
  readonly answer: (results: SearchResults) => void;
}

function open(reading = 0) {
  const asked: Asked[] = [];
  let waiting: (() => void) | undefined;
  const finder = new Finder({
    search: (query, from, answer) => asked.push({ query, from, answer }),
    reading: () => ordinal(reading),
    schedule: (callback) => {
      waiting = callback;
      return () => {
        waiting = undefined;
      };
    },
  });
  finder.open('');
  const type = (query: string) => {
    finder.type(query);
    waiting?.();
  };
  return { finder, asked, type };
}

function results(ordinals: readonly number[], settled: number): SearchResults {
  const settledTotal = ordinals.filter((place) => place < settled).length;
  return { ordinals: ordinals.map(ordinal), total: ordinals.length, settled: ordinal(settled), settledTotal };
}

describe('Finder', () => {
  it('looks again only at what may have changed, and keeps what it knows of the rest', () => {
    const { finder, asked, type } = open(4);
    type('word');
    expect(asked.at(-1)).toMatchObject({ query: 'word', from: 0 });
    asked.at(-1)?.answer(results([2, 5, 9], 8));
    expect(finder.hit.value).toBe(5);
    const { reveal } = finder;
    const shown = reveal.value;
    finder.refresh();
    expect(asked.at(-1)).toMatchObject({ query: 'word', from: 8 });
    asked.at(-1)?.answer(results([9, 11], 12));
    expect(finder.results.value).toEqual(results([2, 5, 9, 11], 12));
    expect(finder.index.value).toBe(1);
    expect(reveal.value).toBe(shown);
    finder.refresh();
    expect(asked.at(-1)?.from).toBe(12);
  });

  it('does not mix what was found with what is typed since', () => {
    const { finder, asked, type } = open();
    type('word');
    asked.at(-1)?.answer(results([2], 3));
    finder.type('other');
    finder.refresh();
    expect(asked).toHaveLength(1);
  });

  it('steps round and round, and reveals where it goes', () => {
    const { finder, asked, type } = open(7);
    type('word');
    asked.at(-1)?.answer(results([2, 5], 8));
    expect(finder.reveal.value).toEqual({ ordinal: 5 });
    finder.step(1);
    expect(finder.reveal.value).toEqual({ ordinal: 2 });
    finder.step(-1);
    expect(finder.reveal.value).toEqual({ ordinal: 5 });
  });
});
