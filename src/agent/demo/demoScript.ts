/** The offline demo: a model that knows one task, on the page of `media/demo`. */
import type { BetaMessageParam } from '@anthropic-ai/sdk/resources/beta';
import { CUT_SHORT_TEXT, TAKEN_OVER_TEXT } from '../control.ts';
import {
  blocksOf,
  type ConversationView,
  type Pace,
  type Script,
  type ScriptedBlock,
  type ScriptedReply,
  type ToolResultView,
  toolResults,
} from './script.ts';

/** Name the demo model goes by in requests and in the chat. */
export const DEMO_MODEL = 'scripted-demo';

/** What {@link createDemoScript} needs to know. */
export interface DemoScriptOptions {
  /** Address of the served demo page. */
  readonly pageUrl: string;
  /** How it streams; default: about as fast as a model. */
  readonly pace?: Pace;
}

/** About 200 characters a second. */
const REALISTIC_PACE: Pace = { charactersPerDelta: 5, msBetweenDeltas: 25 };

const CUSTOMER = 'Ada';
const TOTAL = '$10.40';
/** Centres of the page's controls, in pixels of a 1280x800 screenshot; `media/demo/style.css` fixes them. */
const TARGETS = {
  addFlatWhite: { x: 173, y: 389 },
  addCroissant: { x: 448, y: 693 },
  name: { x: 1062, y: 592 },
  order: { x: 1062, y: 674 },
} as const;

const RUN_AGAIN = /\b(again|repeat|re-?run|retry|restart|continue|go on|once more)\b/i;

/**
 * The demo's script: it orders breakfast on the café page, step by step, whatever the first prompt says. What the user
 * kept it from doing by taking the computer is done when it is given back; any other failed action ends the run with an
 * explanation. A later prompt is told what the demo can do, or starts it once more.
 */
export function createDemoScript({ pageUrl, pace = REALISTIC_PACE }: DemoScriptOptions): Script {
  const steps = taskSteps(pageUrl);
  return (conversation) => {
    // Results that come together with a new prompt belong to a run that was stopped: the prompt matters.
    const results = conversation.repliesSincePrompt > 0 ? conversation.lastToolResults : [];
    if (results.some(isTakenOver)) return takeUpAgain(conversation, pace);
    const failed = results.find((result) => result.isError);
    if (failed !== undefined) return say(explainFailure(failed.text), pace);
    const step = conversation.actingRepliesSincePrompt - takeoversSincePrompt(conversation);
    if (step === 0 && isFollowUp(conversation) && !asksToRunAgain(conversation)) {
      return say(explainLimits(conversation), pace);
    }
    const blocks = steps[step];
    return blocks === undefined ? say(FINAL_ANSWER, pace) : { blocks, pace };
  };
}

function taskSteps(pageUrl: string): readonly (readonly ScriptedBlock[])[] {
  const screenshot = action('screenshot', {});
  return [
    [
      {
        type: 'thinking',
        text: 'This is the offline demo, so I follow a script. I will open the café page and look at it before I click anything.',
      },
      {
        type: 'text',
        text: `I'll order breakfast at the demo café: a flat white and two croissants for ${CUSTOMER}. First I open the page.`,
      },
      action('navigate', { url: pageUrl }),
      screenshot,
    ],
    [
      { type: 'text', text: 'The menu is there. I add a flat white.' },
      action('left_click', { target: { type: 'coordinate', ...TARGETS.addFlatWhite } }),
      screenshot,
    ],
    [
      { type: 'text', text: 'Now two croissants.' },
      action('left_click', { target: { type: 'coordinate', ...TARGETS.addCroissant } }),
      action('left_click', { target: { type: 'coordinate', ...TARGETS.addCroissant } }),
      screenshot,
    ],
    [
      { type: 'text', text: 'The order is complete. I fill in the name.' },
      action('left_click', { target: { type: 'coordinate', ...TARGETS.name } }),
      action('type', { text: CUSTOMER }),
      screenshot,
    ],
    [
      {
        type: 'thinking',
        text: `One flat white and two croissants make ${TOTAL}. The name is in. I can order.`,
      },
      { type: 'text', text: `The total says ${TOTAL}, which is right. I press **Order**.` },
      action('left_click', { target: { type: 'coordinate', ...TARGETS.order } }),
      screenshot,
    ],
  ];
}

