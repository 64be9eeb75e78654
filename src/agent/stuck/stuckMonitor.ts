import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { visibleName } from '../../protocol/visibleText.ts';
import { summarizeAction } from '../actionSummary.ts';
import { type NewNotice, stuckNotice } from '../notices.ts';
import type { CallOutcome } from '../observedToolset.ts';
import type { Remark, RunMonitor } from '../runMonitor.ts';
import type { ImageKeeper } from '../turnRecorder.ts';
import { hintOf } from './hints.ts';
import { stepOf } from './step.ts';
import { type Sign, StuckDetector } from './stuckDetector.ts';

export interface StuckMonitorOptions {
  readonly images: Pick<ImageKeeper, 'refOf'>;
  /** In ms, from any point on. */
  readonly now: () => number;
}

/** Gives hints to a model that does not get any further, and pauses its run when none has helped. */
export class StuckMonitor implements RunMonitor {
  readonly #options: StuckMonitorOptions;
  readonly #detector = new StuckDetector();
  readonly #started = new Map<string, number>();
  #pause: Sign | undefined;

  constructor(options: StuckMonitorOptions) {
    this.#options = options;
  }

  beforeStep(): NewNotice | undefined {
    if (!this.#pause) return undefined;
    const { kind, times, step } = this.#pause;
    return stuckNotice(kind, visibleName(summarizeAction(step.member, step.input)), times);
  }

  replied(): void {
    this.#detector.turnEnded();
    // What was stopped in its turn never ends for a monitor.
    this.#started.clear();
  }

  callStarted({ id }: BetaToolUseBlock): void {
    this.#started.set(id, this.#options.now());
  }

  callEnded(call: BetaToolUseBlock, outcome: CallOutcome): Remark | undefined {
    const now = this.#options.now();
    const step = stepOf(call, outcome, this.#options.images, now - (this.#started.get(call.id) ?? now));
    this.#started.delete(call.id);
    const sign = step && this.#detector.take(step);
    if (!sign) return undefined;
    if (sign.level === 'pause') this.#pause = sign;
    const hint = hintOf(sign.kind, sign.level, sign.times);
    return hint === undefined ? undefined : { hint };
  }
}
