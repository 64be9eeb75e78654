import { expect, it } from 'vitest';
import { shortcut } from '../../webview/shortcut.ts';

it.each([
  ['Ctrl+F', '⌘F'],
  ['Alt+↑', '⌥↑'],
  ['Shift+Enter', '⇧↩'],
  ['Control+Alt+Enter', '⌃⌥↩'],
  ['Escape', 'Escape'],
])('writes %s as %s on macOS only', (keys, onMac) => {
  expect(shortcut(keys, true)).toBe(onMac);
  expect(shortcut(keys, false)).toBe(keys.replace('Control', 'Ctrl'));
});
