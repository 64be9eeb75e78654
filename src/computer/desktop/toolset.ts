/** The computer toolset's members: each checks its input, acts on the desktop and waits until the screen has settled. */
import {
  BetaAbstractComputerToolset20260801,
  type BetaComputerCursorPositionResult,
  type BetaComputerToolsetOptions,
  type BetaScreenshotResult,
  type BetaToolsetCallContext,
} from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type {
  BetaComputerCursorPositionInput,
  BetaComputerDoubleClickInput,
  BetaComputerHoldKeyInput,
  BetaComputerKeyInput,
  BetaComputerLeftClickDragInput,
  BetaComputerLeftClickInput,
  BetaComputerLeftMouseDownInput,
  BetaComputerLeftMouseUpInput,
  BetaComputerMiddleClickInput,
  BetaComputerMouseMoveInput,
  BetaComputerRightClickInput,
  BetaComputerScreenshotInput,
  BetaComputerScrollInput,
  BetaComputerTripleClickInput,
  BetaComputerTypeInput,
  BetaComputerWaitInput,
  BetaComputerZoomInput,
} from '@anthropic-ai/sdk/resources/beta';
import { delay } from '../../base/delay.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { signatureOf } from '../../base/screenSignature.ts';
import { screenSink } from '../../base/seenScreen.ts';
import { oneOf, refuse, seconds, textOf, wholeNumber } from '../inputs.ts';
import { noteProgress } from '../progress.ts';
import { type SecretFill, secretFill } from '../secretFill.ts';
import { type Desktop, withinBounds } from './desktop.ts';
import type { Desktops } from './desktops.ts';
import { parseHeldKeys, parseKeys } from './keyNames.ts';
import { MemberCalls } from './memberCalls.ts';
import type { Button } from './pointer.ts';
import { captureScreenshot, captureZoom, type ScreenImage } from './screenImage.ts';

type Context = BetaToolsetCallContext;

/** Of an action: nothing, or a line for the model. */
type Acted = Promise<string | undefined>;

/** Of `wait` and `hold_key`, as the API documents them. */
const MAX_DURATION_S = 300;
const MAX_KEY_REPEATS = 100;
const MAX_NOTCHES = 100;
const MAX_TEXT_LENGTH = 100_000;

/** Chords between two round trips: a server that is busy is not sent more than this ahead. */
const CHORDS_AT_ONCE = 16;

/** What the caller decides: which members are on, and what is asked first. */
export interface ComputerToolsetOptions extends Pick<BetaComputerToolsetOptions, 'configs' | 'confirm'> {
  /** What secrets for this desktop are bound to: where it comes from, or its address. */
  readonly name?: string;
}

export class ComputerToolset extends BetaAbstractComputerToolset20260801 {
  readonly #desktops: Desktops;
  readonly #calls: MemberCalls;
  readonly #name: string;

  /** Without `confirm` no call is asked about: the keys go to a desktop that the user gave to Claude. */
  constructor(desktops: Desktops, { configs, confirm = () => true, name = '' }: ComputerToolsetOptions = {}) {
    super({ configs, confirm });
    this.#desktops = desktops;
    this.#name = name;
    this.#calls = new MemberCalls(desktops);
  }

  /** Ends calls under way, then the desktop. */
  override async close(): Promise<void> {
    this.#calls.close();
    await super.close();
    await this.#desktops.close();
  }

