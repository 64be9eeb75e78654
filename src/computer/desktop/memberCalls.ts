/** The frame of every member's call: the desktop it runs on, the signal that ends it, the wait until the screen rests. */
import type { BetaToolsetCallContext } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { refuse } from '../inputs.ts';
import { noteBegun, noteNotBegun } from '../progress.ts';
import type { Settled } from '../settleReports.ts';
import type { Desktop } from './desktop.ts';
import type { Desktops } from './desktops.ts';

type Member<T> = (desktop: Desktop, signal: AbortSignal) => Promise<T>;

export class MemberCalls {
  readonly #desktops: Desktops;
  readonly #closing = new AbortController();
  readonly #watched = new WeakSet<AbortSignal>();

  constructor(desktops: Desktops) {
    this.#desktops = desktops;
  }

  /** Ends calls under way and refuses later ones. */
  close(): void {
    this.#closing.abort(refuse('The desktop is closed.'));
  }

  /** Runs a member that only looks, and so makes sense on a new machine too, should the old one have ended. */
  look<T>(ctx: BetaToolsetCallContext, member: Member<T>): Promise<T> {
    return this.#run(ctx, true, member);
  }

  /** Runs a member that relies on what earlier ones have done. */
  run<T>(ctx: BetaToolsetCallContext, member: Member<T>): Promise<T> {
    return this.#run(ctx, false, member);
  }

  /**
   * Runs an action and waits until the screen rests.
   * @param action - may answer a line for the model
   */
  act(ctx: BetaToolsetCallContext, action: Member<unknown>): Promise<string | undefined> {
    return this.#run(ctx, false, async (desktop, signal) => {
      desktop.settling.noteInput();
      const said = await action(desktop, signal);
      desktop.settling.noteInput();
      await desktop.roundTrip(signal);
      const settled = await desktop.settling.rest(signal);
      const restlessness = settled.isQuiet ? undefined : restless(settled);
      return [said, restlessness].filter((line) => typeof line === 'string').join(' ') || undefined;
    });
  }

  async #run<T>(ctx: BetaToolsetCallContext, canStartAfresh: boolean, member: Member<T>): Promise<T> {
    ctx.signal?.throwIfAborted();
    noteNotBegun();
    if (ctx.signal) this.#releaseOnAbort(ctx.signal);
    const stopped = ctx.signal ? AbortSignal.any([ctx.signal, this.#closing.signal]) : this.#closing.signal;
    const desktop = await this.#desktops.acquire(canStartAfresh, stopped);
    const ending = AbortSignal.any([stopped, desktop.lost]);
    return this.#desktops.selfTest.before(desktop, ending, () => {
      ending.throwIfAborted();
      noteBegun();
      return member(desktop, ending);
    });
  }

  /** A stopped run leaves nothing pressed, also where `left_mouse_down` was its last call. */
  #releaseOnAbort(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return;
    this.#watched.add(signal);
    signal.addEventListener('abort', () => this.#desktops.current?.release(), { once: true });
  }
}

/** Read by the model: what it sees next may be half done. */
function restless({ ms }: Settled): string {
  return `The screen was still changing after ${(ms / 1000).toFixed(1)} s.`;
}
