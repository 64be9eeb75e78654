/** A text file as bytes and as text, so that an edit changes what was edited and no byte besides. */
import { isUtf8 } from 'node:buffer';

/** `windows-1252` stands for any encoding in which ASCII is itself: each byte is a character and back. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Decoded text with each `\r\n` as it is in the file. */
export interface FileText {
  readonly text: string;
  readonly encoding: Encoding;
  readonly hasByteOrderMark: boolean;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** @returns undefined for what is no text: an edit would not leave its other bytes as they are */
export function decodeText(bytes: Uint8Array): FileText | undefined {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return undefined;
  try {
    const decoded = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    const hasByteOrderMark = decoded.startsWith(BYTE_ORDER_MARK);
    return { text: hasByteOrderMark ? decoded.slice(1) : decoded, encoding, hasByteOrderMark };
  } catch {
    // UTF-16 that ends in the middle of a character.
    return undefined;
  }
}

/**
 * @param file - well-formed; see `String.isWellFormed`
 * @returns undefined where a character of the text is not in the encoding
 */
export function encodeText({ text, encoding, hasByteOrderMark }: FileText): Uint8Array | undefined {
  const marked = hasByteOrderMark ? BYTE_ORDER_MARK + text : text;
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(marked, 'utf8');
    case 'utf-16le':
      return Buffer.from(marked, 'utf16le');
    case 'utf-16be':
      return Buffer.from(marked, 'utf16le').swap16();
    case 'windows-1252': {
      const bytes = Uint8Array.from(text, (character) => WINDOWS_1252.indexOf(character));
      // -1 as a byte is 255, which is a character of its own.
      return bytes.every((byte, at) => WINDOWS_1252[byte] === text[at]) ? bytes : undefined;
    }
  }
}

/** The 256 characters, none of them twice (https://encoding.spec.whatwg.org/#index-windows-1252). */
const WINDOWS_1252 = new TextDecoder('windows-1252').decode(
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
);

function encodingOf(bytes: Uint8Array): Encoding | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (bytes.includes(0)) return undefined;
  if (isUtf8(bytes)) return 'utf-8';
  return looksLikeText(bytes) ? 'windows-1252' : undefined;
}

/** The text as the model reads and writes it: every line ends with `\n`. */
export function plainLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/**
 * Replaces part of a text. Lines outside of that part keep their endings; new ones get the ending of most lines there.
 *
 * @param from - in UTF-16 units of `plainLines(text)`; `to` as well
 */
export function replacePart(text: string, from: number, to: number, replacement: string): string {
  const crlfs = text.split('\r\n').length - 1;
  const lfs = text.split('\n').length - 1 - crlfs;
  const plain = plainLines(replacement);
  const written = crlfs > lfs ? plain.replaceAll('\n', '\r\n') : plain;
  return text.slice(0, offsetInFile(text, from)) + written + text.slice(offsetInFile(text, to));
}

/** Where an offset of the plain text is in the text; before a `\r\n`, not within. */
function offsetInFile(text: string, plainOffset: number): number {
  let shift = 0;
  for (
    let at = text.indexOf('\r\n');
    at !== -1 && at - shift < plainOffset;
    at = text.indexOf('\r\n', at + 2)
  )
    shift += 1;
  return plainOffset + shift;
}

/** Few controls besides white space. */
function looksLikeText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 4_096);
  const controls = start.filter(
    (byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13,
  );
  return controls.length * 50 < start.length;
}
