import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { MAX_QUERY_LENGTH, MAX_SEARCH_HITS, type SearchResults } from '../../src/protocol/messages.ts';
import { type Ordinal, ordinal } from '../../src/protocol/transcript.ts';

/** Typing that goes on sooner is not searched for yet. */
const DEBOUNCE_MS = 150;

export interface FinderOptions {
  /** Looks for a text in the items from `from` on; asked again, it need not answer what was asked before. */
  readonly search: (query: string, from: Ordinal, then: (results: SearchResults) => void) => void;
  /** The item that is read: where the search begins. */
  readonly reading: () => Ordinal;
  /** Runs a function once after so many ms; returns how to call that off. */
  readonly schedule: (callback: () => void, ms: number) => () => void;
}

/** A hit to be brought into view. A new object each time that is asked for. */
export interface Reveal {
  readonly ordinal: Ordinal;
}

/** Find in the transcript: what is looked for, what was found, and which hit is the current one. */
export class Finder {
  readonly #options: FinderOptions;
  readonly #isOpen = signal(false);
  readonly #query = signal('');
  readonly #results: Signal<SearchResults | null> = signal(null);
  readonly #index = signal(-1);
  readonly #reveal: Signal<Reveal | null> = signal(null);
  readonly #hit = computed<Ordinal | null>(() => this.#results.value?.ordinals[this.#index.value] ?? null);
  /** What the results are about. */
  #searched = '';
  #callOff: () => void = () => {};

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  get isOpen(): ReadonlySignal<boolean> {
    return this.#isOpen;
  }

  get query(): ReadonlySignal<string> {
    return this.#query;
  }

  /** Null while nothing is looked for or the answer is awaited. */
  get results(): ReadonlySignal<SearchResults | null> {
    return this.#results;
  }

  /** The place of the current hit among the hits; -1 when there is none. */
  get index(): ReadonlySignal<number> {
    return this.#index;
  }

  /** The item of the current hit. */
  get hit(): ReadonlySignal<Ordinal | null> {
    return this.#hit;
  }

  /** What to bring into view; changes only when the user asked for it by typing or stepping. */
  get reveal(): ReadonlySignal<Reveal | null> {
    return this.#reveal;
  }

  /** Opens, looking for `query` if it is not empty, else for what was looked for before. */
  open(query: string): void {
    this.#isOpen.value = true;
    const text = query || this.#query.peek();
    if (text !== '' && (text !== this.#query.peek() || !this.#results.peek())) {
      this.#query.value = text.slice(0, MAX_QUERY_LENGTH);
      this.#search();
    }
  }

  close(): void {
    this.#callOff();
    this.#isOpen.value = false;
    this.#results.value = null;
    this.#index.value = -1;
    this.#reveal.value = null;
  }

  /** Looks for another text, once it stays the same for a moment. */
  type(query: string): void {
    this.#callOff();
    this.#query.value = query;
    if (query === '') {
      this.#results.value = null;
      this.#index.value = -1;
      // What is on its way is about the text before.
      this.#reveal.value = null;
      return;
    }
    this.#callOff = this.#options.schedule(() => this.#search(), DEBOUNCE_MS);
  }

  /** Looks again at what may have changed since; what is read stays where it is. */
  refresh(): void {
    const known = this.#results.peek();
    // What is not known yet, or was typed since, is being looked for or will be.
    if (!known || this.#query.peek() !== this.#searched) return;
    this.#ask(known.settled, (results) => this.#show(join(known, results), false));
  }

  /** To the next (1) or previous (-1) hit, round and round. */
  step(by: 1 | -1): void {
    const count = this.#results.peek()?.ordinals.length ?? 0;
    if (count === 0) return;
    this.#index.value = (this.#index.peek() + by + count) % count;
    this.#revealHit();
  }

  #search(): void {
    this.#ask(ordinal(0), (results) => this.#show(results, true));
  }

  #ask(from: Ordinal, then: (results: SearchResults) => void): void {
    const query = this.#query.peek();
    this.#options.search(query, from, (results) => {
      if (!this.#isOpen.peek() || query !== this.#query.peek()) return;
      this.#searched = query;
      then(results);
    });
  }

  #show(results: SearchResults, mayMove: boolean): void {
    const hit = this.#hit.peek();
    this.#results.value = results;
    // The current hit is the same among other results: hits were only added behind it.
    if (hit !== null && results.ordinals[this.#index.peek()] === hit) {
      if (mayMove) this.#revealHit();
      return;
    }
    const from = hit ?? this.#options.reading();
    const next = results.ordinals.findIndex((found) => found >= from);
    this.#index.value = next >= 0 ? next : results.ordinals.length - 1;
    if (mayMove) this.#revealHit();
  }

  #revealHit(): void {
    const hit = this.#hit.peek();
    this.#reveal.value = hit === null ? null : { ordinal: hit };
  }
}

/** What was known of the items that do not change any more, and what was found in those after them. */
function join(known: SearchResults, later: SearchResults): SearchResults {
  const before = known.ordinals.filter((found) => found < known.settled);
  return {
    ordinals: [...before, ...later.ordinals].slice(0, MAX_SEARCH_HITS),
    total: known.settledTotal + later.total,
    settled: later.settled,
    settledTotal: known.settledTotal + later.settledTotal,
  };
}
