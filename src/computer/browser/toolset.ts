/** The browser toolset's members: each checks its input, acts on a tab and waits until the page has settled. */
import {
  BetaAbstractBrowserToolset20260801,
  type BetaBrowserNavigateResult,
  type BetaBrowserState,
  type BetaBrowserToolsetOptions,
  type BetaScreenshotResult,
  type BetaToolsetCallContext,
} from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type {
  BetaBrowserClickTarget,
  BetaBrowserCloseTabInput,
  BetaBrowserCoordinateTarget,
  BetaBrowserDoubleClickInput,
  BetaBrowserFileUploadInput,
  BetaBrowserFindInput,
  BetaBrowserFormInputInput,
  BetaBrowserGetPageTextInput,
  BetaBrowserHoldKeyInput,
  BetaBrowserHoverInput,
  BetaBrowserJavascriptExecInput,
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
  BetaBrowserReadConsoleInput,
  BetaBrowserReadNetworkInput,
  BetaBrowserReadPageInput,
  BetaBrowserRefTarget,
  BetaBrowserRightClickInput,
  BetaBrowserScreenshotInput,
  BetaBrowserScrollInput,
  BetaBrowserScrollToInput,
  BetaBrowserStateTabEntry,
  BetaBrowserSwitchTabInput,
  BetaBrowserTripleClickInput,
  BetaBrowserTypeInput,
  BetaBrowserWaitInput,
  BetaBrowserZoomInput,
} from '@anthropic-ai/sdk/resources/beta';
import { delay } from '../../base/delay.ts';
import type { CallTarget, NamedCall } from '../callTarget.ts';
import { oneOf, seconds, textOf, wholeNumber } from '../inputs.ts';
import { noteProgress } from '../progress.ts';
import { secretFill } from '../secretFill.ts';
import { describeTargets } from './callTarget.ts';
import { screenshot, zoom } from './capture.ts';
import type { Changes } from './changes.ts';
import { pointOfElement, scrollToElement } from './elements.ts';
import { refuse } from './errors.ts';
import { setFieldValue } from './formInput.ts';
import { parseKeys, parseModifiers } from './keys.ts';
import type { Limits } from './limits.ts';
import type { Machines } from './machines.ts';
import { MemberCalls } from './memberCalls.ts';
import { navigate } from './navigate.ts';
import { pageText } from './pageText.ts';
import { type Button, onScreen, type Point } from './pointer.ts';
import { findElements, readPage } from './readPage.ts';
import { runScript } from './script.ts';
import { fillSecret } from './secretField.ts';
import type { Tab } from './tab.ts';
import { typeText } from './typing.ts';
import { uploadFiles } from './upload.ts';

type Context = BetaToolsetCallContext;

/** Of an action: nothing, or a line for the model. */
type Acted = Promise<string | undefined>;

/** Of `wait` and `hold_key`, as their inputs' descriptions say. */
const MAX_DURATION_S = 30;
const MAX_KEY_REPEATS = 100;
const MAX_NOTCHES = 10;
const DEFAULT_NOTCHES = 3;
const MAX_TEXT_LENGTH = 100_000;
const MAX_DEPTH = 1_000;

/** Of `read_console` and `read_network`, in characters. */
const MAX_LIST = 50_000;

/** What the caller decides: which members are on, what is asked first, which addresses and files are allowed. */
export type BrowserToolsetOptions = Pick<
  BetaBrowserToolsetOptions,
  'configs' | 'confirm' | 'urlPolicy' | 'filePolicy'
>;

export class BrowserToolset extends BetaAbstractBrowserToolset20260801 {
  readonly #machines: Machines;
  readonly #limits: Limits;
  readonly #calls: MemberCalls;

