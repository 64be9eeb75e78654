import type { AckMessage, HostMessage } from './messages.ts';

/**
 * Keeps account of the messages of a feed: those that begin it (`opened`, `resumed`) and what follows them (`batch`,
 * `text`, `status`). Both sides count them, so that none needs a number of its own and each can be told from all others
 * nevertheless. One of them is on its way at a time, so the two counts differ by no more than that one.
 */
export class Receipts {
  #feed: number | null = null;
  #count = 0;

  /** The feed that is followed; null when none is. */
  get feed(): number | null {
    return this.#feed;
  }

  /** Follows no feed until the next one begins: what still comes of the one before it is not acknowledged. */
  leave(): void {
    this.#feed = null;
  }

  /** What acknowledges the message, which is the next one; undefined where it is not part of a feed that is followed. */
  next(message: HostMessage): AckMessage | undefined {
    switch (message.type) {
      case 'opened':
      case 'resumed':
        this.#feed = message.feed;
        this.#count = 0;
        break;
      case 'batch':
      case 'text':
      case 'status':
        this.#count += 1;
        break;
      default:
        return undefined;
    }
    return this.#feed === null ? undefined : { type: 'ack', feed: this.#feed, count: this.#count };
  }
}
