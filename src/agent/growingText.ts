import type { Ordinal } from '../protocol/transcript.ts';
import type { Transcript } from './transcript.ts';

/** A text of a reply while it streams: an answer or thinking, and the item of the transcript that grows with it. */
export class GrowingText {
  /** Of its block in the reply. */
  readonly index: number;
  readonly kind: 'answer' | 'thinking';
  readonly #transcript: Transcript;
  readonly #startedAt = Date.now();
  /** Undefined until the first delta. */
  #ordinal: Ordinal | undefined;
  #text = '';
  #keptLength = 0;

  constructor(transcript: Transcript, index: number, kind: 'answer' | 'thinking') {
    this.#transcript = transcript;
    this.index = index;
    this.kind = kind;
  }

  /** As far as it got. */
  get text(): string {
    return this.#text;
  }

  /** The item is made with the first delta: an empty text block (thinking the API withholds) leaves no row behind. */
  extend(delta: string): void {
    if (delta === '') return;
    this.#text += delta;
    if (this.#ordinal !== undefined) {
      this.#transcript.extend(this.#ordinal, delta);
      return;
    }
    this.#ordinal =
      this.kind === 'answer'
        ? this.#transcript.append({ kind: 'answer', text: delta, state: 'streaming' })
        : this.#transcript.append({ kind: 'thinking', text: delta, state: 'streaming', durationMs: 0 });
  }

  /** What has come since this was last asked. */
  takeNew(): string {
    const text = this.#text.slice(this.#keptLength);
    this.#keptLength = this.#text.length;
    return text;
  }

  /** It does not grow any more. */
  settle(state: 'complete' | 'interrupted'): void {
    if (this.#ordinal === undefined) return;
    this.#transcript.update(this.#ordinal, { kind: 'text', state, durationMs: Date.now() - this.#startedAt });
  }
}
