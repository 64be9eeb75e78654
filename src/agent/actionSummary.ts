/** Says in words what a call of a computer's or browser's member does. Inputs come from the model: never trusted. */
import type { Point } from '../protocol/transcript.ts';
import { visibleLine, visibleName } from '../protocol/visibleText.ts';

/** Longest quote of typed text, an address or a query in a summary, in UTF-16 units. */
const MAX_QUOTE = 80;

/** Longest summary: a path is told whole. */
const MAX_SUMMARY = 1_000;

/** One plain line such as `Click at (412, 300)`. A member it does not know is named as it is. */
export function summarizeAction(member: string, input: unknown): string {
  const fields = record(input);
  const describe = Object.hasOwn(SUMMARIES, member) ? SUMMARIES[member] : undefined;
  return visibleLine(describe ? describe(fields) : member.replaceAll('_', ' '), MAX_SUMMARY);
}

/** Where the call acts, in screenshot pixels: none, one point, or the two ends of a drag. */
export function actionPoints(input: unknown): readonly Point[] {
  const fields = record(input);
  const ends = [point(fields.from ?? fields.start_coordinate), point(fields.target ?? fields.coordinate)];
  return ends.filter((end) => end !== undefined);
}

type Fields = Readonly<Record<string, unknown>>;

const SUMMARIES: Readonly<Record<string, (input: Fields) => string>> = {
  navigate: (input) => navigation(text(input.url)),
  screenshot: () => 'Take a screenshot',
  zoom: () => 'Zoom in',
  left_click: (input) => withModifiers('Click', input),
  right_click: (input) => withModifiers('Right-click', input),
  middle_click: (input) => withModifiers('Middle-click', input),
  double_click: (input) => withModifiers('Double-click', input),
  triple_click: (input) => withModifiers('Triple-click', input),
  hover: (input) => `Hover${place(input)}`,
  mouse_move: (input) => `Move the pointer${place(input, 'to')}`,
  left_mouse_down: (input) => `Press the mouse button${place(input)}`,
  left_mouse_up: (input) => `Release the mouse button${place(input)}`,
  left_click_drag: (input) => {
    const [from, to] = actionPoints(input);
    return from && to ? `Drag from (${from.x}, ${from.y}) to (${to.x}, ${to.y})` : 'Drag';
  },
  scroll: (input) => `Scroll ${text(input.scroll_direction) || 'the page'}${place(input)}`,
  scroll_to: (input) => `Scroll${place(input, 'to')}`,
  type: (input) => `Type ${quote(text(input.text))}`,
  key: (input) => `Press ${quote(text(input.text))}${count(input.repeat)}`,
  hold_key: (input) => `Hold ${quote(text(input.text))} for ${Number(input.duration) || 0} s`,
  wait: (input) => `Wait ${Number(input.duration) || 0} s`,
  new_tab: (input) => (text(input.url) ? `Open ${quote(text(input.url))} in a new tab` : 'Open a new tab'),
  list_tabs: () => 'List the tabs',
  switch_tab: (input) => `Switch to tab ${quote(text(input.tab_id))}`,
  close_tab: (input) => `Close tab ${quote(text(input.tab_id))}`,
  find: (input) => `Find ${quote(text(input.query))}`,
  read_page: () => 'Read the page',
  get_page_text: () => "Read the page's text",
  form_input: (input) => `Set a form field to ${quote(text(input.value))}`,
  file_upload: () => 'Choose files to upload',
  read_console: () => 'Read the console',
  read_network: () => 'Read the network log',
  javascript_exec: () => 'Run JavaScript in the page',
  bash: (input) => (input.restart === true ? 'Restart the shell' : `Run ${quote(text(input.command))}`),
  str_replace_based_edit_tool: (input) => edit(text(input.command), visibleName(text(input.path))),
  cursor_position: () => 'Ask where the pointer is',
};

function edit(command: string, path: string): string {
  switch (command) {
    case 'view':
      return `View ${quote(path)}`;
    case 'create':
      return `Create the file ${quote(path)}`;
    default:
      return `Edit the file ${quote(path)}`;
  }
}

function navigation(url: string): string {
  switch (url.trim().toLowerCase()) {
    case 'back':
      return 'Go back';
    case 'forward':
      return 'Go forward';
    case 'reload':
      return 'Reload the page';
    default:
      return `Go to ${shorten(url)}`;
  }
}

function withModifiers(verb: string, input: Fields): string {
  const modifiers = text(input.modifiers);
  return `${modifiers ? `${shorten(modifiers)}+` : ''}${verb}${place(input)}`;
}

function place(input: Fields, preposition = 'at'): string {
  const at = point(input.target ?? input.coordinate);
  if (at) return ` ${preposition} (${at.x}, ${at.y})`;
  const reference = text(record(input.target).ref);
  return reference ? ` ${preposition === 'to' ? 'to' : 'on'} element ${shorten(reference)}` : '';
}

function count(repeat: unknown): string {
  return typeof repeat === 'number' && repeat > 1 ? ` ${repeat} times` : '';
}

function point(value: unknown): Point | undefined {
  const [x, y] = Array.isArray(value) ? value : [record(value).x, record(value).y];
  return Number.isFinite(x) && Number.isFinite(y) ? { x: Number(x), y: Number(y) } : undefined;
}

function quote(value: string): string {
  return `“${shorten(value)}”`;
}

function shorten(value: string): string {
  const line = value.replace(/\s+/g, ' ');
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE)}…` : line;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
