import type { BetaMessageParam, BetaToolResultBlockParam } from '@anthropic-ai/sdk/resources/beta';
import type { History } from '../history/history.ts';
import type { JsonValue } from '../history/json.ts';
import { dehydrate, hydrate, type StoredMessage } from '../history/messages.ts';
import type { SessionId } from '../protocol/transcript.ts';
import type { MessageStore } from './conversation.ts';
import { type Explanations, keepTurn, type TurnProgress } from './turn.ts';

/** A session's messages in the history: images by reference, the turn in progress beside them. */
export class HistoryMessageStore implements MessageStore {
  readonly #history: History;
  readonly #session: SessionId;
  /** Results already put into the store; a turn's progress is saved often, its screenshots once. */
  readonly #stored = new WeakMap<BetaToolResultBlockParam, StoredMessage>();

  constructor(history: History, session: SessionId) {
    this.#history = history;
    this.#session = session;
  }

  read(): BetaMessageParam[] {
    return this.#history
      .readMessages(this.#session)
      .map((message) => hydrate(message, this.#history.screenshots) as unknown as BetaMessageParam);
  }

  lastRole(): BetaMessageParam['role'] | undefined {
    return this.#history.readLastMessage(this.#session)?.role as BetaMessageParam['role'] | undefined;
  }

  append(messages: readonly BetaMessageParam[]): void {
    const stored = messages.map((message) => dehydrate(message as never, this.#history.screenshots));
    this.#replaceDraft(stored);
  }

  /** Keeps the turn in progress, so that {@link mendTurn} can complete it after a crash. */
  saveProgress(turn: TurnProgress): void {
    const results = turn.results.map((result) => this.#dehydrateResult(result));
    const draft = { blocks: turn.blocks, results, started: turn.started };
    this.#history.saveDraft(this.#session, draft as unknown as JsonValue);
  }

  /** Makes messages of the turn that a killed host left behind. Returns whether there was one. */
  mendTurn(explain: Explanations): boolean {
    const draft = this.#history.readDraft(this.#session);
    if (draft === undefined) return false;
    this.#replaceDraft(keepTurn(draft as unknown as TurnProgress, explain) as unknown as StoredMessage[]);
    return true;
  }

  #replaceDraft(messages: readonly StoredMessage[]): void {
    this.#history.transaction(() => {
      for (const message of messages) this.#history.appendMessage(this.#session, message);
      this.#history.clearDraft(this.#session);
    });
  }

  #dehydrateResult(result: BetaToolResultBlockParam): object | undefined {
    let stored = this.#stored.get(result);
    if (!stored) {
      stored = dehydrate({ role: 'user', content: [result] }, this.#history.screenshots);
      this.#stored.set(result, stored);
    }
    return (stored.content as readonly object[])[0];
  }
}
