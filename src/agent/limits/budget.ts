import type { BetaUsage } from '@anthropic-ai/sdk/resources/beta';
import { contextTokens } from '../compaction.ts';
import { limitNotice, type NewNotice } from '../notices.ts';
import type { RunMonitor } from '../runMonitor.ts';
import { costOf, countsOf } from './prices.ts';
import { type Amounts, limitPassed, type RunLimits } from './runLimits.ts';

export interface BudgetOptions {
  readonly limits: RunLimits;
  /** The model's id. */
  readonly model: string;
  /** Tokens of the conversation so far, 0 while that is not known. */
  readonly contextTokens: number;
  /** In ms, from any point on. */
  readonly now: () => number;
}

/**
 * Ends a run before the step that would pass one of its limits. What that step takes is not known, so it is expected to
 * be like those before it: the context again, with an answer and a time as they were on average or last, whichever is more.
 * Time in which the run waits for the user does not count.
 */
export class Budget implements RunMonitor {
  readonly #options: BudgetOptions;
  /** When the time began that is spent, with waits for the user taken out. */
  #began: number;
  /** Calls that wait for the user. */
  #waits = 0;
  #waitBegan = 0;
  #steps = 0;
  #dollars = 0;
  #tokens = 0;
  #outputTokens = 0;
  #lastOutputTokens = 0;
  /** What the next request begins with. */
  #contextTokens: number;
  /** By how much the latest step has made that longer. */
  #growth = 0;
  #isCached = false;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#began = options.now();
    this.#contextTokens = options.contextTokens;
  }

  beforeStep(): NewNotice | undefined {
    const { limits } = this.#options;
    const spent = this.#spent();
    const passed = limitPassed(limits, spent, this.#expected(spent.minutes));
    return passed && limitNotice(passed, limits[passed], spent);
  }

  replied(usage: BetaUsage): void {
    const { model } = this.#options;
    const context = contextTokens(usage);
    this.#steps += 1;
    this.#tokens += context;
    this.#dollars += costOf(model, countsOf(usage));
    this.#outputTokens += usage.output_tokens;
    this.#lastOutputTokens = usage.output_tokens;
    this.#growth = Math.max(0, context - this.#contextTokens);
    this.#contextTokens = context;
    this.#isCached = true;
  }

  summarized(): void {
    this.#contextTokens = this.#lastOutputTokens;
    this.#growth = 0;
    this.#isCached = false;
  }

  waitBegan(): void {
    if (this.#waits === 0) this.#waitBegan = this.#options.now();
    this.#waits += 1;
  }

  waitEnded(): void {
    this.#waits -= 1;
    if (this.#waits === 0) this.#began += this.#options.now() - this.#waitBegan;
  }

  #spent(): Amounts {
    return {
      steps: this.#steps,
      minutes: (this.#options.now() - this.#began) / 60_000,
      tokens: this.#tokens,
      dollars: this.#dollars,
    };
  }

  #expected(minutes: number): Amounts {
    const steps = this.#steps;
    const output = Math.max(this.#lastOutputTokens, steps === 0 ? 0 : this.#outputTokens / steps);
    const context = this.#contextTokens;
    const fresh = this.#isCached ? Math.min(context, this.#growth) : context;
    return {
      steps: 1,
      minutes: steps === 0 ? 0 : minutes / steps,
      tokens: context + output,
      dollars: costOf(this.#options.model, {
        ...{ input: 0, output },
        ...{ cacheWrite: fresh, cacheRead: context - fresh },
      }),
    };
  }
}
