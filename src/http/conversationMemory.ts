/**
 * Remembers how far each conversation was written down, as digests only, so that no message is written twice.
 *
 * A conversation up to a point is one hash: that of the hash before it and the next message. What the model said
 * counts as a bare mark, because it was written as a response; so the same conversation has the same hash whether it
 * is sent whole or continued on a message thread.
 */
import { createHash } from 'node:crypto';

/** Points remembered: a few per conversation, oldest forgotten first. */
const MAX_POINTS = 256;
const START = 'start';

/** What a request adds to what was written before. */
export interface NewMessages {
  /** How many messages before them were sent again, or are held by the thread. */
  readonly known: number;
  readonly messages: readonly unknown[];
  /** Names the conversation up to and including this request. */
  readonly point: string;
}

export class ConversationMemory {
  /** Hash of a conversation up to a written request, to the number of its messages. */
  readonly #points = new Map<string, number>();
  /** Id of a reply, to the point it answers. */
  readonly #replies = new Map<string, string>();

  /**
   * Which of a request's messages are new, and remembers them as written.
   * @param previousReply - the reply a message thread is continued from; null for a full history
   */
  take(messages: readonly unknown[], previousReply: string | null): NewMessages {
    const before = previousReply === null ? undefined : this.#replies.get(previousReply);
    // An unknown thread begins at a point of its own: all that is sent on it is new.
    let point =
      previousReply === null ? START : advance(before ?? `thread ${previousReply}`, { role: 'assistant' });
    let firstNew = 0;
    for (const [index, message] of messages.entries()) {
      point = advance(point, message);
      if (!this.#points.has(point)) continue;
      firstNew = index + 1;
      // The reply to a written request was written as its response.
      if (roleOf(messages[index + 1]) === 'assistant' && this.#replies.has(`answered ${point}`)) firstNew++;
    }
    remember(this.#points, point, messages.length);
    return { known: Math.min(firstNew, messages.length), messages: messages.slice(firstNew), point };
  }

  /** Notes that the request up to `point` was answered, and by which reply. */
  answered(point: string, replyId: string): void {
    remember(this.#replies, replyId, point);
    remember(this.#replies, `answered ${point}`, point);
  }

  /** How much is held; for leak tests. */
  get size(): number {
    return this.#points.size + this.#replies.size;
  }
}

function advance(point: string, message: unknown): string {
  const content = roleOf(message) === 'assistant' ? 'assistant' : stableJson(message);
  return createHash('sha256').update(point).update('\n').update(content).digest('base64');
}

/** Cache marks move from message to message without changing what was said. */
function stableJson(message: unknown): string {
  return JSON.stringify(message, (name, field: unknown) => (name === 'cache_control' ? undefined : field));
}

function roleOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'role' in message ? message.role : undefined;
}

/** Sets a key as the newest and forgets the oldest beyond the limit. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= MAX_POINTS) break;
    map.delete(oldest);
  }
}
