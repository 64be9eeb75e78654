/** The rules for images (the vision and computer use pages of the API's documentation). */
import { type ImageInfo, readImageInfo } from '../../../src/base/imageInfo.ts';
import { asObject, contentBlocks, InvalidRequest, type JsonObject } from './invalid.ts';

/** Longest side, px. */
const MAX_LONG_EDGE = 2576;
/** Patches of 28x28 px. */
const MAX_PATCHES = 4784;
/** With more images than this in a request, the smaller side limit holds. */
const MANY_IMAGES = 20;
/** Longest side where there are many images, px. */
const MAX_SIDE_OF_MANY = 2000;

/** @throws InvalidRequest when an image of the conversation breaks a rule */
export function checkImages(messages: readonly unknown[]): void {
  const images = [...findImages(messages)];
  for (const { at, block } of images) checkImage(asObject(block.source, `${at}.source`), at, images.length);
}

function* findImages(messages: readonly unknown[]): Generator<{ at: string; block: JsonObject }> {
  for (const [index, message] of messages.entries()) {
    yield* imagesIn(asObject(message, `messages.${index}`).content, `messages.${index}.content`);
  }
}

function* imagesIn(content: unknown, at: string): Generator<{ at: string; block: JsonObject }> {
  for (const [index, block] of contentBlocks(content, at).entries()) {
    const here = `${at}.${index}`;
    if (block.type === 'image') yield { at: `${here}.image`, block };
    else if (block.type === 'tool_result') yield* imagesIn(block.content, `${here}.tool_result.content`);
  }
}

/** Images that were decoded before: a thread's messages are checked again with each of its turns. */
const decoded = new WeakMap<JsonObject, ImageInfo>();

function checkImage(source: JsonObject, at: string, count: number): void {
  if (source.type !== 'base64') return;
  const { width, height } = decoded.get(source) ?? decode(source, at);
  const patches = Math.ceil(width / 28) * Math.ceil(height / 28);
  if (Math.max(width, height) > MAX_LONG_EDGE || patches > MAX_PATCHES) {
    throw new InvalidRequest(
      `${at}: ${width}x${height} is larger than the model takes (long edge ${MAX_LONG_EDGE}, ${MAX_PATCHES} patches)`,
    );
  }
  if (count > MANY_IMAGES && Math.max(width, height) > MAX_SIDE_OF_MANY) {
    throw new InvalidRequest(`${at}: image dimensions exceed ${MAX_SIDE_OF_MANY} px for many-image requests`);
  }
}

function decode(source: JsonObject, at: string): ImageInfo {
  const { data, media_type: declared } = source;
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(data) || data.length % 4 !== 0) {
    throw new InvalidRequest(`${at}.source.data: Invalid base64 data`);
  }
  const info = readImageInfo(Buffer.from(data, 'base64'));
  if (info === null) throw new InvalidRequest(`${at}.source.data: Could not process image`);
  if (info.mediaType !== declared) {
    throw new InvalidRequest(
      `${at}.source: The image was specified using the ${declared} media type, but appears to be a ${info.mediaType} image`,
    );
  }
  decoded.set(source, info);
  return info;
}
