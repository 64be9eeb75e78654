/** Reads what a VNC client says (RFC 6143, 7.1 and 7.5) to a server that asks for no password. */

/** An input at the moment at which the client hands it on: keysyms, or the mask of the buttons that are down. */
export type RecordedInput =
  | { readonly at: number; readonly kind: 'key'; readonly keysym: number; readonly isDown: boolean }
  | {
      readonly at: number;
      readonly kind: 'pointer';
      readonly x: number;
      readonly y: number;
      readonly buttons: number;
    };

/** Bytes of a message of the client by its type; of those with a length in them, up to that. */
const LENGTHS: Readonly<Record<number, number>> = { 0: 20, 2: 4, 3: 10, 4: 8, 5: 6, 6: 8, 150: 10, 248: 9 };

/** Of what it says before its messages: its version, the security type, and whether others may look on. */
const GREETINGS = [12, 1, 1];

export interface ClientReaderOptions {
  readonly onInput: (input: RecordedInput) => void;
  /** It has said this much of what comes first, from 0 on. */
  readonly onGreeting?: (step: number) => void;
  /** It wants to see the screen whether or not that has changed. */
  readonly onFullRequest?: () => void;
}

export class ClientReader {
  readonly #options: ClientReaderOptions;
  #unread = Buffer.alloc(0);
  #greeted = 0;

  constructor(options: ClientReaderOptions) {
    this.#options = options;
  }

  read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (let length = this.#next(); length !== undefined; length = this.#next())
      this.#unread = this.#unread.subarray(length);
  }

  /** Takes what comes next. Answers its length; undefined where it is not there as a whole. */
  #next(): number | undefined {
    const greeting = GREETINGS[this.#greeted];
    const length = greeting ?? this.#lengthOfMessage();
    if (length === undefined || this.#unread.length < length) return undefined;
    if (greeting === undefined) this.#message();
    else {
      this.#options.onGreeting?.(this.#greeted);
      this.#greeted += 1;
    }
    return length;
  }

  #lengthOfMessage(): number | undefined {
    const bytes = this.#unread;
    const type = bytes[0];
    if (type === undefined) return undefined;
    const fixed = LENGTHS[type];
    if (fixed === undefined) throw new Error(`A message of an unknown type: ${type}`);
    if (bytes.length < fixed) return undefined;
    if (type === 2) return fixed + 4 * bytes.readUInt16BE(2);
    if (type === 6) return fixed + Math.abs(bytes.readInt32BE(4));
    return type === 248 ? fixed + (bytes[8] ?? 0) : fixed;
  }

  #message(): void {
    const bytes = this.#unread;
    const { onInput, onFullRequest } = this.#options;
    const at = performance.now();
    if (bytes[0] === 3 && bytes[1] === 0) onFullRequest?.();
    if (bytes[0] === 4) onInput({ at, kind: 'key', keysym: bytes.readUInt32BE(4), isDown: bytes[1] === 1 });
    if (bytes[0] === 5) {
      const [x, y] = [bytes.readUInt16BE(2), bytes.readUInt16BE(4)];
      onInput({ at, kind: 'pointer', x, y, buttons: bytes[1] ?? 0 });
    }
  }
}
