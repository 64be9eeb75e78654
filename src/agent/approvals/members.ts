/** What each call is by its name: the rule that nothing a page says can soften. */

import { typedSecret } from '../secrets/handles.ts';

/**
 * - `look`: it shows the model something, and no more
 * - `harmless`: it does something that nobody has to be asked about
 * - `asks-itself`: it asks in its course, when it knows what exactly it is about to do
 * - `click`, `type`, `fill`, `key`: on a page, whatever is there
 * - `desktop`: with the pointer or the keys of a desktop, where nobody knows what is there
 * - `command`: in a shell that asks nobody
 * - `edit`: of a file, by an editor that asks nobody
 */
export type Nature =
  | 'look'
  | 'harmless'
  | 'asks-itself'
  | 'click'
  | 'type'
  | 'fill'
  | 'key'
  | 'desktop'
  | 'command'
  | 'edit'
  | 'unknown';

const BROWSER: Readonly<Record<string, Nature>> = {
  screenshot: 'look',
  zoom: 'look',
  read_page: 'look',
  find: 'look',
  get_page_text: 'look',
  wait: 'look',
  list_tabs: 'look',
  navigate: 'harmless',
  new_tab: 'harmless',
  switch_tab: 'harmless',
  close_tab: 'harmless',
  scroll: 'harmless',
  scroll_to: 'harmless',
  hover: 'harmless',
  mouse_move: 'harmless',
  // It opens a menu.
  right_click: 'harmless',
  left_click: 'click',
  middle_click: 'click',
  double_click: 'click',
  triple_click: 'click',
  left_click_drag: 'click',
  left_mouse_down: 'click',
  left_mouse_up: 'click',
  type: 'type',
  form_input: 'fill',
  key: 'key',
  hold_key: 'key',
  file_upload: 'asks-itself',
  javascript_exec: 'asks-itself',
  read_console: 'asks-itself',
  read_network: 'asks-itself',
};

const DESKTOP: Readonly<Record<string, Nature>> = {
  screenshot: 'look',
  zoom: 'look',
  wait: 'look',
  cursor_position: 'look',
  mouse_move: 'desktop',
  left_click: 'desktop',
  right_click: 'desktop',
  middle_click: 'desktop',
  double_click: 'desktop',
  triple_click: 'desktop',
  left_click_drag: 'desktop',
  left_mouse_down: 'desktop',
  left_mouse_up: 'desktop',
  scroll: 'desktop',
  type: 'desktop',
  key: 'desktop',
  hold_key: 'desktop',
};

function isHandleTyped(toolset: string, member: string, input: unknown): boolean {
  return typedSecret({ toolset, member, input }) !== undefined;
}

const EDITOR = 'str_replace_based_edit_tool';

/** Which tools ask about each of their calls themselves. */
export interface Asking {
  readonly isShellAsking: boolean;
  readonly isEditorAsking: boolean;
}

export function natureOf(
  toolset: string,
  member: string,
  input: unknown,
  { isShellAsking, isEditorAsking }: Asking,
): Nature {
  // It is filled in, or refused, in its course: not before the user was asked about just that.
  if (isHandleTyped(toolset, member, input)) return 'asks-itself';
  switch (toolset) {
    case 'browser':
      return named(BROWSER, member);
    case 'computer':
      return named(DESKTOP, member);
    case 'bash':
      if (fieldOf(input, 'restart') === true) return 'harmless';
      return isShellAsking ? 'asks-itself' : 'command';
    case EDITOR:
      if (fieldOf(input, 'command') === 'view') return 'look';
      return isEditorAsking ? 'asks-itself' : 'edit';
    default:
      return 'unknown';
  }
}

function named(natures: Readonly<Record<string, Nature>>, member: string): Nature {
  return Object.hasOwn(natures, member) ? (natures[member] ?? 'unknown') : 'unknown';
}

function fieldOf(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null ? Reflect.get(input, name) : undefined;
}
