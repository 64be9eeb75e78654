/**
 * Messages as the API must see them again, with their images put away.
 *
 * Only images are touched, and only where the API's format has them: in a message's content and in a tool result's
 * content. Everything else, thinking blocks and their signatures above all, comes back exactly as it went in.
 */
import { readImageInfo } from '../base/imageInfo.ts';
import type { ImageMediaType } from '../protocol/transcript.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ScreenshotName } from './screenshotRefs.ts';
import type { ScreenshotStore } from './screenshots.ts';

/** A message of the Messages API, by the parts that matter here. It must be plain JSON. */
export interface ApiMessage {
  readonly role: string;
  readonly content: string | readonly object[];
}

/** A message in the API's JSON with {@link StoredImageSource}s for its base64 image sources. */
export interface StoredMessage extends JsonObject {
  readonly role: string;
  readonly content: string | readonly JsonObject[];
}

/** Stands for an image in the screenshot store. */
export interface StoredImageSource extends JsonObject {
  readonly type: 'stored';
  readonly sha256: string;
  readonly media_type: ImageMediaType;
}

/** What the model reads in place of a screenshot whose file is gone. */
export const MISSING_SCREENSHOT_TEXT = '[This screenshot is no longer available.]';

const MEDIA_TYPES: Record<ImageMediaType, true> = {
  'image/png': true,
  'image/jpeg': true,
  'image/webp': true,
};

/** Puts the message's images into `screenshots`. One the store does not take (a GIF, say) stays in the message. */
export function dehydrate(message: ApiMessage, screenshots: Pick<ScreenshotStore, 'put'>): StoredMessage {
  return mapImages(message as StoredMessage, (block) => {
    const source = block.source;
    if (!isObject(source) || source.type !== 'base64' || typeof source.data !== 'string') return block;
    if (!isMediaType(source.media_type)) return block;
    const bytes = Buffer.from(source.data, 'base64');
    // What would not come back the same stays: spaces in base64, or bytes the store knows for no image.
    if (bytes.toString('base64') !== source.data || !isImage(bytes, source.media_type)) return block;
    const { sha256, mediaType } = screenshots.put(bytes, source.media_type);
    const stored: StoredImageSource = { type: 'stored', sha256, media_type: mediaType };
    return { ...block, source: stored };
  });
}

/** The message with its images back in it, as the API takes it. */
export function hydrate(message: StoredMessage, screenshots: Pick<ScreenshotStore, 'read'>): StoredMessage {
  return mapImages(message, (block) => {
    if (!isStoredSource(block.source)) return block;
    const { sha256, media_type } = block.source;
    const bytes = screenshots.read({ sha256, mediaType: media_type });
    if (bytes) {
      return { ...block, source: { type: 'base64', media_type, data: bytes.toString('base64') } };
    }
    const { source, ...rest } = block;
    return { ...rest, type: 'text', text: MISSING_SCREENSHOT_TEXT };
  });
}

/** The stored images anywhere in `value`. */
export function* storedImagesIn(value: JsonValue): Generator<ScreenshotName> {
  if (isStoredSource(value)) {
    yield { sha256: value.sha256, mediaType: value.media_type };
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) yield* storedImagesIn(part);
  }
}

function mapImages(message: StoredMessage, change: (block: JsonObject) => JsonObject): StoredMessage {
  if (typeof message.content === 'string') return message;
  return { ...message, content: mapBlocks(message.content, change) };
}

function mapBlocks(blocks: readonly JsonObject[], change: (block: JsonObject) => JsonObject): JsonObject[] {
  return blocks.map((block) => {
    if (block.type === 'image') return change(block);
    if (block.type === 'tool_result' && Array.isArray(block.content)) {
      return { ...block, content: mapBlocks(block.content as readonly JsonObject[], change) };
    }
    return block;
  });
}

function isStoredSource(value: JsonValue | undefined): value is StoredImageSource {
  return (
    isObject(value) &&
    value.type === 'stored' &&
    typeof value.sha256 === 'string' &&
    // It becomes a file name: nothing but a hash will do.
    /^[0-9a-f]{64}$/.test(value.sha256) &&
    isMediaType(value.media_type)
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMediaType(value: JsonValue | undefined): value is ImageMediaType {
  return typeof value === 'string' && Object.hasOwn(MEDIA_TYPES, value);
}

function isImage(bytes: Uint8Array, mediaType: ImageMediaType): boolean {
  return readImageInfo(bytes)?.mediaType === mediaType;
}
