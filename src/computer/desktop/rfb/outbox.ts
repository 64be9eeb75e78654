import type { Duplex } from 'node:stream';
import { pointerEvent } from './clientMessages.ts';

/** A message that waits; of the pointer's, whether it only moved. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly isMove: boolean;
}

/**
 * Sends messages in order, those of one turn of the event loop in one piece. While the server does not read, they wait
 * here: moves of the pointer that follow each other become the last of them, nothing else is ever left out.
 */
export class Outbox {
  readonly #stream: Duplex;
  readonly #maxUnsent: number;
  readonly #onOverflow: () => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #buttons = 0;
  #isBlocked = false;
  #isScheduled = false;
  #isClosed = false;

  readonly #onDrain = () => {
    this.#isBlocked = false;
    this.#flush();
  };

  /** @param onOverflow - more than `maxUnsent` bytes wait for the server */
  constructor(stream: Duplex, maxUnsent: number, onOverflow: () => void) {
    this.#stream = stream;
    this.#maxUnsent = maxUnsent;
    this.#onOverflow = onOverflow;
    stream.on('drain', this.#onDrain);
  }

  send(bytes: Uint8Array): void {
    this.#add({ bytes, isMove: false });
  }

  sendPointer(x: number, y: number, buttons: number): void {
    const isMove = buttons === this.#buttons;
    this.#buttons = buttons;
    // The place of a press or a release must stay; that of a move before another does not matter to a server that is late.
    if (isMove && this.#isBlocked && this.#waiting.at(-1)?.isMove) this.#dropLast();
    this.#add({ bytes: pointerEvent(x, y, buttons), isMove });
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#stream.off('drain', this.#onDrain);
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
      this.#flush();
    });
  }

  #dropLast(): void {
    this.#waitingBytes -= this.#waiting.pop()?.bytes.length ?? 0;
  }

  #flush(): void {
    if (this.#isClosed || this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting.map((message) => message.bytes));
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#isBlocked = !this.#stream.write(bytes);
  }
}
