import type { BetaMessageParam } from '@anthropic-ai/sdk/resources/beta';
import type { History } from '../history/history.ts';
import type { JsonValue } from '../history/json.ts';
import { dehydrate, hydrate, type StoredMessage } from '../history/messages.ts';
import type { SessionId } from '../protocol/transcript.ts';
import type { MessageStore } from './conversation.ts';
import { boundReplay, type ImageWeight, imageWeight } from './replay.ts';
import { type Explanations, keepTurn, progressOf, type TurnProgress, type TurnStep } from './turn.ts';

/** A session's messages in the history: images by reference, the turn in progress beside them. */
export class HistoryMessageStore implements MessageStore {
  readonly #history: History;
  readonly #session: SessionId;
  /** Of all stored messages; undefined until they are first read. */
  #weight: ImageWeight | undefined;

  constructor(history: History, session: SessionId) {
    this.#history = history;
    this.#session = session;
  }

  read(): BetaMessageParam[] {
    const { screenshots } = this.#history;
    const messages = boundReplay(this.#history.readMessages(this.#session), (image) =>
      screenshots.byteLength(image),
    );
    return messages.map((message) => hydrate(message, screenshots) as unknown as BetaMessageParam);
  }

  get imageWeight(): ImageWeight {
    this.#weight ??= this.#weigh(this.#history.readMessages(this.#session));
    return this.#weight;
  }

  reload(): void {
    this.#weight = undefined;
  }

  /** Names of the tools, but for the members of toolsets, that the stored messages call. */
  calledTools(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { content } of this.#history.readMessages(this.#session)) {
      if (typeof content === 'string') continue;
      for (const block of content) {
        const { type, name, toolset_name: toolset } = block as Readonly<Record<string, unknown>>;
        if (type === 'tool_use' && typeof name === 'string' && (toolset ?? null) === null) names.add(name);
      }
    }
    return names;
  }

  lastRole(): BetaMessageParam['role'] | undefined {
    return this.#history.readLastMessage(this.#session)?.role as BetaMessageParam['role'] | undefined;
  }

  append(messages: readonly BetaMessageParam[]): void {
    this.#replaceDraft(this.#dehydrate(messages));
  }

  replace(messages: readonly BetaMessageParam[]): void {
    const stored = this.#dehydrate(messages);
    this.#history.transaction(() => {
      this.#history.clearMessages(this.#session);
      this.#replaceDraft(stored);
    });
    this.#weight = this.#weigh(stored);
  }

  /** Keeps more of the turn in progress, so that {@link mendTurn} can complete it after a crash. */
  saveProgress(steps: readonly TurnStep[]): void {
    const stored = steps.map((step) => {
      if (step.kind !== 'ended') return step;
      const [result] = dehydrate({ role: 'user', content: [step.result] }, this.#history.screenshots).content;
      return { ...step, result };
    });
    this.#history.addToDraft(this.#session, stored as unknown as JsonValue);
  }

  /**
   * Makes messages of the turn that a killed host, or a run that could not be recorded, left behind.
   *
   * @param cutAnswer - the answer that was growing, as far as the transcript has it; it may be ahead of the draft
   * @returns whether there was anything to keep
   */
  mendTurn(explain: Explanations, cutAnswer = ''): boolean {
    const parts = this.#history.readDraft(this.#session) as unknown as DraftPart[];
    if (parts.length === 0 && cutAnswer === '') return false;
    const turn = withAnswer(progressOf(parts.flatMap(stepsOf)), cutAnswer);
    this.#replaceDraft(keepTurn(turn, explain) as unknown as StoredMessage[]);
    return true;
  }

  #replaceDraft(messages: readonly StoredMessage[]): void {
    this.#history.transaction(() => {
      for (const message of messages) this.#history.appendMessage(this.#session, message);
      this.#history.clearDraft(this.#session);
    });
    if (!this.#weight) return;
    const { images, bytes } = this.#weigh(messages);
    this.#weight = { images: this.#weight.images + images, bytes: this.#weight.bytes + bytes };
  }

  #dehydrate(messages: readonly BetaMessageParam[]): StoredMessage[] {
    return messages.map((message) => dehydrate(message as never, this.#history.screenshots));
  }

  #weigh(messages: readonly StoredMessage[]): ImageWeight {
    return imageWeight(messages, (image) => this.#history.screenshots.byteLength(image));
  }
}

/** What is kept of a turn at a time. */
type DraftPart = readonly TurnStep[] | TurnProgress;

/** Versions before this one kept the whole turn at once. */
function stepsOf(part: DraftPart): readonly TurnStep[] {
  if (!('blocks' in part)) return part;
  return [
    ...part.blocks.map((block, index): TurnStep => ({ kind: 'block', index, block })),
    ...part.started.map((call): TurnStep => ({ kind: 'started', call })),
    ...part.results.map((result): TurnStep => ({ kind: 'ended', result })),
  ];
}

function withAnswer(turn: TurnProgress, answer: string): TurnProgress {
  if (answer === '') return turn;
  const last = turn.blocks.at(-1);
  const known =
    last?.type === 'text' && answer.startsWith(last.text) ? turn.blocks.slice(0, -1) : turn.blocks;
  return { ...turn, blocks: [...known, { type: 'text', text: answer }] };
}