  constructor(machines: Machines, changes: Changes, limits: Limits, options: BrowserToolsetOptions = {}) {
    super({
      ...options,
      browserState: async (): Promise<BetaBrowserState> => {
        const tabs = (await machines.current?.tabs.state()) ?? [];
        return { tabs, state_changes: changes.drain() };
      },
    });
    this.#machines = machines;
    this.#limits = limits;
    this.#calls = new MemberCalls(machines, limits);
  }

  /** See `Computer.describeTarget`. Without a browser that runs, nothing is there. */
  async describeTarget(call: NamedCall, signal: AbortSignal): Promise<readonly CallTarget[] | undefined> {
    const machine = this.#machines.current;
    return machine ? describeTargets(machine, call, signal) : [];
  }

  /** Ends calls under way, then the browser. */
  override async close(): Promise<void> {
    this.#calls.close();
    await super.close();
    await this.#machines.close();
  }

  protected override navigate(
    ctx: Context,
    input: BetaBrowserNavigateInput,
  ): Promise<BetaBrowserNavigateResult> {
    return this.#calls.run(ctx, true, async (machine, signal) => {
      const where = textOf(input.url, 'url');
      if (machine.tabs.active === undefined && !input.tab_id) await machine.tabs.open(signal);
      const tab = await this.#calls.tab(machine, input.tab_id, signal);
      const result = await navigate(tab, where, this.#limits, signal);
      await machine.downloads.finish(signal);
      return result;
    });
  }

  protected override screenshot(
    ctx: Context,
    input: BetaBrowserScreenshotInput,
  ): Promise<BetaScreenshotResult> {
    return this.#calls.onTab(ctx, input, screenshot);
  }

  protected override zoom(ctx: Context, input: BetaBrowserZoomInput): Promise<BetaScreenshotResult> {
    return this.#calls.onTab(ctx, input, (tab, signal) => zoom(tab, input.region, signal));
  }

  protected override left_click(ctx: Context, input: BetaBrowserLeftClickInput): Acted {
    return this.#click(ctx, input, 'left', 1);
  }

  protected override right_click(ctx: Context, input: BetaBrowserRightClickInput): Acted {
    return this.#click(ctx, input, 'right', 1);
  }

  protected override middle_click(ctx: Context, input: BetaBrowserMiddleClickInput): Acted {
    return this.#click(ctx, input, 'middle', 1);
  }

  protected override double_click(ctx: Context, input: BetaBrowserDoubleClickInput): Acted {
    return this.#click(ctx, input, 'left', 2);
  }

  protected override triple_click(ctx: Context, input: BetaBrowserTripleClickInput): Acted {
    return this.#click(ctx, input, 'left', 3);
  }

  protected override hover(ctx: Context, input: BetaBrowserHoverInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) =>
      tab.pointer.move(await pointOf(tab, input.target, signal), signal),
    );
  }

  protected override mouse_move(ctx: Context, input: BetaBrowserMouseMoveInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) =>
      tab.pointer.move(coordinateOf(input.target, 'target'), signal),
    );
  }

  protected override left_click_drag(ctx: Context, input: BetaBrowserLeftClickDragInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) =>
      tab.pointer.drag(coordinateOf(input.from, 'from'), coordinateOf(input.target, 'target'), signal),
    );
  }

  protected override left_mouse_down(ctx: Context, input: BetaBrowserLeftMouseDownInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) => {
      await tab.pointer.move(coordinateOf(input.target, 'target'), signal);
      await tab.pointer.down('left', signal);
    });
  }

  protected override left_mouse_up(ctx: Context, input: BetaBrowserLeftMouseUpInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) => {
      await tab.pointer.move(coordinateOf(input.target, 'target'), signal);
      await tab.pointer.up('left', signal);
    });
  }

  protected override scroll(ctx: Context, input: BetaBrowserScrollInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) => {
      const direction = oneOf(input.scroll_direction, ['up', 'down', 'left', 'right'], 'scroll_direction');
      const notches = wholeNumber(input.scroll_amount ?? DEFAULT_NOTCHES, MAX_NOTCHES, 'scroll_amount');
      await tab.pointer.scroll(coordinateOf(input.target, 'target'), direction, notches, signal);
    });
  }

  protected override scroll_to(ctx: Context, input: BetaBrowserScrollToInput): Acted {
    return this.#calls.act(ctx, input, (tab, signal) => scrollToElement(tab, refOf(input.target), signal));
  }

  protected override type_(ctx: Context, input: BetaBrowserTypeInput): Acted {
    const fill = secretFill();
    return this.#calls.act(ctx, input, (tab, signal) =>
      fill
        ? fillSecret(tab, undefined, fill, signal)
        : typeText(tab, textOf(input.text, 'text', MAX_TEXT_LENGTH), signal),
    );
  }

  protected override key(ctx: Context, input: BetaBrowserKeyInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) => {
      const chords = parseKeys(textOf(input.text, 'text'));
      const repeats = wholeNumber(input.repeat ?? 1, MAX_KEY_REPEATS, 'repeat');
      const all = repeats * chords.length;
      let done = 0;
      for (let count = 0; count < repeats; count++) {
        for (const chord of chords) {
          noteProgress({ unit: 'key-presses', done, of: all });
          await tab.keyboard.press(chord, signal);
          done += 1;
        }
      }
      noteProgress({ unit: 'key-presses', done, of: all });
    });
  }

  protected override hold_key(ctx: Context, input: BetaBrowserHoldKeyInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) => {
      const [chord, ...others] = parseKeys(textOf(input.text, 'text'));
      if (chord === undefined || others.length > 0) throw refuse('text: expected one key or chord to hold.');
      await tab.keyboard.hold(chord, seconds(input.duration, MAX_DURATION_S) * 1000, signal);
    });
  }

  protected override form_input(ctx: Context, input: BetaBrowserFormInputInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) => {
      const { value } = input;
      const fill = secretFill();
      if (fill) return fillSecret(tab, refOf(input.target), fill, signal);
      if (!['string', 'number', 'boolean'].includes(typeof value))
        throw refuse('value: expected a text, a number or a boolean.');
      return setFieldValue(tab, refOf(input.target), value, signal);
    });
  }

  protected override read_page(ctx: Context, input: BetaBrowserReadPageInput): Promise<string> {
    return this.#calls.onTab(ctx, input, (tab, signal) => {
      const filter = oneOf(input.filter ?? 'visible', ['visible', 'interactive', 'all'], 'filter');
      const depth = input.depth == null ? undefined : wholeNumber(input.depth, MAX_DEPTH, 'depth');
      return readPage(tab, { filter, depth, ref: input.ref ?? undefined }, signal);
    });
  }

  protected override find(ctx: Context, input: BetaBrowserFindInput): Promise<string> {
    return this.#calls.onTab(ctx, input, (tab, signal) =>
      findElements(tab, textOf(input.query, 'query', 1_000), signal),
    );
  }

  protected override get_page_text(ctx: Context, input: BetaBrowserGetPageTextInput): Promise<string> {
    return this.#calls.onTab(ctx, input, pageText);
  }

  protected override file_upload(ctx: Context, input: BetaBrowserFileUploadInput): Acted {
    return this.#calls.act(ctx, input, async (tab, signal) => {
      if (input.document_ids != null && input.document_ids.length > 0)
        throw refuse('document_ids: not supported here; give paths.');
      await uploadFiles(tab, refOf(input.target), input.paths ?? [], signal);
    });
  }

  protected override read_console(ctx: Context, input: BetaBrowserReadConsoleInput): Promise<string> {
    return this.#calls.onTab(ctx, input, async (tab, signal) => {
      // Answered after all that the page has written by now. One that hangs has still written what it has.
      await tab.evaluate('0', signal).catch(() => signal.throwIfAborted());
      return newest(tab.console.drain());
    });
  }

  protected override read_network(ctx: Context, input: BetaBrowserReadNetworkInput): Promise<string> {
    return this.#calls.onTab(ctx, input, async (tab) => newest(tab.network.drain()));
  }

  protected override javascript_exec(ctx: Context, input: BetaBrowserJavascriptExecInput): Promise<string> {
    return this.#calls.settled(ctx, input, (tab, signal) =>
      runScript(tab, textOf(input.text, 'text', MAX_TEXT_LENGTH), this.#limits.responseMs, signal),
    );
  }

  protected override wait(ctx: Context, input: BetaBrowserWaitInput): Acted {
    return this.#calls.run(ctx, false, async (machine, signal) => {
      machine.tabs.resolve(input.tab_id);
      await delay(seconds(input.duration, MAX_DURATION_S) * 1000, signal);
      return undefined;
    });
  }

  protected override new_tab(
    ctx: Context,
    _input: BetaBrowserNewTabInput,
  ): Promise<BetaBrowserStateTabEntry> {
    return this.#calls.run(ctx, true, async (machine, signal) => entryOf(await machine.tabs.open(signal)));
  }

  protected override list_tabs(
    ctx: Context,
    _input: BetaBrowserListTabsInput,
  ): Promise<BetaBrowserStateTabEntry[]> {
    return this.#calls.run(ctx, true, (machine) => machine.tabs.state());
  }

  protected override switch_tab(
    ctx: Context,
    input: BetaBrowserSwitchTabInput,
  ): Promise<BetaBrowserStateTabEntry> {
    return this.#calls.run(ctx, false, async (machine, signal) => {
      const tab = machine.tabs.resolve(textOf(input.tab_id, 'tab_id'));
      await machine.tabs.activate(tab, signal);
      return entryOf(tab);
    });
  }

  protected override close_tab(ctx: Context, input: BetaBrowserCloseTabInput): Promise<void> {
    return this.#calls.run(ctx, false, (machine, signal) =>
      machine.tabs.close(machine.tabs.resolve(textOf(input.tab_id, 'tab_id')), signal),
    );
  }

  #click(ctx: Context, input: BetaBrowserLeftClickInput, button: Button, count: number): Acted {
    return this.#calls.act(ctx, input, async (tab, signal, machine) => {
      const modifiers = parseModifiers(input.modifiers);
      const at = await pointOf(tab, input.target, signal);
      const isCommand = modifiers.some(({ key }) => key === 'Control' || key === 'Meta');
      const isShift = modifiers.some(({ key }) => key === 'Shift');
      machine.tabs.opensInBackground = (button === 'middle' || isCommand) && !isShift;
      await tab.keyboard.holding(modifiers, signal, () => tab.pointer.click(button, at, count, signal));
    });
  }
}

/** Where a target is now. @throws ToolError for one that is nowhere on the screen */
async function pointOf(tab: Tab, target: BetaBrowserClickTarget, signal: AbortSignal): Promise<Point> {
  if (target?.type === 'ref') return pointOfElement(tab, textOf(target.ref, 'target.ref'), signal);
  return coordinateOf(target, 'target');
}

function coordinateOf(target: BetaBrowserCoordinateTarget, field: string): Point {
  if (target?.type !== 'coordinate') throw refuse(`${field}: expected a coordinate target.`);
  return onScreen(target, field);
}

function refOf(target: BetaBrowserRefTarget): string {
  if (target?.type !== 'ref') throw refuse('target: expected an element reference from read_page or find.');
  return textOf(target.ref, 'target.ref');
}

/** The end of a list, whole lines of it, within the size of an answer. */
function newest(list: string): string {
  if (list.length <= MAX_LIST) return list;
  const end = list.slice(-MAX_LIST);
  return `(Earlier entries are left out.)\n${end.slice(end.indexOf('\n') + 1)}`;
}

function entryOf(tab: Tab): BetaBrowserStateTabEntry {
  return { tab_id: tab.id, title: tab.title, url: tab.url, active: true };
}