const FINAL_ANSWER = `The order is placed. The café thanks **${CUSTOMER}** and asks for **${TOTAL}**:

| | each | |
| --- | ---: | ---: |
| 1 × Flat white | $4.20 | $4.20 |
| 2 × Butter croissant | $3.10 | $6.20 |
| **Total** | | **${TOTAL}** |

*This was a scripted demo: the browser, the clicks and the page were real, the model was not. Set an Anthropic API key and begin a new session to let Claude do what you ask.*`;

function explainFailure(error: string): string {
  const quoted = error.trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
  return `That did not work${quoted === '' ? '' : `: ${quoted}`}\n\nThe demo follows a script and cannot find another way, so it ends here. Say **again** to start over.`;
}

function explainLimits(conversation: ConversationView): string {
  const replies = conversation.messages.filter((message) => message.role === 'assistant').length;
  const ordered = conversation.messages.some(
    (message) => message.role === 'assistant' && isFinalAnswer(message),
  );
  const outcome = ordered ? ` The order was a flat white and two croissants for ${CUSTOMER}, ${TOTAL}.` : '';
  const first = conversation.firstUserPrompt.replace(/\s+/g, ' ').slice(0, 120);
  return `This demo only knows one task: ordering breakfast at the café. I remember that you began with “${first}”, and I have answered ${replies} times since.${outcome} Say **again** to see it once more, or set an Anthropic API key and begin a new session to let Claude do what you ask.`;
}

function asksToRunAgain({ firstUserPrompt, lastUserPrompt }: ConversationView): boolean {
  return lastUserPrompt === firstUserPrompt || RUN_AGAIN.test(lastUserPrompt);
}

function isTakenOver({ isError, text }: ToolResultView): boolean {
  return isError && (text === TAKEN_OVER_TEXT || text === CUT_SHORT_TEXT);
}

/** Replies since the last prompt of which the user kept something from being done; what takes them up are others. */
function takeoversSincePrompt({ messages, repliesSincePrompt }: ConversationView): number {
  let replies = repliesSincePrompt;
  let takeovers = 0;
  for (let index = messages.length - 1; index >= 0 && replies > 0; index--) {
    const message = messages[index];
    if (message?.role === 'assistant') replies--;
    else if (message && toolResults(message).some(isTakenOver)) takeovers++;
  }
  return takeovers;
}

/** What was not done of the last reply, once more. */
function takeUpAgain({ messages, lastToolResults }: ConversationView, pace: Pace): ScriptedReply {
  const failed = new Set(lastToolResults.filter(({ isError }) => isError).map(({ toolUseId }) => toolUseId));
  const last = messages.findLast(({ role }) => role === 'assistant');
  const actions = (last ? blocksOf(last) : []).flatMap((block) =>
    block.type === 'tool_use' && failed.has(block.id)
      ? [action(block.name, block.input as Readonly<Record<string, unknown>>)]
      : [],
  );
  return {
    blocks: [{ type: 'text', text: 'You have given the computer back. I go on from here.' }, ...actions],
    pace,
  };
}

function isFinalAnswer(message: BetaMessageParam): boolean {
  return blocksOf(message).some((block) => block.type === 'text' && block.text === FINAL_ANSWER);
}

/** Whether this prompt is not the conversation's first. */
function isFollowUp(conversation: ConversationView): boolean {
  return (
    conversation.messages.some((message) => message.role === 'assistant') &&
    conversation.repliesSincePrompt === 0
  );
}

function action(member: string, input: Readonly<Record<string, unknown>>): ScriptedBlock {
  return { type: 'action', toolset: 'browser', member, input };
}

function say(text: string, pace: Pace): ScriptedReply {
  return { blocks: [{ type: 'text', text }], pace };
}
