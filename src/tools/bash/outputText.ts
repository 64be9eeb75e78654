/** Bytes that commands print, as text: whole characters, without escape sequences. */
import { stripVTControlCharacters } from 'node:util';

/** Longest escape sequence that is waited for; a window's title may be some hundred bytes. */
const MAX_SEQUENCE = 512;

/** A sequence that is not whole yet, at the end: of a control sequence, a string, or one with intermediate bytes (ECMA-48). */
const OPEN_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  /(?:\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x9c]*\x1b?|[ -/]*)|\x9b[0-?]*[ -/]*)$/;

/** One that is whole. What follows a string's end belongs to nothing any more. */
const STRING_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  /\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)/g;

/** A whole one at the beginning. */
const WHOLE_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  /^\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|[ -/]*[0-~])/;

/** `text` without escape sequences. */
export function withoutSequences(text: string): string {
  return stripVTControlCharacters(text.replace(STRING_SEQUENCE, ''));
}

/** Makes text of bytes that come in pieces, cut anywhere. */
export class TextStream {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #held = '';

  /** What is complete of it by now. */
  read(bytes: Uint8Array): string {
    const text = this.#held + this.#decoder.decode(bytes, { stream: true });
    const tail = text.slice(-MAX_SEQUENCE);
    const open = OPEN_SEQUENCE.exec(tail);
    const end = open ? text.length - (tail.length - open.index) : text.length;
    // One that begins before is none that anybody waits for.
    this.#held = open?.index === 0 && text.length > MAX_SEQUENCE ? '' : text.slice(end);
    return withoutSequences(text.slice(0, text.length - this.#held.length));
  }
}

/** Where in `bytes` the first whole character begins: they may be cut from more in the middle of one (RFC 3629). */
export function firstWhole(bytes: Uint8Array): number {
  let at = 0;
  while (at < 3 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}

/** Where in `bytes` the last whole character and escape sequence end. */
export function lastWhole(bytes: Uint8Array): number {
  let end = bytes.length;
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) end = bytes.length - back;
    break;
  }
  const from = Math.max(0, end - MAX_SEQUENCE);
  // A character for each byte, so that places in the text are places in the bytes.
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1');
  const open = OPEN_SEQUENCE.exec(tail);
  return open && tail[open.index] === '\x1b' ? from + open.index : end;
}

/** The end of an escape sequence that begins before place `at` and goes on there; `at` where there is none. */
export function sequenceAcross(bytes: Uint8Array, at: number): number {
  const from = Buffer.from(bytes.buffer, bytes.byteOffset, at).lastIndexOf(0x1b);
  if (from < 0) return at;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from).toString(
    'latin1',
    0,
    256,
  );
  const whole = WHOLE_SEQUENCE.exec(text);
  return Math.max(at, from + (whole?.[0].length ?? 0));
}
