/** How commands and failed calls have ended of late. */
import { BASH_TOOL_NAME } from '../../tools/bash/toolName.ts';
import { EDITOR_TOOL_NAME } from '../../tools/editor/toolName.ts';
import { Recent } from './recent.ts';
import { digestOf, type Step, wordsOf } from './step.ts';

/** Outcomes that are remembered. */
const REMEMBERED = 64;

/** The same failure so often is a sign that nothing moves on; the same success needs more. */
const FAILURES = 3;
const SUCCESSES = 5;

/** A failure that says so little may be one of many different ones, in characters. */
const SAYS_LITTLE = 40;

/** A command that waits by itself, or looks until something is there. Bounded: each place may be a beginning. */
const WAITING = /\b(sleep|wait|watch|until|while|timeout)\b|\btail\s+(-\S{1,20}\s+){0,8}-[a-z]{0,20}f/i;

/** What `bash` says of a command that did not succeed. */
const EXIT_STATUS = /\[Exit status \d+\]\s*$/;

/** What a success says that says nothing: what it did may be seen elsewhere, or later. */
const SILENT: ReadonlySet<string> = new Set(['', '[No output]', 'undefined', 'null']);

export class Outcomes {
  readonly #known = new Recent<true>(REMEMBERED);
  readonly #times = new Recent<number>(REMEMBERED);

  /** Whether something has not ended like that before; from now on it has. */
  isNew(step: Step): boolean {
    const key = keyOf(step);
    const isNew = !this.#known.get(key);
    this.#known.set(key, true);
    return isNew;
  }

  /**
   * How often it has ended like that with nothing new in between; 0 as long as that is no sign of anything.
   * @param hasWaited - whether the model has waited since it did something last
   */
  count(step: Step, hasWaited: boolean): number {
    // Asking again after a while is waiting; what an editor says does not change with time.
    if (hasWaited && step.member !== EDITOR_TOOL_NAME) return 0;
    if (step.member === BASH_TOOL_NAME && WAITING.test(commandOf(step))) return 0;
    if (!isFailure(step) && SILENT.has(step.text.trim())) return 0;
    const key = keyOf(step);
    const times = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, times);
    return times >= (isFailure(step) ? FAILURES : SUCCESSES) ? times : 0;
  }

  /** Something new came: what has ended like that before may end in another way now. */
  movedOn(): void {
    this.#times.clear();
  }
}

const isFailure = ({ isFailed, text }: Step): boolean => isFailed || EXIT_STATUS.test(text);

/** Numbers are left out of failures: line numbers, times and addresses differ from one to the next. */
function keyOf(step: Step): string {
  const input = JSON.stringify(step.input)?.replace(/\s+/g, ' ') ?? '';
  if (!isFailure(step)) return digestOf(step.member, input, step.text);
  const said = wordsOf(step.text);
  return said.length < SAYS_LITTLE ? digestOf(step.member, said, input) : digestOf(step.member, said);
}

function commandOf({ input }: Step): string {
  const { command } = (input ?? {}) as { readonly command?: unknown };
  return typeof command === 'string' ? command : '';
}
