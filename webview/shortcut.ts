/**
 * How macOS writes its modifier keys. Its command key does what the control key does elsewhere (`Ctrl`);
 * `Control` is the control key there too.
 */
const MAC_KEYS: Readonly<Record<string, string>> = {
  Ctrl: '⌘',
  Control: '⌃',
  Alt: '⌥',
  Shift: '⇧',
  Enter: '↩',
};

/** Keys as the user's system writes them: `Ctrl+F`, but `⌘F` on macOS. @param keys - joined by `+` */
export function shortcut(keys: string, isMac = navigator.platform.startsWith('Mac')): string {
  if (!isMac) return keys.replace('Control', 'Ctrl');
  return keys
    .split('+')
    .map((key) => MAC_KEYS[key] ?? key)
    .join('');
}
