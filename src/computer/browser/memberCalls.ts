/** The frame of every member's call: the browser it runs on, the signal that ends it, the wait until the page rests. */
import type { BetaToolsetCallContext } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { noteBegun, noteNotBegun } from '../progress.ts';
import type { Settled } from '../settleReports.ts';
import { BrowserCrashedError, refuse, TabClosedError } from './errors.ts';
import type { ForeignDocument } from './foreignDocuments.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import type { Machines } from './machines.ts';
import { watchForReaction } from './reaction.ts';
import { settle } from './settle.ts';
import type { Tab } from './tab.ts';

/** Read by the model after the call that closed its own tab, such as a click on a popup's Cancel. */
const CLOSED_ITSELF = 'The tab closed itself.';

export class MemberCalls {
  readonly #machines: Machines;
  readonly #limits: Limits;
  readonly #closing = new AbortController();
  readonly #watched = new WeakSet<AbortSignal>();

  constructor(machines: Machines, limits: Limits) {
    this.#machines = machines;
    this.#limits = limits;
  }

  /** Ends calls under way and refuses later ones. */
  close(): void {
    this.#closing.abort(refuse('The browser is closed.'));
  }

  /**
   * Runs a member on the browser.
   * @param canStartAfresh - whether it makes sense in a new browser's empty tab, should the old one have ended
   */
  async run<T>(
    ctx: BetaToolsetCallContext,
    canStartAfresh: boolean,
    member: (machine: Machine, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    ctx.signal?.throwIfAborted();
    noteNotBegun();
    if (ctx.signal) this.#releaseOnAbort(ctx.signal);
    const signal = ctx.signal ? AbortSignal.any([ctx.signal, this.#closing.signal]) : this.#closing.signal;
    const machine = await this.#machines.acquire(canStartAfresh, signal);
    signal.throwIfAborted();
    noteBegun();
    try {
      return await member(machine, signal);
    } catch (error) {
      if (error instanceof BrowserCrashedError) this.#machines.noteGiven();
      throw error;
    }
  }

  /** Runs a member on the named or the active tab. */
  onTab<T>(
    ctx: BetaToolsetCallContext,
    input: { readonly tab_id?: string | null },
    member: (tab: Tab, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.run(ctx, false, async (machine, signal) =>
      member(await this.tab(machine, input.tab_id, signal), signal),
    );
  }

  /** Runs a member that may change the page and answers a text, and waits until the page rests. */
  settled(
    ctx: BetaToolsetCallContext,
    input: { readonly tab_id?: string | null },
    member: (tab: Tab, signal: AbortSignal) => Promise<string>,
  ): Promise<string> {
    return this.run(ctx, false, async (machine, signal) => {
      const tab = await this.tab(machine, input.tab_id, signal);
      const text = await member(tab, signal);
      await this.#settle(machine, tab, signal);
      return text;
    });
  }

  /**
   * Runs an action on the named or the active tab and waits until that page, and one that it opened, rest.
   * @param action - may answer a line for the model
   */
  act(
    ctx: BetaToolsetCallContext,
    input: { readonly tab_id?: string | null },
    action: (tab: Tab, signal: AbortSignal, machine: Machine) => Promise<unknown>,
  ): Promise<string | undefined> {
    return this.run(ctx, false, async (machine, signal) => {
      const tab = await this.tab(machine, input.tab_id, signal);
      let said: unknown;
      let settled: Settled;
      try {
        const foreign = await watchForReaction(tab, signal);
        said = await action(tab, signal, machine);
        settled = await this.#settle(machine, tab, signal, foreign);
      } catch (error) {
        if (!(error instanceof TabClosedError)) throw error;
        return CLOSED_ITSELF;
      } finally {
        machine.tabs.opensInBackground = false;
      }
      const { active } = machine.tabs;
      if (active !== undefined && active !== tab && !input.tab_id)
        await this.#settleOpened(machine, active, signal);
      const isRestless = settled.isQuiet || tab.isClosed ? undefined : restless(settled);
      return [said, isRestless].filter((line) => typeof line === 'string').join(' ') || undefined;
    });
  }

  /** The named or the active tab, ready to be acted on. @throws ToolError when there is none */
  async tab(machine: Machine, tabId: string | null | undefined, signal: AbortSignal): Promise<Tab> {
    const tab = machine.tabs.resolve(tabId);
    await machine.tabs.whenReady(tab, signal);
    await machine.tabs.bringToFront(tab, signal);
    return tab;
  }

  async #settle(
    machine: Machine,
    tab: Tab,
    signal: AbortSignal,
    foreign?: readonly ForeignDocument[],
  ): Promise<Settled> {
    const settled = await settle(tab, 'action', this.#limits, signal, foreign);
    await machine.downloads.finish(signal);
    return settled;
  }

  async #settleOpened(machine: Machine, opened: Tab, signal: AbortSignal): Promise<void> {
    try {
      await machine.tabs.whenReady(opened, signal);
      await settle(opened, 'navigation', this.#limits, signal);
    } catch (error) {
      // A new tab's own troubles are met by the first action on it.
      signal.throwIfAborted();
      if (error instanceof BrowserCrashedError) throw error;
    }
  }

  /** A stopped run leaves nothing pressed, also where `left_mouse_down` was its last call. */
  #releaseOnAbort(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return;
    this.#watched.add(signal);
    signal.addEventListener('abort', () => this.#machines.current?.tabs.release(), { once: true });
  }
}

/** Read by the model: what it sees next may be half done. */
function restless({ ms }: Settled): string {
  return `The page was still loading or changing after ${(ms / 1000).toFixed(1)} s.`;
}
