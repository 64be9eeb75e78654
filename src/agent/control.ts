import { untilAborted } from '../base/delay.ts';
import { Emitter } from '../base/emitter.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Controller } from '../protocol/liveMessages.ts';

/** What the model reads in place of the result of an action that the user's grip on the computer kept from happening. */
export const TAKEN_OVER_TEXT =
  'Not executed: the user took control of the computer before this action, and has given it back. What the screen ' +
  'shows may have changed; look at it before you go on.';

/** What it reads of one that was under way when the user took over. */
export const CUT_SHORT_TEXT =
  'The user took control of the computer in the middle of this action, which may have been done in part, and has ' +
  'given it back. What the screen shows may have changed; look at it before you go on.';

/** What the model reads beside a screenshot once the user has given the computer back. */
export const HANDED_BACK_TEXT =
  '[The user took control of the computer for a while and has given it back. This is the screen as it is now.]';

/**
 * Who acts on a session's computer: Claude, or for a while the user. It is never both, so that neither clicks where the
 * other has just moved something: an action under way is cut short when the user takes over, and later ones wait.
 */
export class Control implements Disposable {
  readonly #changes = new Emitter<Controller>();
  /** While the user has it. */
  #users: { readonly given: PromiseWithResolvers<void> } | undefined;
  #taken = new AbortController();
  #isNews = false;

  readonly onDidChange = this.#changes.event;

  get holder(): Controller {
    return this.#users ? 'user' : 'claude';
  }

  /** Gives the computer to the user. */
  takeOver(): void {
    if (this.#users) return;
    this.#users = { given: Promise.withResolvers() };
    this.#isNews = true;
    this.#taken.abort();
    this.#changes.fire('user');
  }

  /** Gives it back to Claude, whose waiting action goes on. */
  handBack(): void {
    const users = this.#users;
    if (!users) return;
    this.#users = undefined;
    this.#taken = new AbortController();
    users.given.resolve();
    this.#changes.fire('claude');
  }

  /** Whether the user had the computer, and has given it back, since this was last asked. */
  takeNews(): boolean {
    const isNews = this.#isNews && !this.#users;
    if (isNews) this.#isNews = false;
    return isNews;
  }

  /** Aborts when the user takes over: the action under way is cut short. */
  get taken(): AbortSignal {
    return this.#taken.signal;
  }

  /** Resolves, as soon as Claude has the computer, to whether that took waiting. @throws the signal's reason */
  async untilClaudes(signal: AbortSignal | null | undefined): Promise<boolean> {
    const given = this.#users?.given.promise;
    if (!given) return false;
    await (signal ? untilAborted(given, signal) : given);
    return true;
  }

  dispose(): void {
    this.handBack();
    this.#changes.dispose();
  }
}
