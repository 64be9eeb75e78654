/** What a call is for, so that calls for the same thing are known as such. Inputs come from the model: never trusted. */
import type { Point } from '../../protocol/transcript.ts';
import { BASH_TOOL_NAME } from '../../tools/bash/toolName.ts';
import { EDITOR_TOOL_NAME } from '../../tools/editor/toolName.ts';
import { actionPoints } from '../actionSummary.ts';
import { digestOf, type Step } from './step.ts';

/**
 * - `look`: shows the whole screen, or all of a page's text
 * - `peek`: shows a part, and is never what does not work
 * - `wait`, `scroll`: may change nothing to see, in all honesty
 * - `command`: its output is what it does
 * - `act`: is meant to change something
 */
export type Sort = 'look' | 'peek' | 'wait' | 'scroll' | 'command' | 'act';

const SORTS: Readonly<Record<string, Sort>> = {
  screenshot: 'look',
  read_page: 'look',
  get_page_text: 'look',
  zoom: 'peek',
  find: 'peek',
  list_tabs: 'peek',
  cursor_position: 'peek',
  read_console: 'peek',
  read_network: 'peek',
  wait: 'wait',
  scroll: 'scroll',
  scroll_to: 'scroll',
  [BASH_TOOL_NAME]: 'command',
  [EDITOR_TOOL_NAME]: 'command',
  javascript_exec: 'command',
};

/** Keys that scroll, alone or several times. */
const SCROLLING = /^(page_?(up|down)|next|prior|up|down|arrow_?(up|down))$/i;

/** Keys that often show nothing: what they move to has no mark, or a page takes them for scrolling. */
const SHY = /^((shift\+)?tab|(arrow_?)?(left|right)|home|end|space)$/i;

const RELOAD = /^(f5|(ctrl|control|cmd|meta|super)\+(shift\+)?r)$/i;

export interface Intent {
  /** All that has to be equal. */
  readonly key: string;
  /** In px of the screenshot; about the same is enough. */
  readonly points: readonly Point[];
  readonly isScroll: boolean;
  /** Whether seeing nothing new of it is common. */
  readonly isShy: boolean;
  /** Loads the page again, which is a way to wait. */
  readonly isReload: boolean;
  /** What it was, for the user. */
  readonly step: Pick<Step, 'member' | 'input'>;
}

/** Fields that do not make it another intent: how often, how long, how far. */
const DEGREES: ReadonlySet<string> = new Set(['repeat', 'duration', 'scroll_amount', 'tab_id']);
const PLACES: ReadonlySet<string> = new Set(['target', 'coordinate', 'from', 'start_coordinate']);

export function sortOf({ member, input }: Pick<Step, 'member' | 'input'>): Sort {
  if (isKey(member) && keysOf(input).length > 0 && keysOf(input).every((key) => SCROLLING.test(key)))
    return 'scroll';
  return (Object.hasOwn(SORTS, member) ? SORTS[member] : undefined) ?? 'act';
}

export function intentOf({ member, input }: Step): Intent {
  const points = actionPoints(input);
  const said = Object.entries(record(input)).filter(
    ([field]) =>
      !(points.length > 0 && PLACES.has(field)) && (!DEGREES.has(field) || member === 'switch_tab'),
  );
  const keys = isKey(member) ? keysOf(input) : [];
  const isAgain = member === 'navigate' || keys.some((key) => RELOAD.test(key));
  return {
    key: digestOf(member, JSON.stringify(said)),
    points,
    isScroll: sortOf({ member, input }) === 'scroll',
    isShy: member === 'switch_tab' || (keys.length > 0 && keys.every((key) => SHY.test(key))),
    isReload: isAgain,
    step: { member, input },
  };
}

/** Of clicks at the same thing, px. Only those count that change nothing, so it may be generous. */
const SAME_PLACE = 40;

export function isSameIntent(one: Intent, other: Intent): boolean {
  return (
    one.key === other.key &&
    one.points.length === other.points.length &&
    one.points.every(({ x, y }, index) => {
      const at = other.points[index];
      return at !== undefined && Math.hypot(x - at.x, y - at.y) <= SAME_PLACE;
    })
  );
}

const isKey = (member: string): boolean => member === 'key' || member === 'hold_key';

function keysOf(input: unknown): readonly string[] {
  const { text } = record(input);
  return typeof text === 'string' ? text.trim().split(/\s+/) : [];
}

function record(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
}
