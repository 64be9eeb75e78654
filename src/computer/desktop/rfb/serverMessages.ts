/** What a server says once the connection stands (RFC 6143, 7.6, and the community registry). */

import { type Decoder, decodeRect, ENCODING } from './encodings/index.ts';
import { decodeText } from './handshake.ts';
import type { RfbLimits } from './limits.ts';
import {
  expect,
  type Parse,
  ProtocolError,
  readCounted,
  readI32,
  readU8,
  readU16,
  readU32,
  skip,
  u16,
  u32,
} from './parse.ts';

/** Rectangles that say something besides pixels, which are not the decoders'. */
export const PSEUDO_ENCODING = {
  desktopName: -307,
  fence: -312,
  continuousUpdates: -313,
  // 0xC0A1E5CE as a signed number.
  extendedClipboard: -1_063_131_698,
} as const;

/** A message of the server, when it was read to its end. */
export type ServerMessage =
  /** The pixels are in the framebuffer. */
  | { readonly type: 'update'; readonly origin: OriginDrawn; readonly name: string | undefined }
  | { readonly type: 'bell' }
  /** The clipboard, as Latin-1. */
  | { readonly type: 'cut-text'; readonly text: string }
  | { readonly type: 'extended-clipboard'; readonly flags: number; readonly data: Uint8Array }
  | { readonly type: 'fence'; readonly flags: number; readonly payload: Uint8Array }
  /** The server does continuous updates; or, when they were on, has ended them. */
  | { readonly type: 'end-of-continuous-updates' }
  /** Was read and says nothing to us. */
  | { readonly type: 'ignored' };

/** Whether an update drew the pixel in the top left corner: not at all, among others, or that and nothing else. */
export type OriginDrawn = 'no' | 'among' | 'only';

/** Reads one message. @throws ProtocolError */
export function* readServerMessage(decoder: Decoder, limits: RfbLimits): Parse<ServerMessage> {
  const type = yield* readU8();
  switch (type) {
    case 0:
      return yield* readUpdate(decoder, limits);
    case 1:
      return yield* readColourMap(decoder);
    case 2:
      return { type: 'bell' };
    case 3:
      return yield* readCutText(limits.maxClipboard);
    case 150:
      return { type: 'end-of-continuous-updates' };
    case 248:
      return yield* readFence();
    default:
      throw new ProtocolError(`The VNC server sent a message of type ${type}, which it was not asked for.`);
  }
}

function* readUpdate(decoder: Decoder, limits: RfbLimits): Parse<ServerMessage> {
  yield* skip(1);
  const count = yield* readU16();
  let drawn = 0;
  let origin: OriginDrawn = 'no';
  let name: string | undefined;
  // Where the server does not know the number before the end, it says 65,535, and ends with a LastRect.
  for (let at = 0; at < count; at++) {
    const header = yield 12;
    const encoding = u32(header, 8) | 0;
    const rect = { x: u16(header, 0), y: u16(header, 2), width: u16(header, 4), height: u16(header, 6) };
    if (encoding === ENCODING.lastRect) break;
    if (encoding === PSEUDO_ENCODING.desktopName) {
      name = decodeText(yield* readCounted(limits.maxName, 'The name of the desktop'));
      continue;
    }
    yield* decodeRect(encoding, rect, decoder);
    if (encoding < 0) continue;
    drawn++;
    if (rect.x === 0 && rect.y === 0)
      origin = drawn === 1 && rect.width * rect.height === 1 ? 'only' : 'among';
    else if (origin === 'only') origin = 'among';
  }
  return { type: 'update', origin, name };
}

function* readColourMap(decoder: Decoder): Parse<ServerMessage> {
  yield* skip(1);
  const first = yield* readU16();
  const count = yield* readU16();
  decoder.setColours(first, yield count * 6);
  return { type: 'ignored' };
}

function* readCutText(maxClipboard: number): Parse<ServerMessage> {
  yield* skip(3);
  const length = yield* readI32();
  const size = Math.abs(length);
  if (size > maxClipboard) {
    // Somebody copied something large. That is no reason to end the connection, but it is not kept.
    yield* skip(size);
    return { type: 'ignored' };
  }
  if (length >= 0) return { type: 'cut-text', text: Buffer.from(yield size).toString('latin1') };
  expect(size >= 4, 'The VNC server sent a clipboard that says nothing of what it is.');
  const flags = yield* readU32();
  return { type: 'extended-clipboard', flags, data: yield size - 4 };
}

const MAX_PAYLOAD = 64;

function* readFence(): Parse<ServerMessage> {
  yield* skip(3);
  const flags = yield* readU32();
  const length = yield* readU8();
  expect(length <= MAX_PAYLOAD, `The VNC server sent a fence of ${length} bytes, where 64 are allowed.`);
  return { type: 'fence', flags, payload: yield length };
}
