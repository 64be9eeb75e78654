/** What we say to a server (RFC 6143, 7.5, and the community registry), as bytes. */
import type { Rect, Size } from '../geometry.ts';
import { type PixelFormat, writePixelFormat } from './pixelFormat.ts';

export function setPixelFormat(format: PixelFormat): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, 0, 0, 0), writePixelFormat(format)]);
}

/** @param encodings - the preferred first; at most 65,535 */
export function setEncodings(encodings: readonly number[]): Uint8Array {
  const message = Buffer.alloc(4 + encodings.length * 4);
  message.writeUInt8(2, 0);
  message.writeUInt16BE(encodings.length, 2);
  encodings.forEach((encoding, at) => {
    message.writeInt32BE(encoding, 4 + at * 4);
  });
  return message;
}

/** @param isIncremental - only what changes, once something does; otherwise all of `area`, at once */
export function framebufferUpdateRequest(area: Rect, isIncremental: boolean): Uint8Array {
  return Buffer.concat([Uint8Array.of(3, isIncremental ? 1 : 0), rectangle(area)]);
}

export function keyEvent(keysym: number, isDown: boolean): Uint8Array {
  const message = Buffer.alloc(8);
  message.writeUInt8(4, 0);
  message.writeUInt8(isDown ? 1 : 0, 1);
  message.writeUInt32BE(keysym >>> 0, 4);
  return message;
}

export function pointerEvent(x: number, y: number, buttons: number): Uint8Array {
  const message = Buffer.alloc(6);
  message.writeUInt8(5, 0);
  message.writeUInt8(buttons & 0xff, 1);
  message.writeUInt16BE(coordinate(x), 2);
  message.writeUInt16BE(coordinate(y), 4);
  return message;
}

function coordinate(value: number): number {
  return Math.min(Math.max(Math.round(value), 0), 0xffff);
}

/** The clipboard as Latin-1; what that does not have becomes a question mark. */
export function clientCutText(text: string): Uint8Array {
  const bytes = Buffer.from(text.replace(/\r\n?/g, '\n').replace(/[^\p{Cc}\u0020-\u00ff]/gu, '?'), 'latin1');
  return Buffer.concat([cutTextHeader(bytes.length), bytes]);
}

/** A message of the extended clipboard: the length is negative. */
export function extendedCutText(flags: number, data: Uint8Array): Uint8Array {
  const flagBytes = Buffer.alloc(4);
  flagBytes.writeUInt32BE(flags >>> 0);
  return Buffer.concat([cutTextHeader(-(4 + data.length)), flagBytes, data]);
}

function cutTextHeader(length: number): Uint8Array {
  const header = Buffer.alloc(8);
  header.writeUInt8(6, 0);
  header.writeInt32BE(length, 4);
  return header;
}

/** @param payload - at most 64 bytes; comes back as it is */
export function fence(flags: number, payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(9);
  header.writeUInt8(248, 0);
  header.writeUInt32BE(flags >>> 0, 4);
  header.writeUInt8(payload.length, 8);
  return Buffer.concat([header, payload]);
}

export function enableContinuousUpdates(isEnabled: boolean, area: Rect): Uint8Array {
  return Buffer.concat([Uint8Array.of(150, isEnabled ? 1 : 0), rectangle(area)]);
}

/** Asks for a desktop of one screen. @param screenId - of the screen that stays */
export function setDesktopSize({ width, height }: Size, screenId: number): Uint8Array {
  const message = Buffer.alloc(24);
  message.writeUInt8(251, 0);
  message.writeUInt16BE(width, 2);
  message.writeUInt16BE(height, 4);
  const screenCount = 1;
  message.writeUInt8(screenCount, 6);
  message.writeUInt32BE(screenId, 8);
  message.writeUInt16BE(width, 16);
  message.writeUInt16BE(height, 18);
  return message;
}

function rectangle({ x, y, width, height }: Rect): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(x, 0);
  bytes.writeUInt16BE(y, 2);
  bytes.writeUInt16BE(width, 4);
  bytes.writeUInt16BE(height, 6);
  return bytes;
}
