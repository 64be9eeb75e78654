/** What the model is given to go on with after an action that was interrupted: how things are now. */
import type { BetaRunnableToolset, BetaToolsetContent } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaImageBlockParam, BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { untilAborted } from '../base/delay.ts';
import { t } from '../base/l10n.ts';
import { assertNever, type Item, type ScreenshotRef } from '../protocol/transcript.ts';
import { HANDED_BACK_TEXT } from './control.ts';
import type { ImageKeeper } from './turnRecorder.ts';

/** What the model reads beside the next message when the computer it acted on is gone. */
export const NEW_COMPUTER_TEXT =
  '[The computer has been started anew since the interrupted action. What was open on it is gone.]';

/** Why the model is shown the screen without having asked. */
export interface ScreenOccasion {
  /** What it reads to it; empty where something else says why. */
  readonly note: string;
  /** What people read under it. */
  readonly caption: () => string;
}

export const AFTER_INTERRUPTION: ScreenOccasion = {
  note: '',
  caption: () => t('The screen after the interruption'),
};

export const AFTER_USER: ScreenOccasion = {
  note: HANDED_BACK_TEXT,
  caption: () => t('The screen as you gave it back'),
};

/** How long the screenshot may take, in ms. */
const SCREENSHOT_TIMEOUT_MS = 10_000;

/**
 * Whether the last thing the model knows of is an action whose outcome nobody knows.
 *
 * @param latest - the transcript's last items, in order
 */
export function endedInInterruption(latest: readonly Item[]): boolean {
  for (const item of latest.toReversed()) {
    switch (item.kind) {
      case 'answer':
      case 'thinking':
        return false;
      case 'screenshot':
        if (item.scope === 'screen') return false;
        break;
      case 'action':
        if (item.state.status === 'interrupted') return true;
        if (item.state.status !== 'skipped') return false;
        break;
      case 'user':
      case 'notice':
        break;
      default:
        assertNever(item);
    }
  }
  return false;
}

/** A screenshot as the model gets it, and as the transcript shows it. */
export interface CurrentScreen {
  readonly block: BetaImageBlockParam;
  readonly image: ScreenshotRef;
}

/**
 * The computer's screen as it is; undefined when it cannot be had, which keeps nothing from going on. To be asked of a
 * computer that runs: any other would be started for the picture of an empty page.
 *
 * @throws the signal's reason when it aborts, and what the history throws when the image cannot be stored
 */
export async function currentScreen(
  toolset: BetaRunnableToolset,
  images: ImageKeeper,
  signal: AbortSignal,
): Promise<CurrentScreen | undefined> {
  const content = await screenshot(toolset, signal);
  signal.throwIfAborted();
  for (const block of images.keep(content)) {
    const image = images.refOf(block);
    if (block.type === 'image' && image) return { block, image };
  }
  return undefined;
}

async function screenshot(toolset: BetaRunnableToolset, signal: AbortSignal): Promise<BetaToolsetContent> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(SCREENSHOT_TIMEOUT_MS)]);
  const call: BetaToolUseBlock = {
    type: 'tool_use',
    id: 'toolu_resumption',
    toolset_name: toolset.type.startsWith('browser') ? 'browser' : 'computer',
    name: 'screenshot',
    input: {},
  };
  try {
    const taken = Promise.resolve(toolset.run({ toolUse: call, toolUseBlock: call, signal: bounded }, call));
    return await untilAborted(taken, bounded);
  } catch {
    // No screen to show. The model asks for one itself, and hears then what is wrong.
    return [];
  }
}
