import { deflateSync, inflateSync, constants as zlib } from 'node:zlib';
import { clientCutText, extendedCutText } from './clientMessages.ts';
import { ProtocolError, u32 } from './parse.ts';

/** Flags of the extended clipboard (community registry, "Extended Clipboard Pseudo-Encoding"). */
const FORMAT = { text: 1, all: 0xffff } as const;
const ACTION = { caps: 1 << 24, request: 1 << 25, peek: 1 << 26, notify: 1 << 27, provide: 1 << 28 } as const;

/** What a server may send without being asked, in bytes; of more it tells that it has it. */
const UNASKED = 2 ** 16;

export interface ClipboardOptions {
  readonly send: (message: Uint8Array) => void;
  /** Something was copied there. */
  readonly onText: (text: string) => void;
  /** The server asked for our text: something there fetches it. */
  readonly onFetched: () => void;
  /** Bytes. */
  readonly maxText: number;
}

/**
 * The clipboard of a desktop and ours, as texts with `\n` between lines. With the extended clipboard, who has something new
 * says so, and the other one asks for it when it needs it; so what we put in is kept here.
 */
export class Clipboard {
  readonly #options: ClipboardOptions;
  /** What the server can do; 0 as long as it does not speak of the extended clipboard. */
  #capabilities = 0;
  #ours: string | undefined;
  /** The message with {@link #ours}: a server may ask again and again, and packing 4 MB takes its time. */
  #provision: Uint8Array | undefined;

  constructor(options: ClipboardOptions) {
    this.#options = options;
  }

  /**
   * Whether any text can be put in; otherwise only Latin-1 is sure to arrive. LibVNCServer says that it takes texts, and
   * drops them where the program around it (x11vnc) does not know of them; it is known by not taking hints.
   */
  get isUnicode(): boolean {
    return this.#can(ACTION.notify);
  }

  /** @throws RangeError for a text beyond the limit */
  setText(text: string): void {
    const { maxText, send } = this.#options;
    if (Buffer.byteLength(text) > maxText) {
      throw new RangeError(`A text for the clipboard of a desktop can have ${maxText} bytes.`);
    }
    this.#ours = text;
    this.#provision = undefined;
    if (this.isUnicode) this.#notify();
    else if (this.#can(ACTION.provide) && !isLatin1(text)) this.#provide();
    else send(clientCutText(text));
  }

  /** ServerCutText as RFC 6143 has it. */
  onCutText(text: string): void {
    this.#options.onText(text.replace(/\r\n?/g, '\n'));
  }

  /** A message of the extended clipboard. @throws ProtocolError */
  onExtended(flags: number, data: Uint8Array): void {
    const hasText = (flags & FORMAT.text) !== 0;
    if (flags & ACTION.caps) this.#exchangeCapabilities(flags);
    else if (flags & ACTION.provide && hasText) this.#take(data);
    else if (flags & ACTION.notify && hasText) this.#send(ACTION.request | FORMAT.text);
    else if (flags & ACTION.request && hasText && this.#ours !== undefined) {
      this.#provide();
      this.#options.onFetched();
    } else if (flags & ACTION.peek) this.#notify();
  }

  #can(action: number): boolean {
    return (this.#capabilities & FORMAT.text) !== 0 && (this.#capabilities & action) !== 0;
  }

  #exchangeCapabilities(flags: number): void {
    this.#capabilities = flags & (0xff00_0000 | FORMAT.all);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(UNASKED);
    const { caps, request, peek, notify, provide } = ACTION;
    this.#send(caps | request | peek | notify | provide | FORMAT.text, size);
  }

  #notify(): void {
    this.#send(ACTION.notify | (this.#ours === undefined ? 0 : FORMAT.text));
  }

  #provide(): void {
    this.#provision ??= extendedCutText(ACTION.provide | FORMAT.text, pack(this.#ours ?? ''));
    this.#options.send(this.#provision);
  }

  #send(flags: number, data: Uint8Array = new Uint8Array(0)): void {
    this.#options.send(extendedCutText(flags, data));
  }

  #take(packed: Uint8Array): void {
    const data = unpack(packed, this.#options.maxText);
    if (!data) return;
    const size = u32(data, 0);
    if (size > data.length - 4) throw new ProtocolError('The VNC server sent a clipboard that is cut off.');
    const text = Buffer.from(data.subarray(4, 4 + size)).toString();
    this.#options.onText(text.replace(/\0[\s\S]*$/, '').replace(/\r\n?/g, '\n'));
  }
}

function isLatin1(text: string): boolean {
  return !/[^\p{Cc}\u0020-\u00ff]/u.test(text);
}

function pack(ours: string): Uint8Array {
  const text = Buffer.from(`${ours.replace(/\r\n?|\n/g, '\r\n')}\0`);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length);
  return deflateSync(Buffer.concat([size, text]));
}

/** @returns undefined when there is more than `limit` bytes @throws ProtocolError when it cannot be unpacked */
function unpack(packed: Uint8Array, limit: number): Uint8Array | undefined {
  try {
    // Servers do not end the stream, they only flush it.
    return inflateSync(packed, { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw new ProtocolError('The VNC server sent a clipboard that cannot be unpacked.');
  }
}
