import fc from 'fast-check';
import { type ActionState, isSettled, type NewItem } from '../../src/protocol/transcript.ts';
import { ACTION, ANSWER, type FakeSource, NOTICE } from './fakes.ts';

/** Something that happens in a session; `pick` chooses the item it happens to. */
export type Step =
  | { readonly do: 'append'; readonly item: NewItem }
  | { readonly do: 'change'; readonly pick: number; readonly text: string; readonly settle: boolean };

const THINKING: NewItem = { kind: 'thinking', text: 'Hm', state: 'streaming', durationMs: 0 };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(ANSWER, THINKING, ACTION, NOTICE)
      .map((item) => ({ do: 'append' as const, item })),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      pick: fc.nat(3),
      text: fc.string({ unit: 'binary', maxLength: 12 }),
      settle: fc.boolean(),
    }),
  },
);

export const steps: fc.Arbitrary<Step[]> = fc.array(step, { maxLength: 120 });

/** Lets it happen. A change goes to one of the latest items, and is whatever that item's kind allows. */
export function runStep(source: FakeSource, step: Step): void {
  if (step.do === 'append') {
    source.append(step.item);
    return;
  }
  const place = source.count - 1 - step.pick;
  const item = source.items[place];
  switch (item?.kind) {
    case 'answer':
    case 'thinking':
      if (step.settle)
        source.update(place, { kind: 'text', state: 'complete', durationMs: step.text.length });
      else source.extend(place, step.text);
      break;
    case 'action':
      if (step.settle) source.update(place, { kind: 'action', state: endOf(step.text) });
      else if (isSettled(item)) break;
      else if (step.text.length % 3 === 0) {
        const latest = { text: step.text, leftOut: 0, file: null };
        source.update(place, { kind: 'action', state: { status: 'running', latest } });
      } else source.extend(place, step.text);
      break;
    case 'notice':
      source.update(place, { kind: 'notice', text: step.text, until: null, actions: [] });
      break;
    default:
      break;
  }
}

function endOf(text: string): ActionState {
  if (text.length % 3 === 0) return { status: 'interrupted', durationMs: 3 };
  return text.length % 2 === 0
    ? { status: 'done', durationMs: 1, result: text }
    : { status: 'failed', durationMs: 2, error: text };
}

/** Text that flows: pieces of one answer with nothing in between. */
export const pieces: fc.Arbitrary<string[]> = fc.array(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  { minLength: 2, maxLength: 5 },
);

/** Adds to the latest answer; there is one after this in any case. */
export function growAnswer(source: FakeSource, text: string): void {
  const at = source.items.findLastIndex(({ kind }) => kind === 'answer');
  source.extend(at < 0 ? source.append(ANSWER) : at, text);
}
