import type { Item, NoticeAction } from '../protocol/transcript.ts';

const GOING_ON: readonly NoticeAction[] = ['continue', 'retry'];

/**
 * Whether a transcript ends in an offer to go on with what a run left: in notices alone, one of which makes it. Told of each
 * item, and costs nothing else.
 */
export class OfferAtEnd {
  /** Ordinals; -1 for none. */
  #offer = -1;
  #other = -1;

  get isThere(): boolean {
    return this.#offer > this.#other;
  }

  /** @param item - appended, or changed */
  note(item: Item): void {
    if (item.kind !== 'notice') this.#other = Math.max(this.#other, item.ordinal);
    else if (item.actions.some((action) => GOING_ON.includes(action)))
      this.#offer = Math.max(this.#offer, item.ordinal);
    else if (item.ordinal === this.#offer) this.#offer = -1;
  }
}
