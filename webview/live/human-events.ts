/** The page's own events as inputs for the computer. Pure. */
import type { HumanInput, Modifiers, PointerButton } from '../../src/protocol/humanInput.ts';

const BUTTONS: readonly (PointerButton | undefined)[] = ['left', 'middle', 'right'];

/** What a wheel's line is in px, as browsers have it. */
const LINE_PX = 40;
const MAX_CLICKS = 3;
/** Within what the host accepts. */
const MAX_DELTA = 10_000;
const MAX_KEY_NAME = 40;

export function modifiersOf(event: KeyboardEvent | MouseEvent): Modifiers {
  const { altKey: alt, ctrlKey: control, metaKey: meta, shiftKey: shift } = event;
  return { alt, control, meta, shift };
}

/** The button of a mouse event; undefined for the side ones, which the computer has no use for. */
export function buttonOf(event: MouseEvent): PointerButton | undefined {
  return BUTTONS[event.button];
}

/** 1 for a click, 2 and 3 for what follows it quickly; browsers count on. */
export function clicksOf(event: MouseEvent): number {
  return event.detail <= 0 ? 1 : ((event.detail - 1) % MAX_CLICKS) + 1;
}

/** How far a turn of the wheel scrolls, in px. */
export function wheelDelta(event: WheelEvent, pageHeight: number): { deltaX: number; deltaY: number } {
  const unit = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? pageHeight : 1;
  const limit = (delta: number) => Math.min(Math.max(delta * unit, -MAX_DELTA), MAX_DELTA);
  return { deltaX: limit(event.deltaX), deltaY: limit(event.deltaY) };
}

/** What hands the computer back, as `shortcut` takes it. */
export const HAND_BACK_KEYS = 'Control+Alt+Enter';

/** What a key event is to the computer. `compose`: an input method works on it, its text comes as text. */
export type KeyMeaning = 'hand-back' | 'paste' | 'compose' | 'key';

/** Ctrl+Alt+Enter hands back: every other key may be wanted by a page. */
export function meaningOf(event: KeyboardEvent): KeyMeaning {
  const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
  if (key === 'Enter' && ctrlKey && altKey && !metaKey && !shiftKey) return 'hand-back';
  if (event.isComposing || ['Process', 'Dead', 'Unidentified', ''].includes(key) || key.length > MAX_KEY_NAME)
    return 'compose';
  const isPaste =
    ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'v') ||
    (shiftKey && !ctrlKey && key === 'Insert');
  return isPaste ? 'paste' : 'key';
}

/** @param event - one that means a key */
export function keyInput(event: KeyboardEvent): HumanInput {
  const { key, code, keyCode, repeat } = event;
  const common = { key, code, keyCode, modifiers: modifiersOf(event) };
  return event.type === 'keydown'
    ? { type: 'key-down', isRepeat: repeat, ...common }
    : { type: 'key-up', ...common };
}
