import type Anthropic from '@anthropic-ai/sdk';
import type {
  BetaContentBlockParam,
  BetaImageBlockParam,
  BetaMessageParam,
} from '@anthropic-ai/sdk/resources/beta';
import type { BetaMessageThread } from '@anthropic-ai/sdk/resources/beta/messages';
import {
  afterSummary,
  beforePrompt,
  COMPACT_AFTER_IMAGE_BYTES,
  COMPACT_AFTER_IMAGES,
  COMPACTION_BETA,
  isSummary,
} from './compaction.ts';
import type { ModelInfo } from './models.ts';
import { systemPrompt } from './prompt.ts';
import type { ImageWeight } from './replay.ts';
import type { SessionTools } from './sessionTools.ts';

/** The messages of a session as the API has to see them to go on. */
export interface MessageStore {
  read(): BetaMessageParam[];
  /** Who spoke last; undefined when nobody has. */
  lastRole(): BetaMessageParam['role'] | undefined;
  /** Adds the messages together: all of them or, after a crash, none. */
  append(messages: readonly BetaMessageParam[]): void;
  /** Puts the messages in place of all there are. */
  replace(messages: readonly BetaMessageParam[]): void;
  /** The images of all there are. */
  readonly imageWeight: ImageWeight;
  /** Forgets what it knows of the messages: another host may have written some. */
  reload(): void;
}

/** How much more a conversation may grow before a summary that was refused is asked for again. */
const PATIENCE = 1.1;

/** Who answers, and how. */
export interface Connection {
  readonly client: Anthropic;
  readonly model: ModelInfo;
  readonly effort: 'low' | 'medium' | 'high';
  readonly customInstructions: string;
}

/**
 * A session's conversation with the model.
 *
 * The store is the truth. A message thread of the SDK, which lets each turn send only what is new, is kept for as long
 * as it is known to agree with the store; after anything out of the ordinary it is dropped, and the next turn starts a
 * new thread from the stored messages.
 */
export class Conversation {
  readonly #store: MessageStore;
  readonly #briefing: () => string;
  #live: LiveThread | undefined;
  /** Tokens the model had before it with its last reply; 0 while that is not known. */
  #contextTokens = 0;
  /** How full the conversation may become before it is summarized, as a multiple of what is meant. */
  #allowedFullness = 1;
  /** Whether the server has said that it is too long. */
  #isOutgrown = false;

  /** @param briefing - where the computer is, in sentences for the model; fixed once something was said */
  constructor(store: MessageStore, briefing: () => string) {
    this.#store = store;
    this.#briefing = briefing;
  }

  /** Whether the model spoke last, so that it has nothing to answer. */
  get endsWithAnswer(): boolean {
    return this.#store.lastRole() === 'assistant';
  }

  /** Adds what the user said. @param note - what the program has to add to it; empty for nothing */
  say(text: string, note = ''): void {
    const texts = note === '' ? [text] : [text, note];
    this.#tell(texts.map((part) => ({ type: 'text', text: part })));
  }

  /** Adds an image to what the user said last. @param note - what the program has to say to it; empty for nothing */
  show(image: BetaImageBlockParam, note = ''): void {
    this.#tell(note === '' ? [image] : [{ type: 'text', text: note }, image]);
  }

  /** Adds what the program has to say. */
  note(text: string): void {
    this.#tell([{ type: 'text', text }]);
  }

