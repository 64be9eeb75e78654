import type { BetaToolsetContent } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaImageBlockParam } from '@anthropic-ai/sdk/resources/beta';
import { imageBlockOf, putImagesAway, screenshotOfSource } from '../history/messages.ts';
import type { ScreenshotStore } from '../history/screenshots.ts';
import type { ScreenshotRef } from '../protocol/transcript.ts';
import type { ImageKeeper } from './turnRecorder.ts';

/** Keeps a session's images in the screenshot store; what stays in memory names them. */
export class StoredImages implements ImageKeeper {
  readonly #screenshots: ScreenshotStore;

  constructor(screenshots: ScreenshotStore) {
    this.#screenshots = screenshots;
  }

  keep(content: BetaToolsetContent): BetaToolsetContent {
    const message = putImagesAway({ role: 'user', content }, this.#screenshots);
    return message.content as unknown as BetaToolsetContent;
  }

  blockOf(image: ScreenshotRef): BetaImageBlockParam {
    return imageBlockOf(image, this.#screenshots) as unknown as BetaImageBlockParam;
  }

  refOf(block: BetaToolsetContent[number]): ScreenshotRef | undefined {
    return block.type === 'image' ? screenshotOfSource(block.source) : undefined;
  }
}
