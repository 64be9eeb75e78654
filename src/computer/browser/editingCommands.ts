/**
 * What shortcuts do to text. On macOS menus and the system do it, which a headless browser does not have, and the model
 * does not know which system it is on: so both ways of writing them are sent as commands to the editor
 * (`Input.dispatchKeyEvent`, `commands`) beside the key.
 */
import { type Key, MODIFIER_BITS } from './keys.ts';

const { Alt = 0, Control = 0, Meta = 0, Shift = 0 } = MODIFIER_BITS;

const CONTROL_OR_META: Readonly<Record<string, string>> = {
  KeyA: 'selectAll',
  KeyC: 'copy',
  KeyX: 'cut',
  KeyV: 'paste',
  KeyZ: 'undo',
  KeyY: 'redo',
};

/** macOS's Command. */
const META: Readonly<Record<string, string>> = {
  ArrowLeft: 'moveToBeginningOfLine',
  ArrowRight: 'moveToEndOfLine',
  ArrowUp: 'moveToBeginningOfDocument',
  ArrowDown: 'moveToEndOfDocument',
  Backspace: 'deleteToBeginningOfLine',
  Delete: 'deleteToEndOfLine',
};

/** By words: Option on macOS, Ctrl elsewhere. */
const BY_WORDS: Readonly<Record<string, string>> = {
  ArrowLeft: 'moveWordLeft',
  ArrowRight: 'moveWordRight',
  Backspace: 'deleteWordBackward',
  Delete: 'deleteWordForward',
};

/**
 * The editor's command for a key with these modifiers, if there is one.
 * @param modifiers - CDP's bits
 */
export function editingCommand(key: Pick<Key, 'code'>, modifiers: number): string | undefined {
  const isShift = (modifiers & Shift) !== 0;
  const others = modifiers & ~Shift;
  const moves = others === Meta ? META : others === Alt || others === Control ? BY_WORDS : {};
  const command = moves[key.code];
  if (command !== undefined) {
    if (!isShift) return command;
    return command.startsWith('move') ? `${command}AndModifySelection` : undefined;
  }
  if (others !== Control && others !== Meta) return undefined;
  if (isShift) return key.code === 'KeyZ' ? 'redo' : undefined;
  return CONTROL_OR_META[key.code];
}
