import type { AckMessage, HostMessage } from './messages.ts';
import { type Revision, revision } from './transcript.ts';

/**
 * Keeps account of how far the messages of a host have brought a webview. Both sides keep one, so that a `text` need not
 * say which revision it leads to and can be told from all others nevertheless.
 */
export class Receipts {
  #to: Revision = revision(0);
  #texts = 0;

  /** The revision that was named last. */
  get to(): Revision {
    return this.#to;
  }

  /** Goes on from a revision that the webview says it has. */
  resume(at: Revision): void {
    this.#to = at;
    this.#texts = 0;
  }

  /** What acknowledges the message, which is the next one; undefined where nothing has to. */
  next(message: HostMessage): AckMessage | undefined {
    switch (message.type) {
      case 'opened':
        this.#to = message.revision;
        this.#texts = 0;
        return undefined;
      case 'batch':
        this.#to = message.to;
        this.#texts = 0;
        break;
      case 'text':
        this.#texts += 1;
        break;
      default:
        return undefined;
    }
    return { type: 'ack', to: this.#to, texts: this.#texts };
  }
}
