import type { JsonObject } from '../history/json.ts';
import { type StoredMessage, storedImagesIn } from '../history/messages.ts';
import type { ScreenshotName } from '../history/screenshotRefs.ts';

/** How many images, and how large. */
export interface ImageWeight {
  readonly images: number;
  /** Bytes of the image files. */
  readonly bytes: number;
}

/**
 * What one request may carry of earlier screenshots. The API takes 32 MB a request; base64 makes a third more of the
 * bytes, and the rest of the conversation needs room as well.
 */
export const REPLAY_LIMITS: ImageWeight = { images: 90, bytes: 15 * 2 ** 20 };

/** The images in messages. */
export function imageWeight(
  messages: readonly StoredMessage[],
  byteLength: (image: ScreenshotName) => number,
): ImageWeight {
  const weight = { images: 0, bytes: 0 };
  for (const image of storedImagesIn(messages)) {
    weight.images += 1;
    weight.bytes += byteLength(image);
  }
  return weight;
}

/** What the model reads in place of a screenshot that was left out. */
export const LEFT_OUT_TEXT = '[An earlier screenshot was left out to save room.]';

/**
 * The conversation as it is sent to begin a new thread: whole, with only the latest screenshots that fit. Where some
 * are left out, all thinking is left out as well, since a signature is only valid after the very content it was made
 * after (see the thinking page of the API's documentation).
 */
export function boundReplay(
  messages: readonly StoredMessage[],
  byteLength: (image: ScreenshotName) => number,
  limits: ImageWeight = REPLAY_LIMITS,
): readonly StoredMessage[] {
  let room = limits.images;
  let bytes = limits.bytes;
  let leftOut = false;
  const fits = (block: JsonObject): boolean => {
    for (const image of storedImagesIn(block)) {
      room -= 1;
      bytes -= byteLength(image);
    }
    return room >= 0 && bytes >= 0;
  };
  // From the last one backwards, so that the latest screenshots get the room.
  const bounded = messages.toReversed().map((message) =>
    mapContent(message, (blocks) =>
      mapImagesBackwards(blocks, (image) => {
        if (fits(image)) return image;
        leftOut = true;
        return { type: 'text', text: LEFT_OUT_TEXT };
      }),
    ),
  );
  const inOrder = bounded.reverse();
  return leftOut ? inOrder.map((message) => mapContent(message, withoutThinking)) : inOrder;
}

type Blocks = readonly JsonObject[];

function mapContent(message: StoredMessage, change: (blocks: Blocks) => Blocks): StoredMessage {
  return typeof message.content === 'string' ? message : { ...message, content: change(message.content) };
}

function mapImagesBackwards(blocks: Blocks, change: (image: JsonObject) => JsonObject): Blocks {
  return blocks
    .toReversed()
    .map((block) => {
      if (block.type === 'image') return change(block);
      if (block.type !== 'tool_result' || !Array.isArray(block.content)) return block;
      return { ...block, content: mapImagesBackwards(block.content as Blocks, change) };
    })
    .reverse();
}

function withoutThinking(blocks: Blocks): Blocks {
  return blocks.filter(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
}