  protected override screenshot(
    ctx: Context,
    _input: BetaComputerScreenshotInput,
  ): Promise<BetaScreenshotResult> {
    return this.#calls.look(ctx, async (desktop, signal) => {
      await desktop.roundTrip(signal);
      const { connection, covers, cursor, coordinates } = desktop;
      desktop.noteShown();
      const { width, height, data } = connection.pixels;
      screenSink()?.(signatureOf(width, height, data));
      return resultOf(await captureScreenshot(covers.applied(connection.pixels), cursor, coordinates));
    });
  }

  protected override zoom(ctx: Context, input: BetaComputerZoomInput): Promise<BetaScreenshotResult> {
    return this.#calls.run(ctx, async (desktop, signal) => {
      const { region } = input;
      if (!Array.isArray(region) || region.length !== 4 || region.some((edge) => typeof edge !== 'number'))
        throw refuse('region: expected [x0, y0, x1, y1] in px of the screenshot.');
      await desktop.roundTrip(signal);
      desktop.checkShown();
      const { connection, covers, cursor, coordinates } = desktop;
      const area = withinBounds('region', () => coordinates.regionToScreen(region));
      return resultOf(await captureZoom(covers.applied(connection.pixels), cursor, area, coordinates.image));
    });
  }

  protected override left_click(ctx: Context, input: BetaComputerLeftClickInput): Acted {
    return this.#click(ctx, input, 'left', 1);
  }

  protected override right_click(ctx: Context, input: BetaComputerRightClickInput): Acted {
    return this.#click(ctx, input, 'right', 1);
  }

  protected override middle_click(ctx: Context, input: BetaComputerMiddleClickInput): Acted {
    return this.#click(ctx, input, 'middle', 1);
  }

  protected override double_click(ctx: Context, input: BetaComputerDoubleClickInput): Acted {
    return this.#click(ctx, input, 'left', 2);
  }

  protected override triple_click(ctx: Context, input: BetaComputerTripleClickInput): Acted {
    return this.#click(ctx, input, 'left', 3);
  }

  protected override left_click_drag(ctx: Context, input: BetaComputerLeftClickDragInput): Acted {
    return this.#calls.act(ctx, async (desktop, signal) => {
      const keys = parseHeldKeys(input.text);
      const from = desktop.toScreen(input.start_coordinate, 'start_coordinate');
      const to = desktop.toScreen(input.coordinate, 'coordinate');
      await desktop.keyboard.holding(keys, signal, () => desktop.pointer.drag(from, to, signal));
    });
  }

  protected override mouse_move(ctx: Context, input: BetaComputerMouseMoveInput): Acted {
    return this.#calls.act(ctx, async (desktop) => {
      desktop.pointer.move(desktop.toScreen(input.coordinate, 'coordinate'));
    });
  }

  protected override left_mouse_down(ctx: Context, _input: BetaComputerLeftMouseDownInput): Acted {
    return this.#calls.act(ctx, async (desktop) => {
      desktop.whereabouts();
      desktop.pointer.down('left');
    });
  }

  protected override left_mouse_up(ctx: Context, _input: BetaComputerLeftMouseUpInput): Acted {
    return this.#calls.act(ctx, async ({ pointer }) => pointer.up('left'));
  }

  protected override cursor_position(
    ctx: Context,
    _input: BetaComputerCursorPositionInput,
  ): Promise<BetaComputerCursorPositionResult> {
    return this.#calls.run(ctx, async (desktop) => desktop.coordinates.toImage(desktop.whereabouts()));
  }

  protected override scroll(ctx: Context, input: BetaComputerScrollInput): Acted {
    return this.#calls.act(ctx, async (desktop, signal) => {
      const direction = oneOf(input.scroll_direction, ['up', 'down', 'left', 'right'], 'scroll_direction');
      const notches = wholeNumber(input.scroll_amount, MAX_NOTCHES, 'scroll_amount');
      await pointing(desktop, input, signal, () => desktop.pointer.scroll(direction, notches, signal));
    });
  }

  protected override type_(ctx: Context, input: BetaComputerTypeInput): Acted {
    const fill = secretFill();
    if (fill) return this.#typeSecret(ctx, fill);
    return this.#calls.act(ctx, ({ typist }, signal) =>
      typist.type(textOf(input.text, 'text', MAX_TEXT_LENGTH), signal),
    );
  }

  protected override key(ctx: Context, input: BetaComputerKeyInput): Acted {
    return this.#calls.act(ctx, async (desktop, signal) => {
      const chords = parseKeys(textOf(input.text, 'text'));
      const repeats = wholeNumber(input.repeat ?? 1, MAX_KEY_REPEATS, 'repeat');
      for (const chord of chords) desktop.typist.noteKeys(chord);
      let sent = 0;
      for (let count = 0; count < repeats; count++) {
        for (const chord of chords) {
          desktop.keyboard.press(chord);
          sent += 1;
          noteProgress({ unit: 'key-presses', done: sent, of: repeats * chords.length });
          if (sent % CHORDS_AT_ONCE === 0) await desktop.roundTrip(signal);
        }
      }
    });
  }

  protected override hold_key(ctx: Context, input: BetaComputerHoldKeyInput): Acted {
    return this.#calls.act(ctx, async ({ keyboard, typist }, signal) => {
      const [chord, ...others] = parseKeys(textOf(input.text, 'text'));
      if (chord === undefined || others.length > 0) throw refuse('text: expected one key or chord to hold.');
      typist.noteKeys(chord);
      await keyboard.hold(chord, seconds(input.duration, MAX_DURATION_S) * 1000, signal);
    });
  }

  protected override wait(ctx: Context, input: BetaComputerWaitInput): Acted {
    return this.#calls.run(ctx, async (_desktop, signal) => {
      await delay(seconds(input.duration, MAX_DURATION_S) * 1000, signal);
      return undefined;
    });
  }

  /** By keys only: from the clipboard every program could have it. */
  async #typeSecret(ctx: Context, fill: SecretFill): Promise<string | undefined> {
    let covering: Disposable | undefined;
    try {
      return await this.#calls.act(ctx, async (desktop, signal) => {
        await fill.approve({ kind: 'desktop', desktop: this.#name }, signal);
        await desktop.roundTrip(signal);
        covering = desktop.covers.watch(desktop.connection);
        return desktop.typist.type(fill.value, signal, 'keys');
      });
    } finally {
      covering?.dispose();
    }
  }

  #click(ctx: Context, input: BetaComputerLeftClickInput, button: Button, count: number): Acted {
    return this.#calls.act(ctx, (desktop, signal) =>
      pointing(desktop, input, signal, () => desktop.pointer.click(button, count, signal)),
    );
  }
}

/** Moves the pointer to the input's place, where it has one, and holds its keys during `action`. @throws ToolError */
async function pointing(
  desktop: Desktop,
  input: { readonly coordinate?: unknown; readonly text?: string | null },
  signal: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  const { coordinate } = input;
  const keys = parseHeldKeys(input.text);
  const at = coordinate == null ? desktop.whereabouts() : desktop.toScreen(coordinate, 'coordinate');
  desktop.pointer.move(at);
  await desktop.keyboard.holding(keys, signal, action);
}

function resultOf({ data, mediaType }: ScreenImage): BetaScreenshotResult {
  return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'), mediaType };
}
