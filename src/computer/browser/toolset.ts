/** The browser toolset's members: each checks its input, acts on a tab and waits until the page has settled. */
import {
  BetaAbstractBrowserToolset20260801,
  type BetaBrowserNavigateResult,
  type BetaBrowserState,
  type BetaScreenshotResult,
  type BetaToolsetCallContext,
} from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type {
  BetaBrowserClickTarget,
  BetaBrowserCloseTabInput,
  BetaBrowserDoubleClickInput,
  BetaBrowserHoldKeyInput,
  BetaBrowserHoverInput,
  BetaBrowserKeyInput,
  BetaBrowserLeftClickDragInput,
  BetaBrowserLeftClickInput,
  BetaBrowserLeftMouseDownInput,
  BetaBrowserLeftMouseUpInput,
  BetaBrowserListTabsInput,
  BetaBrowserMiddleClickInput,
  BetaBrowserMouseMoveInput,
  BetaBrowserNavigateInput,
  BetaBrowserNewTabInput,
  BetaBrowserRightClickInput,
  BetaBrowserScreenshotInput,
  BetaBrowserScrollInput,
  BetaBrowserStateTabEntry,
  BetaBrowserSwitchTabInput,
  BetaBrowserTripleClickInput,
  BetaBrowserTypeInput,
  BetaBrowserWaitInput,
  BetaBrowserZoomInput,
} from '@anthropic-ai/sdk/resources/beta';
import { delay } from '../../base/delay.ts';
import { screenshot, zoom } from './capture.ts';
import type { Changes } from './changes.ts';
import { BrowserCrashedError, refuse, TabClosedError } from './errors.ts';
import { parseKeys, parseModifiers } from './keys.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import type { Machines } from './machines.ts';
import { navigate } from './navigate.ts';
import { type Button, onScreen, type Point } from './pointer.ts';
import { settle } from './settle.ts';
import type { Tab } from './tab.ts';

type Context = BetaToolsetCallContext;

/** Of an action: nothing, or a line for the model. */
type Acted = Promise<string | undefined>;

/** Of `wait` and `hold_key`, as their input's description says. */
const MAX_DURATION_S = 30;
const MAX_KEY_REPEATS = 100;
const MAX_NOTCHES = 10;
const DEFAULT_NOTCHES = 3;
const MAX_TEXT_LENGTH = 100_000;

/** Read by the model after the call that closed its own tab, such as a click on a popup's Cancel. */
const CLOSED_ITSELF = 'The tab closed itself.';

interface Clicks {
  readonly button: Button;
  readonly count: number;
}

export class BrowserToolset extends BetaAbstractBrowserToolset20260801 {
  readonly #machines: Machines;
  readonly #limits: Limits;
  readonly #closing = new AbortController();
  readonly #watched = new WeakSet<AbortSignal>();

  constructor(machines: Machines, changes: Changes, limits: Limits) {
    super({
      browserState: async (): Promise<BetaBrowserState> => {
        const tabs = (await machines.current?.tabs.state()) ?? [];
        return { tabs, state_changes: changes.drain() };
      },
    });
    this.#machines = machines;
    this.#limits = limits;
  }

  /** Ends calls under way, then the browser. */
  override async close(): Promise<void> {
    this.#closing.abort(refuse('The browser is closed.'));
    await super.close();
    await this.#machines.close();
  }

