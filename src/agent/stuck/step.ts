/** A call and what the model read of it, by the parts that tell whether anything moves on. */
import { createHash } from 'node:crypto';
import type { BetaToolsetContent } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import type { ScreenSignature } from '../../base/screenSignature.ts';
import type { CallOutcome } from '../observedToolset.ts';
import type { ImageKeeper } from '../turnRecorder.ts';

export interface Step {
  readonly member: string;
  readonly input: unknown;
  readonly isFailed: boolean;
  /** All texts of the result, one a line. Hostile, as all of this is but `screen`. */
  readonly text: string;
  /** A browser's tabs after the call. */
  readonly tabs?: readonly TabState[];
  /** The whole screen as it was seen. */
  readonly screen?: SeenScreen;
  /** Names a picture of something else: a part of the screen, a file. Equal names: equal pictures. */
  readonly picture?: string;
  readonly durationMs: number;
}

export interface TabState {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly isActive: boolean;
}

/** The screenshot's size, in whose px the model points, and what it shows. */
export interface SeenScreen {
  readonly width: number;
  readonly height: number;
  readonly signature: ScreenSignature;
}

/** Undefined for a call without an outcome. */
export function stepOf(
  call: BetaToolUseBlock,
  outcome: CallOutcome,
  images: Pick<ImageKeeper, 'refOf'>,
  durationMs: number,
): Step | undefined {
  if (outcome.status === 'interrupted') return undefined;
  const { name: member, input } = call;
  const blocks: BetaToolsetContent =
    typeof outcome.content === 'string' ? [{ type: 'text', text: outcome.content }] : outcome.content;
  const image = blocks.map((block) => images.refOf(block)).find((ref) => ref !== undefined);
  const signature = outcome.status === 'done' ? outcome.screen : undefined;
  const isScreen = member === 'screenshot';
  return {
    member,
    input,
    isFailed: outcome.status === 'failed',
    text: blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'),
    durationMs,
    ...tabsIn(blocks),
    ...(image && isScreen && { screen: { ...image, signature: signature ?? signatureOfFile(image.sha256) } }),
    ...(image && !isScreen && { picture: image.sha256 }),
  };
}

function tabsIn(blocks: BetaToolsetContent): Pick<Step, 'tabs'> {
  for (const block of blocks) {
    if (block.type !== 'browser_state') continue;
    return {
      tabs: block.tabs.map(({ tab_id, title, url, active }) => ({
        ...{ id: tab_id, title, url, isActive: active === true },
      })),
    };
  }
  return {};
}

/** Where nothing is known but the file: it is the same or another one. */
function signatureOfFile(sha256: string): ScreenSignature {
  return { columns: 1, rows: 1, blocks: Uint32Array.of(Number.parseInt(sha256.slice(0, 8), 16)) };
}

/** A short name of a text: what is remembered of it. */
export function digestOf(...texts: readonly string[]): string {
  const hash = createHash('sha1');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('base64');
}

/** Without numbers: places, times and counts differ from one to the next. */
export function wordsOf(text: string): string {
  return text.replace(/\d+/g, '#');
}
