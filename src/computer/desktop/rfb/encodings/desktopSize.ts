import type { Rect } from '../../geometry.ts';
import { type Parse, readU8, skip } from '../parse.ts';
import type { Decoder } from './decoder.ts';

/**
 * ExtendedDesktopSize (community registry, -308). Where a rectangle has its place it has the reason (x) and, when this
 * client asked, the status (y): anything but 0 says that the size stays what it was.
 */
export function* decodeExtendedDesktopSize(rect: Rect, decoder: Decoder): Parse<void> {
  const count = yield* readU8();
  yield* skip(3);
  const screens: Uint8Array[] = [];
  for (let at = 0; at < count; at += 1) screens.push(yield 16);
  const { x: reason, y: status, width, height } = rect;
  if (status === 0) decoder.framebuffer.resize({ width, height });
  decoder.options.onDesktopSize?.({ reason, status, size: { width, height }, screens });
}