  #tell(content: BetaContentBlockParam[]): void {
    const message: BetaMessageParam = { role: 'user', content };
    this.#store.append([message]);
    this.#live?.thread.append(message);
  }

  /** Tokens that the model would read with its next step; 0 while that is not known. */
  get contextTokens(): number {
    return this.#contextTokens;
  }

  /** Takes note of how large the context has become; see `contextTokens`. */
  grew(contextTokens: number): void {
    this.#contextTokens = contextTokens;
    this.#isOutgrown = false;
  }

  /** Takes note that the server finds it too long. */
  outgrew(): void {
    this.#isOutgrown = true;
    this.forget();
  }

  /** Whether it has to be summarized before the model goes on: for its length, or for the images it would resend. */
  isOverfull(model: ModelInfo): boolean {
    return this.#isOutgrown || this.#fullness(model) >= this.#allowedFullness;
  }

  /** Lets the conversation grow on for some time: a summary could not be had. */
  postponeSummary(model: ModelInfo): void {
    this.#allowedFullness = this.#fullness(model) * PATIENCE;
    this.#isOutgrown = false;
    this.forget();
  }

  /**
   * Puts `summary` in place of all that was said, in the store; the live thread has it already.
   *
   * @param screen - what the model saw last, for it to go on with
   */
  summarized(summary: BetaMessageParam, screen: BetaImageBlockParam | undefined): void {
    const next = afterSummary(this.#store.read(), screen);
    this.#store.replace([summary, ...next]);
    this.#live?.thread.append(...next);
    this.#resetFullness();
  }

  #resetFullness(): void {
    this.#contextTokens = 0;
    this.#allowedFullness = 1;
    this.#isOutgrown = false;
  }

  #fullness(model: ModelInfo): number {
    const { images, bytes } = this.#store.imageWeight;
    return Math.max(
      this.#contextTokens / model.compactAfter,
      images / COMPACT_AFTER_IMAGES,
      bytes / COMPACT_AFTER_IMAGE_BYTES,
    );
  }

  /** Stores messages that the live thread already holds. */
  record(messages: readonly BetaMessageParam[]): void {
    this.#store.append(messages);
  }

  /** Stores messages that the live thread does not hold, or holds otherwise, and lets go of the thread. */
  rewrite(messages: readonly BetaMessageParam[]): void {
    this.forget();
    this.#store.append(messages);
  }

  /** Lets go of the thread: the next turn begins a new one from what is stored. */
  forget(): void {
    this.#live = undefined;
  }

  /** Reads anew what the store holds, which another host may have written to. */
  reload(): void {
    this.#store.reload();
    this.#resetFullness();
    this.forget();
  }

  /** The thread to go on with. `tools` must be the same objects as long as the thread is to be kept. */
  thread(connection: Connection, tools: SessionTools): BetaMessageThread {
    const madeFor = identityOf(connection);
    if (this.#live?.madeFor !== madeFor || this.#live.tools !== tools)
      this.#begin(connection, tools, this.#store.read());
    return this.#live?.thread as BetaMessageThread;
  }

  /**
   * The thread to ask for a summary of all before the user's last words, which go on it with {@link summarized}.
   * Undefined when there is nothing to summarize.
   */
  threadToSummarize(connection: Connection, tools: SessionTools): BetaMessageThread | undefined {
    const messages = beforePrompt(this.#store.read());
    const [first] = messages;
    if (!first || (messages.length === 1 && isSummary(first))) return undefined;
    return this.#begin(connection, tools, messages);
  }

  #begin(
    connection: Connection,
    tools: SessionTools,
    messages: readonly BetaMessageParam[],
  ): BetaMessageThread {
    const { client, model, effort, customInstructions } = connection;
    const thread = client.beta.messages.thread({
      ...(messages[0] && isSummary(messages[0]) && { betas: [COMPACTION_BETA] }),
      model: model.id,
      max_tokens: model.maxTokens,
      system: [
        {
          type: 'text',
          text: systemPrompt(this.#briefing(), customInstructions),
          cache_control: { type: 'ephemeral' },
        },
      ],
      // Marks the end of each request for the cache, so that a server that cannot thread still reads the history once.
      cache_control: { type: 'ephemeral' },
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort },
      tools: [tools.toolset, ...tools.tools],
      messages: [...messages],
      unsupportedRequestBehavior: 'continue_unthreaded',
    });
    this.#live = { thread, madeFor: identityOf(connection), tools };
    return thread;
  }
}

interface LiveThread {
  readonly thread: BetaMessageThread;
  readonly madeFor: string;
  /** What it sent as the model's tools. */
  readonly tools: SessionTools;
}

/** What a thread is made for: with anything of it changed, another one has to begin. */
function identityOf({ client, model, effort, customInstructions }: Connection): string {
  return JSON.stringify([model.id, effort, customInstructions, client.baseURL, client.apiKey]);
}
