import * as vscode from 'vscode';
import { DEFAULT_LIMITS, type Limits } from '../computer/desktop/limits.ts';
import { SECTION } from './settings.ts';

/** In ms, as declared in package.json: a wait that is longer than a minute helps nobody. */
const RANGES = { quietMs: [1, 10_000], settleMs: [50, 60_000] } as const;

/** How long Claude waits for a desktop's screen to rest. What is no such time counts as the default. */
export function readDesktopLimits(): Pick<Limits, 'quietMs' | 'settleMs'> {
  const section = vscode.workspace.getConfiguration(`${SECTION}.desktop`);
  const ms = (key: keyof typeof RANGES) => {
    const value = section.get<unknown>(key);
    const [least, most] = RANGES[key];
    return typeof value === 'number' && value >= least && value <= most ? value : DEFAULT_LIMITS[key];
  };
  return { quietMs: ms('quietMs'), settleMs: ms('settleMs') };
}
