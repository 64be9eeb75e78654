/** What Claude drives. One computer belongs to one session. */
import type { BetaRunnableToolset } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Event } from '../base/emitter.ts';

/** A browser, a desktop, ...: something with a screen that takes actions through a toolset. */
export interface Computer {
  /**
   * The `tools[]` entry and what runs its members. It is ready at once: the machine behind it is started by the first
   * call, so an idle session costs nothing. A member ends early when its call's signal aborts, and releases what it
   * held (keys, buttons).
   */
  readonly toolset: BetaRunnableToolset;
  /** What happened outside of a call's result that the user should know. */
  readonly onEvent: Event<ComputerEvent>;
  /** Whether the machine behind it runs now, with the state that earlier calls left. */
  readonly isRunning: boolean;
  /** Ends the machine and removes what it left (processes, temporary files). Safe to call twice. */
  close(): Promise<void>;
}

/** Texts are plain and may quote a page: show them escaped. */
export type ComputerEvent =
  /** No machine can be started; `help` says what to do about it. */
  | { readonly type: 'unavailable'; readonly message: string; readonly help: string }
  /** It ended by itself. The next call starts a new one. `message` says how, where that is known. */
  | { readonly type: 'crashed'; readonly message: string }
  /** A page asked something and was answered by dismissing it. */
  | { readonly type: 'dialog-dismissed'; readonly kind: string; readonly message: string }
  | { readonly type: 'download'; readonly fileName: string; readonly outcome: 'completed' | 'failed' }
  | { readonly type: 'tab-opened'; readonly url: string }
  /** The page did not answer within an action's time limit. */
  | { readonly type: 'unresponsive'; readonly message: string };

/** A way to get a computer. Knowing of it costs nothing; what drives the computer is loaded by {@link create}. */
export interface ComputerProvider {
  /** What the user reads: `Chromium (headless)`. As of now; it changes with settings and with what is installed. */
  readonly label: string;
  create(): Promise<Computer>;
}
