/**
 * What is left of a turn that did not end as planned, as messages the API accepts.
 *
 * The rules it keeps (see the tool use and thinking pages of the API's documentation): every `tool_use` is answered by
 * a `tool_result` at the start of the next message; a result of a toolset echoes `toolset_name`; an assistant message
 * neither ends in thinking nor is empty; text blocks are not empty.
 */
import type {
  BetaContentBlockParam,
  BetaMessageParam,
  BetaToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/beta';
import { assertNever } from '../protocol/transcript.ts';

/** A turn as far as it got: the reply's finished blocks in order, and the results of the calls that have ended. */
export interface TurnProgress {
  readonly blocks: readonly BetaContentBlockParam[];
  readonly results: readonly BetaToolResultBlockParam[];
  /** Calls that were begun, whether or not they have a result. */
  readonly started: readonly string[];
  /** How far some of them got before they were cut short, in sentences. */
  readonly reached?: ReadonlyMap<string, string>;
}

/** What a turn came to since the step before, so that it can be kept without saying the rest again. */
export type TurnStep =
  /** A block of the reply is finished; `index`: its place. */
  | { readonly kind: 'block'; readonly index: number; readonly block: BetaContentBlockParam }
  /** More of a text block that is not finished. */
  | { readonly kind: 'text'; readonly index: number; readonly text: string }
  | { readonly kind: 'started'; readonly call: string }
  /** It waits for the user before anything of it is done, and is started again with a yes. */
  | { readonly kind: 'asked'; readonly call: string }
  | { readonly kind: 'ended'; readonly result: BetaToolResultBlockParam };

/** How far a turn got with these steps. */
export function progressOf(steps: readonly TurnStep[]): TurnProgress {
  const blocks = new Map<number, BetaContentBlockParam>();
  const results: BetaToolResultBlockParam[] = [];
  const started = new Set<string>();
  for (const step of steps) {
    switch (step.kind) {
      case 'block':
        blocks.set(step.index, step.block);
        break;
      case 'text': {
        const known = blocks.get(step.index);
        const text = (known?.type === 'text' ? known.text : '') + step.text;
        blocks.set(step.index, { type: 'text', text });
        break;
      }
      case 'started':
        started.add(step.call);
        break;
      case 'asked':
        started.delete(step.call);
        break;
      case 'ended':
        results.push(step.result);
        break;
      default:
        assertNever(step);
    }
  }
  return {
    blocks: [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block),
    results,
    started: [...started],
  };
}

/** What the model reads in place of the results it did not get. */
export interface Explanations {
  /** For a call that was under way: nobody knows how far it got. */
  readonly unfinished: string;
  /** For a call that was never begun. */
  readonly notStarted: string;
}

export const STOPPED: Explanations = {
  unfinished:
    'Interrupted: the user stopped the run while this action was under way. Its outcome is unknown.',
  notStarted: 'Not executed: the user stopped the run before this action.',
};

export const HOST_ENDED: Explanations = {
  unfinished: 'Interrupted: the program ended while this action was under way. Its outcome is unknown.',
  notStarted: 'Not executed: the program ended before this action.',
};

/** Why a run is aborted when it is not the user who stops it: as the reason of its signal. */
export class HostEnding extends Error {
  constructor() {
    super('The extension host is ending.');
  }
}

export const REPLY_CUT_OFF: Explanations = {
  unfinished: 'Interrupted: the reply ended while this action was under way. Its outcome is unknown.',
  notStarted: 'Not executed: the reply was cut off before this action could run.',
};

/** The messages that keep everything of a turn: its text so far, its calls, and an answer to each of them. */
export function keepTurn(turn: TurnProgress, explain: Explanations): BetaMessageParam[] {
  return toMessages(turn.blocks, turn, explain);
}

/**
 * The messages that keep only what was done, so that the model takes the turn up again from there: everything up to
 * the last call that was begun. Empty when none was; the turn is then simply asked for again.
 */
export function keepActions(turn: TurnProgress, explain: Explanations): BetaMessageParam[] {
  const last = turn.blocks.findLastIndex(
    (block) => block.type === 'tool_use' && turn.started.includes(block.id),
  );
  return toMessages(turn.blocks.slice(0, last + 1), turn, explain);
}

function toMessages(
  blocks: readonly BetaContentBlockParam[],
  turn: TurnProgress,
  explain: Explanations,
): BetaMessageParam[] {
  const content = blocks.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  while (isThinking(content.at(-1))) content.pop();
  if (content.length === 0) return [];
  const results = content
    .filter((block) => block.type === 'tool_use')
    .map((call) => {
      const known = turn.results.find((result) => result.tool_use_id === call.id);
      if (known) return known;
      if (!turn.started.includes(call.id)) return errorResult(call, explain.notStarted);
      return errorResult(call, `${explain.unfinished} ${turn.reached?.get(call.id) ?? ''}`.trim());
    });
  const assistant: BetaMessageParam = { role: 'assistant', content };
  return results.length === 0 ? [assistant] : [assistant, { role: 'user', content: results }];
}

function isThinking(block: BetaContentBlockParam | undefined): boolean {
  return block?.type === 'thinking' || block?.type === 'redacted_thinking';
}

/** A result that says the call failed. */
export function errorResult(
  call: { readonly id: string; readonly toolset_name?: string | null },
  text: string,
): BetaToolResultBlockParam {
  return {
    type: 'tool_result',
    tool_use_id: call.id,
    ...(call.toolset_name ? { toolset_name: call.toolset_name } : {}),
    content: text,
    is_error: true,
  } as BetaToolResultBlockParam;
}
