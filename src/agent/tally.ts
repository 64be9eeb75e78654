/** What became of the actions of a run, for the notice that it was stopped. */
import { t } from '../base/l10n.ts';
import type { ActionState } from '../protocol/transcript.ts';

export interface Tally {
  readonly done: number;
  readonly failed: number;
  readonly notBegun: number;
  /** What was cut short, and how far it got where that is known; the latest few. */
  readonly cut: readonly string[];
}

export const NO_ACTIONS: Tally = { done: 0, failed: 0, notBegun: 0, cut: [] };

/** Calls run one at a time, but for a few of different tools. */
const MAX_CUT = 3;

/** Of a longer summary only the beginning is told. In UTF-16 units. */
const MAX_SUMMARY = 80;

export function tallyOf(actions: Iterable<{ readonly summary: string; readonly state: ActionState }>): Tally {
  const count = { queued: 0, running: 0, done: 0, failed: 0, interrupted: 0, skipped: 0 };
  const cut: string[] = [];
  for (const { summary, state } of actions) {
    count[state.status] += 1;
    if (state.status !== 'interrupted') continue;
    const name = summary.length > MAX_SUMMARY ? `${summary.slice(0, MAX_SUMMARY)}…` : summary;
    cut.push(state.progress ? `${name} (${state.progress})` : name);
  }
  return { done: count.done, failed: count.failed, notBegun: count.skipped, cut: cut.slice(-MAX_CUT) };
}

export function together(one: Tally, other: Tally): Tally {
  return {
    done: one.done + other.done,
    failed: one.failed + other.failed,
    notBegun: one.notBegun + other.notBegun,
    cut: [...one.cut, ...other.cut].slice(-MAX_CUT),
  };
}

/** In a sentence; empty where nothing was to be done. */
export function sentenceOf({ done, failed, notBegun, cut }: Tally): string {
  const parts = [
    done > 0 && t('done: {0}', done),
    failed > 0 && t('failed: {0}', failed),
    cut.length > 0 && t('cut short: {0}', cut.join(', ')),
    notBegun > 0 && t('not begun: {0}', notBegun),
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : t('Actions of this run: {0}.', parts.join('; '));
}
