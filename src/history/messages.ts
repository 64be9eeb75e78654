/**
 * Messages as the API must see them again, with their images put away.
 *
 * Only images are touched, and only where the API's format has them: in a message's content and in a tool result's
 * content. Everything else, thinking blocks and their signatures above all, comes back exactly as it went in.
 */
import { readImageInfo } from '../base/imageInfo.ts';
import type { ImageMediaType, ScreenshotRef } from '../protocol/transcript.ts';
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
  'image/gif': true,
};

/** Puts the message's images into `screenshots`. One the store does not take (a GIF, say) stays in the message. */
export function dehydrate(message: ApiMessage, screenshots: Pick<ScreenshotStore, 'put'>): StoredMessage {
  return mapImages(message as StoredMessage, (block) => {
    const source = block.source;
    if (!isObject(source) || source.type !== 'base64') return block;
    const name = namesOfSources.get(source) ?? takeIn(source, screenshots);
    if (!name) return block;
    const stored: StoredImageSource = { type: 'stored', sha256: name.sha256, media_type: name.mediaType };
    return { ...block, source: stored };
  });
}

/**
 * Undoes {@link dehydrate}. The bytes stay on disk: an image's `data` is read each time the message is written as JSON,
 * which is when a request is sent, so that a message in memory costs the same with and without images.
 */
export function hydrate(
  message: StoredMessage,
  screenshots: Pick<ScreenshotStore, 'read' | 'has'>,
): StoredMessage {
  return mapImages(message, (block) => {
    if (!isStoredSource(block.source)) return block;
    const name: ScreenshotName = { sha256: block.source.sha256, mediaType: block.source.media_type };
    if (screenshots.has(name)) return { ...block, source: sourceOnDisk(name, screenshots) };
    const { source, ...rest } = block;
    return { ...rest, type: 'text', text: MISSING_SCREENSHOT_TEXT };
  });
}

/** A copy of the message that holds its images as {@link hydrate} would give them: by name, not by their bytes. */
export function putImagesAway(message: ApiMessage, screenshots: ScreenshotStore): StoredMessage {
  return mapImages(message as StoredMessage, (block) => {
    const { source } = block;
    if (!isObject(source) || source.type !== 'base64' || namesOfSources.has(source)) return block;
    const screenshot = takeIn(source, screenshots);
    return screenshot ? { ...block, source: sourceOnDisk(screenshot, screenshots) } : block;
  });
}

/** An image block that shows `screenshot` to the model. */
export function imageBlockOf(
  screenshot: ScreenshotRef,
  screenshots: Pick<ScreenshotStore, 'read'>,
): JsonObject {
  return { type: 'image', source: sourceOnDisk(screenshot, screenshots) };
}

/** Which file each source made by {@link sourceOnDisk} stands for. */
const namesOfSources = new WeakMap<object, ScreenshotName | ScreenshotRef>();

/** The screenshot that an image source from {@link putImagesAway} stands for; undefined for any other source. */
export function screenshotOfSource(source: object): ScreenshotRef | undefined {
  const name = namesOfSources.get(source);
  return name && 'width' in name ? name : undefined;
}

function sourceOnDisk(
  name: ScreenshotName | ScreenshotRef,
  screenshots: Pick<ScreenshotStore, 'read'>,
): JsonObject {
  const source = {
    type: 'base64',
    media_type: name.mediaType,
    // Not a getter of `data`: the SDK copies messages before it sends them, and a copy would hold the bytes.
    toJSON: () => ({
      type: 'base64',
      media_type: name.mediaType,
      // A file that vanished or proves to be damaged: the API refuses an empty image, which is better than sending a
      // wrong one, and the next thread has words in its place.
      data: screenshots.read(name)?.toString('base64') ?? '',
    }),
  };
  namesOfSources.set(source, name);
  // A function is no JSON, but JSON is what it makes of the source.
  return source as unknown as JsonObject;
}

function takeIn(source: JsonObject, screenshots: Pick<ScreenshotStore, 'put'>): ScreenshotRef | undefined {
  const { data, media_type } = source;
  if (typeof data !== 'string' || !isMediaType(media_type)) return undefined;
  const bytes = Buffer.from(data, 'base64');
  // What would not come back the same stays: other spellings of base64, or bytes the store knows for no image.
  if (!isCanonical(data, bytes) || !isImage(bytes, media_type)) return undefined;
  return screenshots.put(bytes, media_type);
}

/** Whether encoding `bytes`, which `data` decodes to, gives `data` again; found out without a second string as long. */
function isCanonical(data: string, bytes: Uint8Array): boolean {
  // Decoding skips what it does not know, so a text of the right length for its bytes had nothing to skip.
  const groups = Math.ceil(bytes.length / 3);
  if (data.length !== groups * 4 || /[-_]/.test(data)) return false;
  const lastGroup = Buffer.from(bytes.subarray((groups - 1) * 3)).toString('base64');
  return data.endsWith(lastGroup);
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
