/** How macOS writes its modifier keys. Its command key does what the control key does elsewhere. */
const MAC_KEYS: Readonly<Record<string, string>> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' };

/** Keys as the user's system writes them: `Ctrl+F`, but `⌘F` on macOS. @param keys - joined by `+` */
export function shortcut(keys: string, isMac = navigator.platform.startsWith('Mac')): string {
  if (!isMac) return keys;
  return keys
    .split('+')
    .map((key) => MAC_KEYS[key] ?? key)
    .join('');
}
