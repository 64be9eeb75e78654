import type {
  SendingPrompt,
  SendMessage,
  SentMessage,
  WasTakenMessage,
} from '../../src/protocol/messages.ts';

/** After this long without an answer, the host is asked for it. */
export const ASK_INTERVAL_MS = 2_000;

export interface PromptsOptions {
  readonly post: (message: SendMessage | WasTakenMessage) => void;
  /** The text of the composer and the prompt on its way; both outlive this document. */
  readonly kept: { draft: string; sending: SendingPrompt | undefined };
  /** A name for a prompt that no other has. */
  readonly newId: () => string;
  /** Runs a function once after so many ms. Returns how to prevent that. */
  readonly after: (callback: () => void, ms: number) => () => void;
}

/**
 * Sends prompts. A text stays in the composer until the host has it, so that none is lost; and whatever becomes of the
 * answer or of this document, what was taken leaves the composer, so that none is sent twice. A prompt is posted once:
 * what is repeated is only the question what became of it.
 */
export class Prompts {
  readonly #options: PromptsOptions;
  #stopAsking = () => {};

  constructor(options: PromptsOptions) {
    this.#options = options;
  }

  /** Whether one is on its way; no other can be sent meanwhile. */
  get isSending(): boolean {
    return this.#options.kept.sending !== undefined;
  }

  /** Asks for the answer to a prompt that the document before this one sent. */
  resume(): void {
    if (this.#options.kept.sending) this.#ask();
  }

  send(text: string): void {
    const { kept, newId, post } = this.#options;
    if (kept.sending) return;
    const id = newId();
    // Told first: should this document die now, the next one knows of the prompt.
    kept.sending = { id, text };
    post({ type: 'send', id, text });
    this.#askLater();
  }

  /** Takes the host's answer. What was typed since the prompt went out stays. */
  answer({ id, taken }: SentMessage): void {
    const { kept } = this.#options;
    const { sending } = kept;
    if (sending?.id !== id) return;
    this.#stopAsking();
    if (taken && kept.draft.startsWith(sending.text)) kept.draft = kept.draft.slice(sending.text.length);
    kept.sending = undefined;
  }

  #ask(): void {
    const { sending } = this.#options.kept;
    if (!sending) return;
    this.#options.post({ type: 'was-taken', id: sending.id });
    this.#askLater();
  }

  #askLater(): void {
    this.#stopAsking = this.#options.after(() => this.#ask(), ASK_INTERVAL_MS);
  }
}
