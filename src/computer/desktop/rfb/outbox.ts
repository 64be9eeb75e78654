import type { Duplex } from 'node:stream';
import { keyEvent, pointerEvent } from './clientMessages.ts';

/** A key or the pointer's mask of buttons, as one message tells it. */
type Input =
  | { readonly kind: 'key'; readonly keysym: number; readonly isDown: boolean }
  | { readonly kind: 'pointer'; readonly x: number; readonly y: number; readonly buttons: number };

/** A message that waits; `input` where it is one, and whether it only moves the pointer. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly input?: Input;
  readonly isMove?: boolean;
}

/** Of what waited, so much is handed on at once: beyond that it could not be withdrawn any more. In bytes. */
const MAX_PIECE = 1024;

/**
 * Sends messages in order, those of one turn of the event loop in one piece. While the server does not read, they wait
 * here: moves of the pointer that follow each other become the last of them, nothing else is left out unless it is
 * withdrawn.
 */
export class Outbox {
  readonly #stream: Duplex;
  readonly #maxUnsent: number;
  readonly #onOverflow: () => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #buttons = 0;
  /** What the server was told: keys that are down, and the pointer. */
  readonly #sentKeys = new Set<number>();
  #sentPointer: Extract<Input, { kind: 'pointer' }> = { kind: 'pointer', x: 0, y: 0, buttons: 0 };
  #withdrawn = 0;
  /** Whether the stream has not passed on the last piece: more of them would only wait there. */
  #isBlocked = false;
  #isScheduled = false;
  #isClosed = false;

  /** @param onOverflow - more than `maxUnsent` bytes wait for the server */
  constructor(stream: Duplex, maxUnsent: number, onOverflow: () => void) {
    this.#stream = stream;
    this.#maxUnsent = maxUnsent;
    this.#onOverflow = onOverflow;
  }

  /** How many keys and presses were withdrawn so far. */
  get withdrawn(): number {
    return this.#withdrawn;
  }

  send(bytes: Uint8Array): void {
    this.#add({ bytes });
  }

  sendKey(keysym: number, isDown: boolean): void {
    this.#add({ bytes: keyEvent(keysym, isDown), input: { kind: 'key', keysym, isDown } });
  }

  sendPointer(x: number, y: number, buttons: number): void {
    const isMove = buttons === this.#buttons;
    this.#buttons = buttons;
    // The place of a press or a release must stay; that of a move before another does not matter to a server that is late.
    if (isMove && this.#isBlocked && this.#waiting.at(-1)?.isMove) this.#dropLast();
    this.#add({ bytes: pointerEvent(x, y, buttons), input: { kind: 'pointer', x, y, buttons }, isMove });
  }

  /**
   * Takes back the keys and the pointer's messages that wait for a server which does not read, but for what lets go of a
   * key or button that it knows to be down.
   */
  withdrawInput(): void {
    if (!this.#isBlocked) return;
    const inputs = this.#waiting.flatMap(({ input }) => input ?? []);
    if (inputs.length === 0) return;
    this.#waiting = this.#waiting.filter(({ input }) => !input);
    this.#waitingBytes = this.#waiting.reduce((bytes, message) => bytes + message.bytes.length, 0);
    const last = new Map<number, boolean>();
    for (const input of inputs) if (input.kind === 'key') last.set(input.keysym, input.isDown);
    let kept = 0;
    for (const [keysym, isDown] of last) {
      if (isDown || !this.#sentKeys.has(keysym)) continue;
      this.sendKey(keysym, false);
      kept += 1;
    }
    const { x, y, buttons } = this.#sentPointer;
    const left = buttons & this.#buttons;
    this.#buttons = buttons;
    if (left !== buttons) {
      this.sendPointer(x, y, left);
      kept += 1;
    }
    this.#withdrawn += inputs.length - kept;
  }

  /** Hands on what waits, as far as the stream takes it at once, and sends nothing more. */
  close(): void {
    if (!this.#isBlocked) this.#flush(this.#maxUnsent);
    this.#isClosed = true;
    this.#waiting = [];
  }

  #add(message: Waiting): void {
    if (this.#isClosed) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.bytes.length;
    if (this.#waitingBytes > this.#maxUnsent) {
      this.#onOverflow();
      return;
    }
    if (this.#isBlocked || this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (!this.#isBlocked) this.#flush(this.#maxUnsent);
    });
  }

  #dropLast(): void {
    this.#waitingBytes -= this.#waiting.pop()?.bytes.length ?? 0;
  }

  /** @param maxBytes - of several messages; a single one may be larger */
  #flush(maxBytes: number): void {
    if (this.#isClosed || this.#waiting.length === 0) return;
    const piece = this.#take(maxBytes);
    this.#stream.write(Buffer.concat(piece.map(({ bytes }) => bytes)), () => {
      this.#isBlocked = this.#stream.writableLength > 0;
      if (!this.#isBlocked) this.#flush(MAX_PIECE);
    });
    for (const { input } of piece) if (input) this.#note(input);
    // A stream that has passed it on at once says so only later.
    this.#isBlocked = this.#stream.writableLength > 0;
  }

  #take(maxBytes: number): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const message of this.#waiting) {
      if (count > 0 && bytes + message.bytes.length > maxBytes) break;
      bytes += message.bytes.length;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #note(input: Input): void {
    if (input.kind === 'pointer') this.#sentPointer = input;
    else if (input.isDown) this.#sentKeys.add(input.keysym);
    else this.#sentKeys.delete(input.keysym);
  }
}