  protected override navigate(
    ctx: Context,
    input: BetaBrowserNavigateInput,
  ): Promise<BetaBrowserNavigateResult> {
    return this.#run(ctx, true, async (machine, signal) => {
      if (machine.tabs.active === undefined && !input.tab_id) await machine.tabs.open(signal);
      const tab = await this.#tab(machine, input.tab_id, signal);
      const result = await navigate(tab, stringOf(input.url, 'url'), this.#limits, signal);
      await machine.downloads.finish(signal);
      return result;
    });
  }

  protected override screenshot(
    ctx: Context,
    input: BetaBrowserScreenshotInput,
  ): Promise<BetaScreenshotResult> {
    return this.#run(ctx, false, async (machine, signal) =>
      screenshot(await this.#tab(machine, input.tab_id, signal), signal),
    );
  }

  protected override zoom(ctx: Context, input: BetaBrowserZoomInput): Promise<BetaScreenshotResult> {
    return this.#run(ctx, false, async (machine, signal) =>
      zoom(await this.#tab(machine, input.tab_id, signal), input.region, signal),
    );
  }

  protected override left_click(ctx: Context, input: BetaBrowserLeftClickInput): Acted {
    return this.#click(ctx, input, { button: 'left', count: 1 });
  }

  protected override right_click(ctx: Context, input: BetaBrowserRightClickInput): Acted {
    return this.#click(ctx, input, { button: 'right', count: 1 });
  }

  protected override middle_click(ctx: Context, input: BetaBrowserMiddleClickInput): Acted {
    return this.#click(ctx, input, { button: 'middle', count: 1 });
  }

  protected override double_click(ctx: Context, input: BetaBrowserDoubleClickInput): Acted {
    return this.#click(ctx, input, { button: 'left', count: 2 });
  }

  protected override triple_click(ctx: Context, input: BetaBrowserTripleClickInput): Acted {
    return this.#click(ctx, input, { button: 'left', count: 3 });
  }

  protected override hover(ctx: Context, input: BetaBrowserHoverInput): Acted {
    return this.#act(ctx, input, (tab, signal) => tab.pointer.move(pointOf(input.target), signal));
  }

  protected override mouse_move(ctx: Context, input: BetaBrowserMouseMoveInput): Acted {
    return this.#act(ctx, input, (tab, signal) => tab.pointer.move(pointOf(input.target), signal));
  }

  protected override left_click_drag(ctx: Context, input: BetaBrowserLeftClickDragInput): Acted {
    return this.#act(ctx, input, (tab, signal) =>
      tab.pointer.drag(pointOf(input.from, 'from'), pointOf(input.target), signal),
    );
  }

  protected override left_mouse_down(ctx: Context, input: BetaBrowserLeftMouseDownInput): Acted {
    return this.#act(ctx, input, async (tab, signal) => {
      await tab.pointer.move(pointOf(input.target), signal);
      await tab.pointer.down('left', signal);
    });
  }

  protected override left_mouse_up(ctx: Context, input: BetaBrowserLeftMouseUpInput): Acted {
    return this.#act(ctx, input, async (tab, signal) => {
      await tab.pointer.move(pointOf(input.target), signal);
      await tab.pointer.up('left', signal);
    });
  }

  protected override scroll(ctx: Context, input: BetaBrowserScrollInput): Acted {
    return this.#act(ctx, input, async (tab, signal) => {
      const direction = input.scroll_direction;
      if (!['up', 'down', 'left', 'right'].includes(direction))
        throw refuse('scroll_direction: expected "up", "down", "left" or "right".');
      const notches = wholeNumber(input.scroll_amount ?? DEFAULT_NOTCHES, MAX_NOTCHES, 'scroll_amount');
      await tab.pointer.scroll(pointOf(input.target), direction, notches, signal);
    });
  }

  protected override type_(ctx: Context, input: BetaBrowserTypeInput): Acted {
    return this.#act(ctx, input, async (tab, signal) => {
      if (typeof input.text !== 'string' || input.text.length > MAX_TEXT_LENGTH)
        throw refuse(`text: expected a text of at most ${MAX_TEXT_LENGTH} characters.`);
      await tab.keyboard.type(input.text, signal);
    });
  }

  protected override key(ctx: Context, input: BetaBrowserKeyInput): Acted {
    return this.#act(ctx, input, async (tab, signal) => {
      const chords = parseKeys(stringOf(input.text, 'text'));
      const repeats = wholeNumber(input.repeat ?? 1, MAX_KEY_REPEATS, 'repeat');
      for (let count = 0; count < repeats; count++)
        for (const chord of chords) await tab.keyboard.press(chord, signal);
    });
  }

  protected override hold_key(ctx: Context, input: BetaBrowserHoldKeyInput): Acted {
    return this.#act(ctx, input, async (tab, signal) => {
      const [chord, ...others] = parseKeys(stringOf(input.text, 'text'));
      if (chord === undefined || others.length > 0) throw refuse('text: expected one key or chord to hold.');
      await tab.keyboard.hold(chord, seconds(input.duration) * 1000, signal);
    });
  }

  protected override wait(ctx: Context, input: BetaBrowserWaitInput): Acted {
    return this.#run(ctx, false, async (machine, signal) => {
      machine.tabs.resolve(input.tab_id);
      await delay(seconds(input.duration) * 1000, signal);
      return undefined;
    });
  }

  protected override new_tab(
    ctx: Context,
    _input: BetaBrowserNewTabInput,
  ): Promise<BetaBrowserStateTabEntry> {
    return this.#run(ctx, true, async (machine, signal) => entryOf(await machine.tabs.open(signal), true));
  }

  protected override list_tabs(
    ctx: Context,
    _input: BetaBrowserListTabsInput,
  ): Promise<BetaBrowserStateTabEntry[]> {
    return this.#run(ctx, true, (machine) => machine.tabs.state());
  }

  protected override switch_tab(
    ctx: Context,
    input: BetaBrowserSwitchTabInput,
  ): Promise<BetaBrowserStateTabEntry> {
    return this.#run(ctx, false, async (machine, signal) => {
      const tab = machine.tabs.resolve(stringOf(input.tab_id, 'tab_id'));
      await machine.tabs.activate(tab, signal);
      return entryOf(tab, true);
    });
  }

  protected override close_tab(ctx: Context, input: BetaBrowserCloseTabInput): Promise<void> {
    return this.#run(ctx, false, (machine, signal) =>
      machine.tabs.close(machine.tabs.resolve(stringOf(input.tab_id, 'tab_id')), signal),
    );
  }

  #click(ctx: Context, input: BetaBrowserLeftClickInput, clicks: Clicks): Acted {
    return this.#act(ctx, input, async (tab, signal, machine) => {
      const at = pointOf(input.target);
      const modifiers = parseModifiers(input.modifiers);
      const isCommand = modifiers.some(({ key }) => key === 'Control' || key === 'Meta');
      const isShift = modifiers.some(({ key }) => key === 'Shift');
      machine.tabs.opensInBackground = (clicks.button === 'middle' || isCommand) && !isShift;
      await tab.keyboard.holding(modifiers, signal, () =>
        tab.pointer.click(clicks.button, at, clicks.count, signal),
      );
    });
  }

  /** Runs an action on the named or active tab and waits for the page, and for one that it opened. */
  #act(
    ctx: Context,
    input: { readonly tab_id?: string | null },
    action: (tab: Tab, signal: AbortSignal, machine: Machine) => Promise<void>,
  ): Acted {
    return this.#run(ctx, false, async (machine, signal) => {
      const tab = await this.#tab(machine, input.tab_id, signal);
      machine.tabs.opensInBackground = false;
      try {
        await action(tab, signal, machine);
        await settle(tab, 'action', this.#limits, signal);
        await machine.downloads.finish(signal);
      } catch (error) {
        if (!(error instanceof TabClosedError)) throw error;
        return CLOSED_ITSELF;
      } finally {
        machine.tabs.opensInBackground = false;
      }
      const { active } = machine.tabs;
      if (active !== undefined && active !== tab && !input.tab_id)
        await this.#settleOpened(machine, active, signal);
      return undefined;
    });
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

  async #tab(machine: Machine, tabId: string | null | undefined, signal: AbortSignal): Promise<Tab> {
    const tab = machine.tabs.resolve(tabId);
    await machine.tabs.whenReady(tab, signal);
    await machine.tabs.bringToFront(tab, signal);
    return tab;
  }

  /** A stopped run leaves nothing pressed, also where `left_mouse_down` was its last call. */
  #releaseOnAbort(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return;
    this.#watched.add(signal);
    signal.addEventListener('abort', () => this.#machines.current?.tabs.release(), { once: true });
  }

  /** Every member's frame: the browser to run on and the signal that ends it. */
  async #run<T>(
    ctx: Context,
    canStartAfresh: boolean,
    member: (machine: Machine, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (ctx.signal) this.#releaseOnAbort(ctx.signal);
    const signal = ctx.signal ? AbortSignal.any([ctx.signal, this.#closing.signal]) : this.#closing.signal;
    const machine = await this.#machines.acquire(canStartAfresh, signal);
    try {
      return await member(machine, signal);
    } catch (error) {
      if (error instanceof BrowserCrashedError) this.#machines.noteGiven();
      throw error;
    }
  }
}

function pointOf(target: BetaBrowserClickTarget, field = 'target'): Point {
  if (target?.type === 'ref')
    throw refuse(`${field}: element references are not supported here. Use a coordinate from a screenshot.`);
  if (target?.type !== 'coordinate') throw refuse(`${field}: expected a coordinate target.`);
  return onScreen(target, field);
}

function seconds(duration: number): number {
  if (typeof duration !== 'number' || !(duration >= 0) || duration > MAX_DURATION_S)
    throw refuse(`duration: expected seconds from 0 to ${MAX_DURATION_S}.`);
  return duration;
}

function wholeNumber(value: number, max: number, field: string): number {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw refuse(`${field}: expected a whole number from 1 to ${max}.`);
  return value;
}

function stringOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw refuse(`${field}: expected a text.`);
  return value;
}

function entryOf(tab: Tab, active: boolean): BetaBrowserStateTabEntry {
  return { tab_id: tab.id, title: tab.title, url: tab.url, active };
}
