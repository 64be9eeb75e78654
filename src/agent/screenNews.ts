/** Showing the model a screen that it did not ask for, because something was done there that it does not know of. */
import type { BetaRunnableToolset, BetaToolsetContent } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaImageBlockParam, BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { untilAborted } from '../base/delay.ts';
import { t } from '../base/l10n.ts';
import type { ScreenshotRef } from '../protocol/transcript.ts';
import { type Control, HANDED_BACK_TEXT } from './control.ts';
import type { Conversation } from './conversation.ts';
import type { Transcript } from './transcript.ts';
import type { ImageKeeper } from './turnRecorder.ts';

/** How long the screenshot may take, in ms. */
const SCREENSHOT_TIMEOUT_MS = 10_000;

export interface ScreenNewsDeps {
  readonly conversation: Conversation;
  readonly transcript: Transcript;
  readonly images: ImageKeeper;
  readonly control: Control;
}

/** Puts the screen as it is into the conversation and the transcript. Its methods resolve to the screenshot, if any. */
export class ScreenNews {
  readonly #deps: ScreenNewsDeps;

  constructor(deps: ScreenNewsDeps) {
    this.#deps = deps;
  }

  /** After an action of which nobody knows what came of it. */
  afterInterruption(toolset: BetaRunnableToolset, signal: AbortSignal): Promise<ScreenshotRef | undefined> {
    return this.#show(toolset, signal, '', t('The screen after the interruption'));
  }

  /** After the user had the computer, if that is so and over. */
  async afterUser(toolset: BetaRunnableToolset, signal: AbortSignal): Promise<ScreenshotRef | undefined> {
    if (!this.#deps.control.takeNews()) return undefined;
    return this.#show(toolset, signal, HANDED_BACK_TEXT, t('The screen as you gave it back'));
  }

  /** @param note - what the model reads to it; empty where something else says why */
  async #show(
    toolset: BetaRunnableToolset,
    signal: AbortSignal,
    note: string,
    caption: string,
  ): Promise<ScreenshotRef | undefined> {
    const { conversation, transcript, images } = this.#deps;
    const screen = await currentScreen(toolset, images, signal);
    if (!screen) {
      if (note !== '') conversation.note(note);
      return undefined;
    }
    conversation.show(screen.block, note);
    transcript.append({ kind: 'screenshot', image: screen.image, scope: 'screen', caption });
    return screen.image;
  }
}

/** A screenshot as the model gets it, and as the transcript shows it. */
interface CurrentScreen {
  readonly block: BetaImageBlockParam;
  readonly image: ScreenshotRef;
}

/**
 * The computer's screen as it is; undefined when it cannot be had, which keeps nothing from going on. To be asked of a
 * computer that runs: any other would be started for the picture of an empty page.
 *
 * @throws the signal's reason when it aborts, and what the history throws when the image cannot be stored
 */
async function currentScreen(
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
  const late = new AbortController();
  // Ended with the screenshot: to a toolset the abort of a call that it knows is a stop, whenever it comes.
  const timer = setTimeout(
    () => late.abort(new Error('The screenshot took too long.')),
    SCREENSHOT_TIMEOUT_MS,
  );
  const bounded = AbortSignal.any([signal, late.signal]);
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
  } finally {
    clearTimeout(timer);
  }
}
