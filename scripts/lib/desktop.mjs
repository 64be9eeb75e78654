// @ts-check
/** The X and VNC servers, window manager and small programs that tests and benches of desktops run against (Debian). */
import { UserError } from './run.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

export const DESKTOP_PACKAGES = [
  ...['tigervnc-standalone-server', 'tigervnc-tools', 'x11vnc', 'xvfb', 'openbox', 'bubblewrap', 'dbus'],
  ...[
    'xterm',
    'x11-utils',
    'x11-apps',
    'x11-xserver-utils',
    'xauth',
    'xdotool',
    'xclip',
    'scrot',
    'imagemagick',
  ],
];

/**
 * Installs what is missing where it can. Where it cannot, it says what to run and goes on: the tests of desktops fail then,
 * and say the same.
 * @param {(line: string) => void} log
 */
export async function ensureDesktopPrograms(log) {
  try {
    await ensureSystemPackages(DESKTOP_PACKAGES, 'Testing desktops', log);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log(error.message);
  }
}
