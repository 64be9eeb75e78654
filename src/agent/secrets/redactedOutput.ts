import type { OutputNews } from '../../base/callOutput.ts';
import type { Redactor } from './redactor.ts';

/** The mark of something left out: what stands beside it may be a part of a secret. */
const CUT = '…';

/**
 * What one call prints, with handles in place of values, also of one that comes in parts. What may be the beginning of a
 * value is held back until more comes; at the end it is not shown at all: the call's result has it then.
 */
export class RedactedOutput {
  readonly #redactor: Redactor;
  #held = '';

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  news({ added, latest }: OutputNews): OutputNews {
    const text = this.#redactor.text(this.#held + added);
    const begun = this.#redactor.begunAtEnd(text);
    this.#held = text.slice(text.length - begun);
    return {
      added: text.slice(0, text.length - begun),
      latest: latest && { ...latest, text: this.#latest(latest.text, latest.leftOut > 0) },
    };
  }

  #latest(text: string, isCut: boolean): string {
    const before = isCut ? CUT : this.#held;
    return this.#redactor.text(`${before}${text}${CUT}`).slice(isCut ? CUT.length : 0, -CUT.length);
  }
}
