/** Names of keys as the model writes them: xdotool's, macOS's, Windows' and what people say. */
import { cut } from './cut.ts';
import { refuse } from './inputs.ts';

/** Of the model's own words in an answer. */
export const MAX_SHOWN = 40;

/** Longest sequence of chords in one call. */
const MAX_SEQUENCE = 200;

/** Other names of the same keys: xdotool's, macOS's, Windows' and what people say. Without case, `_` and `-`. */
export const KEY_ALIASES: Readonly<Record<string, string>> = {
  ctrl: 'control',
  ctl: 'control',
  controll: 'control',
  controlleft: 'control',
  controlr: 'controlright',
  shiftl: 'shift',
  shiftleft: 'shift',
  shiftr: 'shiftright',
  altl: 'alt',
  altleft: 'alt',
  altr: 'altright',
  altgr: 'altright',
  commandorcontrol: 'control',
  cmdorctrl: 'control',
  controlormeta: 'control',
  ctrlcmd: 'control',
  mod: 'control',
  primary: 'control',
  option: 'alt',
  opt: 'alt',
  cmd: 'meta',
  command: 'meta',
  super: 'meta',
  superl: 'meta',
  superr: 'metaright',
  metal: 'meta',
  metaleft: 'meta',
  metar: 'metaright',
  win: 'meta',
  windows: 'meta',
  os: 'meta',
  return: 'enter',
  linefeed: 'enter',
  numpadenter: 'kpenter',
  spacebar: 'space',
  del: 'delete',
  kpdelete: 'delete',
  kpinsert: 'insert',
  kphome: 'home',
  kpend: 'end',
  kpleft: 'arrowleft',
  kpright: 'arrowright',
  kpup: 'arrowup',
  kpdown: 'arrowdown',
  kpprior: 'pageup',
  kppageup: 'pageup',
  kpnext: 'pagedown',
  kppagedown: 'pagedown',
  isolefttab: 'tab',
  forwarddelete: 'delete',
  capslk: 'capslock',
  caps: 'capslock',
  ins: 'insert',
  esc: 'escape',
  left: 'arrowleft',
  up: 'arrowup',
  right: 'arrowright',
  down: 'arrowdown',
  prior: 'pageup',
  pgup: 'pageup',
  next: 'pagedown',
  pgdn: 'pagedown',
  pgdown: 'pagedown',
  menu: 'contextmenu',
  apps: 'contextmenu',
  print: 'printscreen',
  sysrq: 'printscreen',
  break: 'pause',
};

/** Names of characters, for where the character itself would be a separator or hard to write. */
const CHARACTER_NAMES: Readonly<Record<string, string>> = {
  plus: '+',
  minus: '-',
  hyphen: '-',
  dash: '-',
  equal: '=',
  equals: '=',
  underscore: '_',
  comma: ',',
  period: '.',
  dot: '.',
  slash: '/',
  backslash: '\\',
  semicolon: ';',
  colon: ':',
  apostrophe: "'",
  quote: "'",
  quotedbl: '"',
  grave: '`',
  backquote: '`',
  backtick: '`',
  tilde: '~',
  asciitilde: '~',
  bracketleft: '[',
  bracketright: ']',
  braceleft: '{',
  braceright: '}',
  parenleft: '(',
  parenright: ')',
  less: '<',
  greater: '>',
  bar: '|',
  asterisk: '*',
  exclam: '!',
  at: '@',
  numbersign: '#',
  dollar: '$',
  percent: '%',
  asciicircum: '^',
  ampersand: '&',
  question: '?',
};

/**
 * The chords of a sequence: `ctrl+a`, `Backspace Backspace Delete`, `+`, a space.
 * @throws ToolError
 */
export function keySequence(text: string): string[] {
  if (/^ +$/.test(text)) return ['space'];
  const tokens = text.trim().split(/\s+/);
  if (tokens[0] === '') throw refuse('text: expected a key, such as "Return" or "ctrl+a".');
  if (tokens.length > MAX_SEQUENCE) throw refuse(`text: at most ${MAX_SEQUENCE} keys in one sequence.`);
  return tokens;
}

/** Splits at `+`, where a `+` at the end is the key itself: `ctrl++`. */
export function chordNames(token: string): string[] {
  if (token === '+') return ['+'];
  if (token.endsWith('++')) return [...token.slice(0, -2).split('+'), '+'];
  return token.split('+');
}

/** A name without what writers of it differ in. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

/** The character that `name` is, or names: `a`, `é`, `plus`, `U20AC`. */
export function characterNamed(name: string): string | undefined {
  const [first, ...rest] = name;
  if (first !== undefined && rest.length === 0) return first;
  const plain = plainName(name);
  if (Object.hasOwn(CHARACTER_NAMES, plain)) return CHARACTER_NAMES[plain];
  const code = /^u([0-9a-f]{4,6})$/i.exec(name)?.[1];
  if (code === undefined) return undefined;
  const point = Number.parseInt(code, 16);
  const isCharacter = point >= 0x20 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return isCharacter ? String.fromCodePoint(point) : undefined;
}

export function unknownKey(token: string): Error {
  return refuse(`Unknown key: "${cut(token, MAX_SHOWN)}".`);
}
