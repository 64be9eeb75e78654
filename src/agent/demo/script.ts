/**
 * The script format: what a scripted model answers, given what a model would see. The demo model and the Messages API
 * test server both play scripts of this format.
 */
import type {
  BetaContentBlockParam,
  BetaMessageParam,
  BetaStopReason,
  BetaToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/beta';
import { GO_ON_TEXT } from '../compaction.ts';
import { HANDED_BACK_TEXT } from '../control.ts';
import { NEW_COMPUTER_TEXT } from '../resumption.ts';

/** Answers a conversation. Called once per request; pure scripts make repeatable runs. */
export type Script = (conversation: ConversationView) => ScriptedReply;

/** One answer of a scripted model. */
export interface ScriptedReply {
  readonly blocks: readonly ScriptedBlock[];
  /** Default: `tool_use` when a block calls something, `compaction` for a summary, else `end_turn`. */
  readonly stopReason?: BetaStopReason;
  /** Token counts to report; what is left out is estimated from the sizes. */
  readonly usage?: ScriptedUsage;
  /** How it streams; by default each block is one delta and nothing waits. */
  readonly pace?: Pace;
}

/** A content block of an answer. */
export type ScriptedBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  /** A call of a toolset's member. */
  | {
      readonly type: 'action';
      readonly toolset: 'browser' | 'computer';
      readonly member: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  /** A call of a tool of its own (`bash`, the editor). */
  | { readonly type: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  /** What a request for a summary is answered with, alone; null when none could be made. */
  | { readonly type: 'summary'; readonly text: string | null };

/** Token counts as the API reports them. */
export interface ScriptedUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
}

/** How fast an answer streams. */
export interface Pace {
  /** Characters per delta, at least 1. */
  readonly charactersPerDelta: number;
  /** Pause before each delta, ms; 0 for none. */
  readonly msBetweenDeltas: number;
}

/** A tool's result as a script reads it. */
export interface ToolResultView {
  readonly toolUseId: string;
  readonly isError: boolean;
  /** Its text blocks, joined by line feeds. */
  readonly text: string;
  /** How many images it carries. */
  readonly imageCount: number;
}

/** What the model sees: all messages, whether they came in one request or through a thread. */
export interface ConversationView {
  readonly model: string;
  readonly messages: readonly BetaMessageParam[];
  /** The text of the last user message that says something (not only tool results); empty when there is none. */
  readonly lastUserPrompt: string;
  /** The text of the first such message. */
  readonly firstUserPrompt: string;
  /** Assistant messages since the last prompt. */
  readonly repliesSincePrompt: number;
  /** Assistant messages since the last prompt that called a tool. */
  readonly actingRepliesSincePrompt: number;
  /** The tool results that came after the last assistant message, in order. */
  readonly lastToolResults: readonly ToolResultView[];
}

/** What a scripted model has to remember of the messages it summarizes to go on as if it still saw them. */
type Remembered = Pick<
  ConversationView,
  'firstUserPrompt' | 'lastUserPrompt' | 'repliesSincePrompt' | 'actingRepliesSincePrompt'
>;

/** What a scripted model answers when it is asked to summarize. */
export function summarize(conversation: ConversationView): ScriptedReply {
  const { firstUserPrompt, lastUserPrompt, repliesSincePrompt, actingRepliesSincePrompt } = conversation;
  const remembered: Remembered = {
    firstUserPrompt,
    lastUserPrompt,
    repliesSincePrompt,
    actingRepliesSincePrompt,
  };
  const text = `The user asked: ${lastUserPrompt}\n${JSON.stringify(remembered)}`;
  return { blocks: [{ type: 'summary', text }] };
}

/** Reads a conversation from its messages. Looks back no further than the last prompt or the summary before it. */
export function readConversation(model: string, messages: readonly BetaMessageParam[]): ConversationView {
  let lastUserPrompt = '';
  let repliesSincePrompt = 0;
  let actingRepliesSincePrompt = 0;
  const remembered = rememberedIn(messages[0]);
  const lastToolResults: ToolResultView[] = [];
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message === undefined) continue;
    if (remembered && index === 0) {
      lastUserPrompt = remembered.lastUserPrompt;
      repliesSincePrompt += remembered.repliesSincePrompt;
      actingRepliesSincePrompt += remembered.actingRepliesSincePrompt;
    } else if (message.role === 'assistant') {
      repliesSincePrompt++;
      if (blocksOf(message).some((block) => block.type === 'tool_use')) actingRepliesSincePrompt++;
    } else if (message.role === 'user') {
      if (repliesSincePrompt === 0) lastToolResults.unshift(...toolResults(message));
      lastUserPrompt = promptText(message);
      if (lastUserPrompt !== '') break;
    }
  }
  const first = messages.find((message) => message.role === 'user' && promptText(message) !== '');
  return {
    model,
    messages,
    lastUserPrompt,
    firstUserPrompt: remembered?.firstUserPrompt ?? (first === undefined ? '' : promptText(first)),
    repliesSincePrompt,
    actingRepliesSincePrompt,
    lastToolResults,
  };
}

/** A message's content as blocks, also where it was given as a string. */
export function blocksOf(message: BetaMessageParam): readonly BetaContentBlockParam[] {
  if (message.content === undefined) return [];
  if (typeof message.content === 'string') return [{ type: 'text', text: message.content }];
  return message.content;
}

/** What a summary tells; of one that another wrote, its text stands for what the user asked. */
function rememberedIn(message: BetaMessageParam | undefined): Remembered | undefined {
  const text = message && blocksOf(message).find((block) => block.type === 'compaction')?.content;
  if (!text) return undefined;
  const [, ours] = /\n(\{.*\})$/.exec(text) ?? [];
  if (ours) return JSON.parse(ours) as Remembered;
  return { firstUserPrompt: text, lastUserPrompt: text, repliesSincePrompt: 0, actingRepliesSincePrompt: 0 };
}

/** What the program says in the place of the user. */
const NOT_THE_USERS: ReadonlySet<string> = new Set([GO_ON_TEXT, HANDED_BACK_TEXT, NEW_COMPUTER_TEXT]);

/** What the user says in a message; nothing where the program speaks. */
function promptText(message: BetaMessageParam): string {
  return blocksOf(message)
    .flatMap((block) => (block.type === 'text' && !NOT_THE_USERS.has(block.text) ? [block.text] : []))
    .join('\n')
    .trim();
}

/** The results in a message, in order. */
export function toolResults(message: BetaMessageParam): ToolResultView[] {
  return blocksOf(message).flatMap((block) => (block.type === 'tool_result' ? [viewResult(block)] : []));
}

function viewResult(result: BetaToolResultBlockParam): ToolResultView {
  const content = typeof result.content === 'string' ? [] : (result.content ?? []);
  const text =
    typeof result.content === 'string'
      ? result.content
      : content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  return {
    toolUseId: result.tool_use_id,
    isError: result.is_error === true,
    text,
    imageCount: content.filter((block) => block.type === 'image').length,
  };
}
