/** What tests of desktops need on the machine. */
import { existsSync } from 'node:fs';
import { DESKTOP_PACKAGES } from '../../../scripts/lib/desktop.mjs';

/** One program of each package that a test would not work without. */
const PROGRAMS = ['Xtigervnc', 'openbox', 'bwrap', 'xterm', 'xdpyinfo', 'xdotool'];

/** @throws Error with the line to run when something is missing */
export function requireDesktopPrograms(): void {
  const missing = PROGRAMS.filter((name) => !existsSync(`/usr/bin/${name}`));
  if (missing.length === 0) return;
  throw new Error(
    `Missing: ${missing.join(', ')}. Run: sudo apt-get install -y ${DESKTOP_PACKAGES.join(' ')}`,
  );
}
