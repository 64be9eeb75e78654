import { type Signal, signal } from '@preact/signals';
import type { LivePaneState, PersistedViewState, SendingPrompt } from '../../src/protocol/messages.ts';
import type { SessionId } from '../../src/protocol/transcript.ts';
import type { Anchor } from './session-store.ts';

/** Between two writes of the state; a reload loses at most this much scrolling and typing. */
const SAVE_INTERVAL_MS = 300;

const CLOSED: LivePaneState = { isOpen: false, share: 0.5 };

export interface ViewStateOptions {
  readonly saved: PersistedViewState | undefined;
  readonly save: (state: PersistedViewState) => void;
  /** Runs a function once after so many ms. */
  readonly schedule: (callback: () => void, ms: number) => void;
}

/**
 * What survives a reload of the window: the place in the transcript, the text of the composer and what is on its way.
 */
export class ViewState {
  readonly #options: ViewStateOptions;
  readonly #draft: Signal<string>;
  readonly #live: Signal<LivePaneState>;
  readonly #sending: Signal<SendingPrompt | undefined>;
  #session: SessionId | null;
  #anchor: Anchor | null;
  #saving = false;

  constructor(options: ViewStateOptions) {
    this.#options = options;
    this.#session = options.saved?.session ?? null;
    this.#anchor = options.saved?.anchor ?? null;
    this.#draft = signal(options.saved?.draft ?? '');
    this.#live = signal(options.saved?.live ?? CLOSED);
    this.#sending = signal(options.saved?.sending);
  }

  /** Where the reader is; null at the end. */
  get anchor(): Anchor | null {
    return this.#anchor;
  }

  /** The text of the composer. */
  get draft(): string {
    return this.#draft.value;
  }

  set draft(text: string) {
    if (text === this.#draft.peek()) return;
    this.#draft.value = text;
    this.#saveSoon();
  }

  /** The pane with the live view. */
  get live(): LivePaneState {
    return this.#live.value;
  }

  set live(state: LivePaneState) {
    this.#live.value = state;
    this.#saveSoon();
  }

  /** The prompt on its way. Written down at once: after a crash, nobody else knows of it. */
  get sending(): SendingPrompt | undefined {
    return this.#sending.value;
  }

  set sending(prompt: SendingPrompt | undefined) {
    this.#sending.value = prompt;
    if (this.#session !== null) this.#save(this.#session);
  }

  /**
   * Turns to a session. Returns where it was last read, null at the end or when it is another one. Another one is
   * written down at once: a reload must lead back to it and not to the one before.
   */
  enter(session: SessionId): Anchor | null {
    if (session !== this.#session) {
      this.#session = session;
      this.#anchor = null;
      this.#save(session);
    }
    return this.#anchor;
  }

  /** Notes where the reader is; null at the end. */
  moveTo(anchor: Anchor | null): void {
    if (anchor?.ordinal === this.#anchor?.ordinal && anchor?.offset === this.#anchor?.offset) return;
    this.#anchor = anchor;
    this.#saveSoon();
  }

  /** Writes what has not been written yet; for the moment the page goes away. */
  flush(): void {
    if (this.#saving && this.#session !== null) this.#save(this.#session);
  }

  #save(session: SessionId): void {
    this.#saving = false;
    const live = this.#live.peek();
    const sending = this.#sending.peek();
    this.#options.save({
      session,
      anchor: this.#anchor,
      draft: this.#draft.peek(),
      ...(live !== CLOSED && { live }),
      ...(sending && { sending }),
    });
  }

  #saveSoon(): void {
    if (this.#saving) return;
    this.#saving = true;
    this.#options.schedule(() => this.flush(), SAVE_INTERVAL_MS);
  }
}
