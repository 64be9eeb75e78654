/** A text file as bytes and as text, so that an edit changes what was edited and no byte besides. */

/** Decoded text with each `\r\n` as it is in the file. */
export interface FileText {
  readonly text: string;
  readonly hasByteOrderMark: boolean;
}

export type Decoded =
  | { readonly type: 'text'; readonly file: FileText }
  | { readonly type: 'binary' }
  /** Text, but in no encoding that is understood: `encoding` is the one it seems to have. */
  | { readonly type: 'foreign'; readonly encoding: string };

const BYTE_ORDER_MARK = '\uFEFF';

/** UTF-8 with or without a byte order mark is text; anything else would not survive an edit. */
export function decodeText(bytes: Uint8Array): Decoded {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { type: 'foreign', encoding: 'UTF-16' };
  if (bytes.includes(0)) return { type: 'binary' };
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const decoded = decoder.decode(bytes);
    const hasByteOrderMark = decoded.startsWith(BYTE_ORDER_MARK);
    return {
      type: 'text',
      file: { text: hasByteOrderMark ? decoded.slice(1) : decoded, hasByteOrderMark },
    };
  } catch {
    return looksLikeText(bytes)
      ? { type: 'foreign', encoding: 'Latin-1 or another old one' }
      : { type: 'binary' };
  }
}

/** @param file - well-formed; see `String.isWellFormed` */
export function encodeText({ text, hasByteOrderMark }: FileText): Uint8Array {
  return Buffer.from(hasByteOrderMark ? BYTE_ORDER_MARK + text : text, 'utf8');
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
