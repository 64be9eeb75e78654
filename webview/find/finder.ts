import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { MAX_QUERY_LENGTH, type SearchHit, type SearchResults } from '../../src/protocol/messages.ts';
import type { Ordinal } from '../../src/protocol/transcript.ts';

/** Typing that goes on sooner is not searched for yet. */
const DEBOUNCE_MS = 150;

export interface FinderOptions {
  /** Looks for a text in the whole history; asked again, it need not answer what was asked before. */
  readonly search: (query: string, then: (results: SearchResults) => void) => void;
  /** The item that is read: where the search begins. */
  readonly reading: () => Ordinal;
  /** Runs a function once after so many ms; returns how to call that off. */
  readonly schedule: (callback: () => void, ms: number) => () => void;
}

/** A hit to be brought into view. A new object each time that is asked for. */
export interface Reveal {
  readonly ordinal: Ordinal;
  /** Which of the hits in the item, from 0. */
  readonly nth: number;
}

/** Find in the transcript: what is looked for, what was found, and which hit is the current one. */
export class Finder {
  readonly #options: FinderOptions;
  readonly #isOpen = signal(false);
  readonly #query = signal('');
  readonly #results: Signal<SearchResults | null> = signal(null);
  readonly #index = signal(-1);
  readonly #reveal: Signal<Reveal | null> = signal(null);
  readonly #hit = computed<SearchHit | null>(() => this.#results.value?.hits[this.#index.value] ?? null);
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

  /** The current hit. */
  get hit(): ReadonlySignal<SearchHit | null> {
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
      this.#search(true);
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
    this.#callOff = this.#options.schedule(() => this.#search(true), DEBOUNCE_MS);
  }

  /** Looks again, as the transcript has changed; what is read stays where it is. */
  refresh(): void {
    if (this.#isOpen.peek() && this.#query.peek() !== '') this.#search(false);
  }

  /** To the next (1) or previous (-1) hit, round and round. */
  step(by: 1 | -1): void {
    const count = this.#results.peek()?.hits.length ?? 0;
    if (count === 0) return;
    this.#index.value = (this.#index.peek() + by + count) % count;
    this.#revealHit();
  }

  #search(mayMove: boolean): void {
    const query = this.#query.peek();
    this.#options.search(query, (results) => {
      if (!this.#isOpen.peek() || query !== this.#query.peek()) return;
      const from = this.#hit.peek()?.ordinal ?? this.#options.reading();
      const known = this.#isKnown(results);
      this.#results.value = results;
      if (known) return;
      const next = results.hits.findIndex(({ ordinal }) => ordinal >= from);
      this.#index.value = next >= 0 ? next : results.hits.length - 1;
      if (mayMove) this.#revealHit();
    });
  }

  /** Whether the current hit is the same among other results: hits were only added behind it. */
  #isKnown({ hits }: SearchResults): boolean {
    const hit = this.#hit.peek();
    const same = hits[this.#index.peek()];
    return hit !== null && same?.ordinal === hit.ordinal && same.snippet === hit.snippet;
  }

  #revealHit(): void {
    const hit = this.#hit.peek();
    const hits = this.#results.peek()?.hits ?? [];
    const first = hits.findIndex(({ ordinal }) => ordinal === hit?.ordinal);
    this.#reveal.value = hit && { ordinal: hit.ordinal, nth: this.#index.peek() - first };
  }
}
