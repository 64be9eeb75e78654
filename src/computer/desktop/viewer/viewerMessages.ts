/** The server's side of RFB 3.8 (RFC 6143) towards a viewer of ours: what it says, and what it is told. */

import type { Rect, Size } from '../geometry.ts';
import {
  expect,
  type Parse,
  ProtocolError,
  readU8,
  readU16,
  readU32,
  skip,
  u8,
  u16,
  u32,
} from '../rfb/parse.ts';
import { OUR_FORMAT, PIXEL_FORMAT_LENGTH, writePixelFormat } from '../rfb/pixelFormat.ts';

export type ViewerMessage =
  | { readonly type: 'update-request'; readonly isIncremental: boolean; readonly area: Rect }
  | { readonly type: 'key'; readonly keysym: number; readonly isDown: boolean }
  | { readonly type: 'pointer'; readonly x: number; readonly y: number; readonly buttons: number };

/** Bytes that a viewer may send in one piece, apart from texts of the clipboard, which are skipped. */
export const MAX_VIEWER_REQUEST = 2 ** 18;

const MAX_CUT_TEXT = 2 ** 22;

const VERSION = 'RFB 003.008\n';
const SECURITY_NONE = 1;
const DESKTOP_SIZE = -223;
const ZLIB = 6;

/** Said before anything is heard. */
export const GREETING: Uint8Array = Buffer.from(VERSION, 'latin1');

/** There is nobody to keep out: the viewer is spoken to over the window's own messages. */
export const SECURITY_TYPES: Uint8Array = Uint8Array.of(1, SECURITY_NONE);

export const SECURITY_OK: Uint8Array = new Uint8Array(4);

export function serverInit({ width, height }: Size, name: string): Uint8Array {
  const title = Buffer.from(name, 'utf8');
  const message = Buffer.alloc(8 + PIXEL_FORMAT_LENGTH + title.length);
  message.writeUInt16BE(width, 0);
  message.writeUInt16BE(height, 2);
  message.set(writePixelFormat(OUR_FORMAT), 4);
  message.writeUInt32BE(title.length, 4 + PIXEL_FORMAT_LENGTH);
  message.set(title, 8 + PIXEL_FORMAT_LENGTH);
  return message;
}

/** FramebufferUpdate with `count` rectangles to follow. */
export function updateHeader(count: number): Uint8Array {
  const message = Buffer.alloc(4);
  message.writeUInt16BE(count, 2);
  return message;
}

/** The screen has another size from here on. */
export function sizeRectangle({ width, height }: Size): Uint8Array {
  return rectangleHeader({ x: 0, y: 0, width, height }, DESKTOP_SIZE);
}

/** @param deflated - the pixels of `area`, 4 bytes each, in the connection's zlib stream */
export function zlibRectangle(area: Rect, deflated: Uint8Array): readonly Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(deflated.length);
  return [rectangleHeader(area, ZLIB), length, deflated];
}

function rectangleHeader({ x, y, width, height }: Rect, encoding: number): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(x, 0);
  header.writeUInt16BE(y, 2);
  header.writeUInt16BE(width, 4);
  header.writeUInt16BE(height, 6);
  header.writeInt32BE(encoding, 8);
  return header;
}

/** Reads the viewer's part of the handshake. `answer` is called where it is our turn. */
export function* readViewerHello(answer: (stage: 'security' | 'accepted') => void): Parse<void> {
  const version = Buffer.from(yield VERSION.length).toString('latin1');
  expect(version === VERSION, 'The viewer speaks another version of the protocol.');
  answer('security');
  expect((yield* readU8()) === SECURITY_NONE, 'The viewer chose a kind of security that was not offered.');
  answer('accepted');
  // ClientInit: whether others may watch, too. They may.
  yield 1;
}

/** Reads the next message that matters; what does not is read past. */
export function* readViewerMessage(): Parse<ViewerMessage> {
  for (;;) {
    const type = yield* readU8();
    switch (type) {
      case 0:
        checkFormat(yield 3 + PIXEL_FORMAT_LENGTH);
        break;
      case 2: {
        yield 1;
        const count = yield* readU16();
        yield* skip(count * 4);
        break;
      }
      case 3: {
        const bytes = yield 9;
        const area = { x: u16(bytes, 1), y: u16(bytes, 3), width: u16(bytes, 5), height: u16(bytes, 7) };
        return { type: 'update-request', isIncremental: u8(bytes, 0) !== 0, area };
      }
      case 4: {
        const bytes = yield 7;
        return { type: 'key', isDown: u8(bytes, 0) !== 0, keysym: u32(bytes, 3) };
      }
      case 5: {
        const bytes = yield 5;
        return { type: 'pointer', buttons: u8(bytes, 0), x: u16(bytes, 1), y: u16(bytes, 3) };
      }
      case 6: {
        yield 3;
        const length = yield* readU32();
        expect(length <= MAX_CUT_TEXT, 'The viewer sent too long a text.');
        yield* skip(length);
        break;
      }
      default:
        throw new ProtocolError(`The viewer sent a message of the unknown type ${type}.`);
    }
  }
}

/** The pixels are sent as they are in memory, which is what viewers in web pages ask for. */
function checkFormat(bytes: Uint8Array): void {
  const ours = writePixelFormat(OUR_FORMAT);
  // The last three bytes are padding; the viewer's depth may count the byte without meaning.
  const isOurs = ours.subarray(0, 13).every((byte, at) => at === 1 || byte === bytes[at + 3]);
  expect(isOurs, 'The viewer asks for pixels in another format.');
}
