import type {
  FindUserMessage,
  SearchMessage,
  SearchResults,
  SearchResultsMessage,
  UserFoundMessage,
} from '../../src/protocol/messages.ts';
import { assertNever, type Ordinal } from '../../src/protocol/transcript.ts';

/**
 * Questions to the host about the whole history. Of each kind only the last one asked is answered: an answer that comes
 * after the next question is about what nobody wants to know any more.
 */
export class Questions {
  readonly #post: (message: SearchMessage | FindUserMessage) => void;
  #lastRequest = 0;
  #search: { readonly request: number; readonly then: (results: SearchResults) => void } | null = null;
  #user: { readonly request: number; readonly then: (ordinal: Ordinal | null) => void } | null = null;

  constructor(post: (message: SearchMessage | FindUserMessage) => void) {
    this.#post = post;
  }

  /** Looks for `query`, which is not empty, in the items from `from` on. */
  search(query: string, from: Ordinal, then: (results: SearchResults) => void): void {
    const request = ++this.#lastRequest;
    this.#search = { request, then };
    this.#post({ type: 'search', request, query, from });
  }

  /** Looks for the nearest message of the user strictly before or after an item. */
  findUser(from: Ordinal, direction: 'before' | 'after', then: (ordinal: Ordinal | null) => void): void {
    const request = ++this.#lastRequest;
    this.#user = { request, then };
    this.#post({ type: 'find-user', request, from, direction });
  }

  /** Takes an answer of the host. */
  answer(message: SearchResultsMessage | UserFoundMessage): void {
    switch (message.type) {
      case 'search-results': {
        if (message.request !== this.#search?.request) return;
        const { then } = this.#search;
        this.#search = null;
        then(message);
        break;
      }
      case 'user-found': {
        if (message.request !== this.#user?.request) return;
        const { then } = this.#user;
        this.#user = null;
        then(message.ordinal);
        break;
      }
      default:
        assertNever(message);
    }
  }
}
