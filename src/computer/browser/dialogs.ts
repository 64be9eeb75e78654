/** What a browser's pages ask beside their picture, put to the person who has the computer. */
import { Emitter } from '../../base/emitter.ts';
import { type Disposable, toDisposable } from '../../base/lifecycle.ts';
import type { ScreenAnswer, ScreenDialog, ScreenDialogContent } from '../../protocol/screenDialog.ts';
import type { ScreenDialogs } from '../computer.ts';

/** Each of the tabs can ask something. */
const MAX_WAITING = 50;

interface Waiting {
  readonly dialog: ScreenDialog;
  readonly end: (answer: ScreenAnswer | undefined) => void;
}

/** The oldest is asked first; those of other tabs wait. */
export class Dialogs implements ScreenDialogs {
  readonly #changes = new Emitter<ScreenDialog | undefined>();
  readonly onCurrent = this.#changes.event;
  #waiting: readonly Waiting[] = [];
  #attendants = 0;
  #lastId = 0;

  get current(): ScreenDialog | undefined {
    return this.#waiting[0]?.dialog;
  }

  /** Whether there is somebody to ask. */
  get isAttended(): boolean {
    return this.#attendants > 0;
  }

  attend(): Disposable {
    this.#attendants++;
    return toDisposable(() => {
      this.#attendants--;
      if (this.#attendants > 0) return;
      for (const { end } of this.#waiting) end(undefined);
    });
  }

  /**
   * Asks the person.
   * @param withdrawn - aborts when the answer is of no use any more
   * @returns undefined when there is nobody to answer, or no use
   */
  ask(content: ScreenDialogContent, withdrawn: AbortSignal): Promise<ScreenAnswer | undefined> {
    if (!this.isAttended || withdrawn.aborted || this.#waiting.length >= MAX_WAITING)
      return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<ScreenAnswer | undefined>();
    const dialog = { ...content, id: ++this.#lastId };
    const onWithdrawn = () => end(undefined);
    const end = (answer: ScreenAnswer | undefined) => {
      withdrawn.removeEventListener('abort', onWithdrawn);
      this.#set(this.#waiting.filter((other) => other.dialog !== dialog));
      resolve(answer);
    };
    withdrawn.addEventListener('abort', onWithdrawn, { once: true });
    this.#set([...this.#waiting, { dialog, end }]);
    return promise;
  }

  answer(id: number, answer: ScreenAnswer): void {
    this.#waiting.find(({ dialog }) => dialog.id === id)?.end(answer);
  }

  #set(waiting: readonly Waiting[]): void {
    const before = this.current;
    this.#waiting = waiting;
    if (this.current !== before) this.#changes.fire(this.current);
  }
}
