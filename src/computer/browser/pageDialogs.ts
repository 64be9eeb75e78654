/** The dialogs of one tab's pages: answered by the person who has the computer, else dismissed. */
import type { CDPSession, Protocol } from 'puppeteer-core';
import { MAX_ANSWER_LENGTH, type ScreenDialogContent } from '../../protocol/screenDialog.ts';
import { ignoreFailure } from '../bounded.ts';
import type { ComputerEvent } from '../computer.ts';
import { cut } from '../cut.ts';
import type { Changes } from './changes.ts';
import type { Dialogs } from './dialogs.ts';

/** Dialogs between two reports to the model that the user is told of. A page can open them in a loop. */
const MAX_TOLD = 5;

/** Of a dialog's message, told and asked, in characters. */
const MAX_MESSAGE = 500;
const MAX_ASKED_MESSAGE = 2_000;

export interface PageDialogsContext {
  readonly dialogs: Dialogs;
  readonly changes: Changes;
  readonly fire: (event: ComputerEvent) => void;
  /** Whether the page is left on purpose, so that it need not be asked. */
  readonly isLeaving: () => boolean;
}

export class PageDialogs {
  readonly #session: CDPSession;
  readonly #context: PageDialogsContext;
  /** Of the one that is open. Meanwhile the page runs nothing and answers nothing. */
  #closing: AbortController | undefined;
  /** Of files that are asked for, and the frame that does. */
  #files: AbortController | undefined;
  #filesFrame: string | undefined;

  constructor(session: CDPSession, context: PageDialogsContext) {
    this.#session = session;
    this.#context = context;
  }

  /** Whether the page waits for a person's answer. One that asks without end, and nobody, hangs. */
  get isOpen(): boolean {
    return this.#closing !== undefined && this.#context.dialogs.isAttended;
  }

  follow(): void {
    this.#session.on('Page.javascriptDialogOpening', (dialog) => void this.#opened(dialog));
    this.#session.on('Page.javascriptDialogClosed', () => this.#withdraw());
  }

  /** @param session - of the page or one of its frames, whose file choosers are kept from opening */
  followFiles(session: CDPSession): void {
    const onFrameGone = (frameId: string) => {
      if (frameId === this.#filesFrame) this.#files?.abort();
    };
    session.on('Page.frameNavigated', ({ frame }) => onFrameGone(frame.id));
    session.on('Page.frameDetached', ({ frameId }) => onFrameGone(frameId));
    session.on('Page.fileChooserOpened', ({ frameId }) => {
      this.#files?.abort();
      this.#files = new AbortController();
      this.#filesFrame = frameId;
      void this.#context.dialogs.ask({ kind: 'files' }, this.#files.signal);
    });
  }

  /** The page is gone, and with it what it asked. */
  forget(): void {
    this.#withdraw();
    this.#files?.abort();
  }

  #withdraw(): void {
    this.#closing?.abort();
    this.#closing = undefined;
  }

  async #opened(dialog: Protocol.Page.JavascriptDialogOpeningEvent): Promise<void> {
    const { dialogs, isLeaving } = this.#context;
    this.#withdraw();
    if (dialog.type === 'beforeunload' && isLeaving()) {
      this.#answer({ accept: true });
      return;
    }
    const closing = new AbortController();
    this.#closing = closing;
    const answer = await dialogs.ask(contentOf(dialog), closing.signal);
    if (closing.signal.aborted) return;
    // Nobody is asked any more: a page that opens dialogs in a loop hangs, and is to be told and left as such.
    this.#closing = undefined;
    if (answer !== undefined) {
      this.#answer({ accept: answer.isAccepted, promptText: answer.value });
      return;
    }
    this.#answer({ accept: false });
    this.#tellDismissed(dialog);
  }

  #answer(answer: Protocol.Page.HandleJavaScriptDialogRequest): void {
    ignoreFailure(this.#session.send('Page.handleJavaScriptDialog', answer));
  }

  #tellDismissed({ type: kind, message: full }: Protocol.Page.JavascriptDialogOpeningEvent): void {
    const { changes, fire } = this.#context;
    const message = cut(full, MAX_MESSAGE);
    changes.add({ type: 'dialog_dismissed', kind, message });
    if (changes.count('dialog_dismissed') <= MAX_TOLD) fire({ type: 'dialog-dismissed', kind, message });
  }
}

function contentOf({
  type,
  message: full,
  defaultPrompt = '',
}: Protocol.Page.JavascriptDialogOpeningEvent): ScreenDialogContent {
  const message = cut(full, MAX_ASKED_MESSAGE);
  if (type === 'prompt') return { kind: 'prompt', message, value: defaultPrompt.slice(0, MAX_ANSWER_LENGTH) };
  return { kind: type === 'beforeunload' ? 'leave' : type, message };
}
