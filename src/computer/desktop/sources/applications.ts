/** What a virtual desktop offers: of each kind of application, those that are installed. */
import type { FindProgram } from '../../../base/systemPrograms.ts';

export interface Application {
  /** What the menu calls it. */
  readonly label: string;
  readonly kind: 'terminal' | 'browser' | 'files' | 'editor' | 'tool';
  /** A path and its arguments. */
  readonly command: readonly string[];
}

interface Candidate {
  readonly label: string;
  readonly names: readonly string[];
  readonly args?: readonly string[];
}

/** Fonts and colours that are as easy to read on a screenshot as for people. */
const XTERM = ['-fa', 'Monospace', '-fs', '11', '-bg', 'white', '-fg', 'black', '-sl', '5000'];

/** Nothing that waits for an answer on the first start, and no keyring, which there is none of. */
const CHROMIUM = ['--no-first-run', '--no-default-browser-check', '--password-store=basic', '--disable-sync'];

/** Its own sandbox cannot be built where user namespaces are off; `--test-type` hides the bar that says so. */
const UNSANDBOXED_CHROMIUM = ['--no-sandbox', '--test-type'];

/** Each kind in the order of the menu; in it, only the first candidate that is installed. Tools are all listed. */
const CANDIDATES: Readonly<Record<Application['kind'], readonly Candidate[]>> = {
  terminal: [
    { label: 'Terminal', names: ['xterm'], args: XTERM },
    { label: 'Terminal', names: ['xfce4-terminal', 'lxterminal', 'mate-terminal', 'konsole', 'urxvt', 'st'] },
  ],
  browser: [
    { label: 'Firefox', names: ['firefox-esr', 'firefox'] },
    {
      label: 'Chromium',
      names: [
        'chromium',
        'chromium-browser',
        'google-chrome-stable',
        'google-chrome',
        'microsoft-edge-stable',
      ],
      args: CHROMIUM,
    },
  ],
  files: [{ label: 'Files', names: ['pcmanfm', 'thunar', 'caja', 'nemo', 'nautilus', 'dolphin', 'xfe'] }],
  editor: [
    {
      label: 'Text Editor',
      names: [
        'mousepad',
        'gedit',
        'leafpad',
        'featherpad',
        'pluma',
        'xed',
        'gnome-text-editor',
        'kate',
        'xedit',
      ],
    },
  ],
  tool: [
    { label: 'Calculator', names: ['galculator', 'gnome-calculator', 'mate-calc', 'kcalc', 'xcalc'] },
    { label: 'Documents', names: ['evince', 'atril', 'xpdf', 'okular'] },
    { label: 'Images', names: ['gpicview', 'ristretto', 'eog', 'eom', 'feh'] },
    { label: 'Paint', names: ['mtpaint', 'xpaint', 'kolourpaint', 'gimp'] },
    { label: 'Writer', names: ['lowriter'] },
    { label: 'Spreadsheet', names: ['localc'] },
  ],
};

/**
 * @param canNestSandboxes - whether a browser on the desktop can build its own sandbox
 */
export function installedApplications(find: FindProgram, canNestSandboxes: boolean): readonly Application[] {
  const kinds = Object.keys(CANDIDATES) as Application['kind'][];
  return kinds.flatMap((kind) => {
    const installed = CANDIDATES[kind].flatMap((candidate) => {
      const file = find(...candidate.names);
      if (file === undefined) return [];
      const isUnsandboxed = candidate.args === CHROMIUM && !canNestSandboxes;
      const args = [...(candidate.args ?? []), ...(isUnsandboxed ? UNSANDBOXED_CHROMIUM : [])];
      return [{ label: candidate.label, kind, command: [file, ...args] }];
    });
    return kind === 'terminal' ? installed.slice(0, 1) : installed;
  });
}
