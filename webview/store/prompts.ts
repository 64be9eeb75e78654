import { type Signal, signal } from '@preact/signals';
import type { SentMessage, WebviewMessage } from '../../src/protocol/messages.ts';

export interface PromptsOptions {
  readonly post: (message: WebviewMessage) => void;
  /** Where the unsent text of the composer is kept. */
  readonly draft: { draft: string };
}

/** Sends prompts. A text stays in the composer until the host has it, so that none is lost. */
export class Prompts {
  readonly #options: PromptsOptions;
  readonly #waiting: Signal<{ readonly request: number; readonly text: string } | null> = signal(null);
  #lastRequest = 0;

  constructor(options: PromptsOptions) {
    this.#options = options;
  }

  /** Whether one is on its way; no other can be sent meanwhile. */
  get isSending(): boolean {
    return this.#waiting.value !== null;
  }

  send(text: string): void {
    if (this.#waiting.peek() !== null) return;
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    this.#waiting.value = { request, text };
    this.#options.post({ type: 'send', request, text });
  }

  /** Takes the host's answer. What was typed since the prompt went out stays. */
  answer({ request, taken }: SentMessage): void {
    const waiting = this.#waiting.peek();
    if (waiting?.request !== request) return;
    this.#waiting.value = null;
    const { draft } = this.#options;
    if (taken && draft.draft.startsWith(waiting.text)) draft.draft = draft.draft.slice(waiting.text.length);
  }

  /** The host began anew: an answer to what is on its way may never come. */
  giveUp(): void {
    this.#waiting.value = null;
  }
}
