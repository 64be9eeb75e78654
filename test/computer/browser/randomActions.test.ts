/**
 * Actions at random on pages of the zoo, as a confused model might ask for them. ACTIONS says how many, SEED which; both
 * are printed with a failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BetaBrowserMemberName } from '@anthropic-ai/sdk/resources/beta';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/computer/browser/limits.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { type Harness, startHarness } from './harness.ts';

const ACTIONS = Number(process.env.ACTIONS ?? 1_000);
const SEED = Number(process.env.SEED ?? 20_261_123);
/** No call takes longer, whatever the page does: a navigation with its settling, and what a busy machine adds. */
const CEILING_MS = DEFAULT_LIMITS.navigationMs + DEFAULT_LIMITS.navigationSettleMs + 20_000;

const PAGES = readdirSync(join(import.meta.dirname, '../../support/pages')).filter((name) =>
  name.endsWith('.html'),
);

interface RandomCall {
  readonly member: BetaBrowserMemberName;
  readonly input: Record<string, unknown>;
}

const coordinate = fc.record({
  type: fc.constant('coordinate'),
  // A little beyond the screen as well.
  x: fc.integer({ min: -5, max: 1_300 }),
  y: fc.integer({ min: -5, max: 820 }),
});
const ref = fc.record({
  type: fc.constant('ref'),
  ref: fc.integer({ min: 0, max: 40 }).map((n) => `ref_${n}`),
});
const target = fc.oneof({ weight: 3, arbitrary: coordinate }, { weight: 1, arbitrary: ref });
const keys = fc.constantFrom(
  'Enter',
  'Tab',
  'Escape',
  'ctrl+a',
  'shift+Tab',
  'Down',
  'cmd+c',
  'BackSpace',
  'nonsense',
);
const text = fc.oneof(fc.string({ maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 10 }));

const call = (member: BetaBrowserMemberName, input: fc.Arbitrary<Record<string, unknown>>) =>
  input.map((given): RandomCall => ({ member, input: given }));

const calls = (url: string): fc.Arbitrary<RandomCall> =>
  fc.oneof(
    call(
      'navigate',
      fc.constantFrom(...PAGES, 'missing.html').map((page) => ({ url: url + page })),
    ),
    call(
      'navigate',
      fc.constantFrom('back', 'forward', 'reload').map((where) => ({ url: where })),
    ),
    { weight: 6, arbitrary: call('left_click', fc.record({ target })) },
    call('right_click', fc.record({ target })),
    call('double_click', fc.record({ target })),
    call('hover', fc.record({ target })),
    call('left_click_drag', fc.record({ from: coordinate, target: coordinate })),
    call('left_mouse_down', fc.record({ target: coordinate })),
    call('left_mouse_up', fc.record({ target: coordinate })),
    call(
      'scroll',
      fc.record({ target: coordinate, scroll_direction: fc.constantFrom('up', 'down', 'left', 'right') }),
    ),
    call('scroll_to', fc.record({ target: ref })),
    { weight: 2, arbitrary: call('type', fc.record({ text })) },
    { weight: 2, arbitrary: call('key', fc.record({ text: keys, repeat: fc.integer({ min: 1, max: 3 }) })) },
    call('hold_key', fc.record({ text: keys, duration: fc.constant(0.05) })),
    call('form_input', fc.record({ target: ref, value: fc.oneof(text, fc.boolean(), fc.integer()) })),
    call('read_page', fc.record({ filter: fc.constantFrom('visible', 'interactive', 'all') })),
    call('find', fc.record({ query: fc.constantFrom('button', 'name', 'a field that is not there') })),
    call('get_page_text', fc.constant({})),
    call('screenshot', fc.constant({})),
    call('new_tab', fc.constant({})),
    call('list_tabs', fc.constant({})),
    call(
      'close_tab',
      fc.integer({ min: 0, max: 5 }).map((n) => ({ tab_id: `tab_${n}` })),
    ),
    call(
      'switch_tab',
      fc.integer({ min: 0, max: 5 }).map((n) => ({ tab_id: `tab_${n}` })),
    ),
  );

let server: PageServer;
let harness: Harness;
const unowned: unknown[] = [];
const onUnowned = (error: unknown) => unowned.push(error);

beforeEach(async () => {
  server = await startPageServer();
  harness = await startHarness();
  process.on('unhandledRejection', onUnowned);
}, 60_000);

afterEach(async () => {
  process.off('unhandledRejection', onUnowned);
  await harness.close();
  await server.close();
}, 60_000);

test(
  `${ACTIONS} random actions: none hangs, none is left unowned, nothing is left behind`,
  async () => {
    const { tempRoot } = harness;
    const sample = fc.sample(calls(server.url), { numRuns: ACTIONS, seed: SEED });
    for (const [at, { member, input }] of sample.entries()) {
      const what = `action ${at} of seed ${SEED}: ${member} ${JSON.stringify(input)}`;
      const { promise: tooLate, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new Error(`Over the ceiling: ${what}`)), CEILING_MS);
      const { isError, text: said } = await Promise.race([harness.call(member, input), tooLate]);
      clearTimeout(timer);
      if (isError) expect(said, what).not.toBe('');
    }
    const screenshot = await harness.call('screenshot');
    expect(screenshot.isError, screenshot.text).toBe(false);
    // Where processes can be listed, the browser's are found, so that finding none afterwards means something.
    if (process.platform === 'linux') expect(processesOf(tempRoot)).not.toEqual([]);
    await harness.computer.close();
    expect(unowned).toEqual([]);
    expect(await harness.folders()).toEqual([]);
    await expect.poll(() => processesOf(tempRoot), { timeout: 10_000 }).toEqual([]);
  },
  ACTIONS * 1_000 + 120_000,
);

/** Processes that were told to work in the folder; only Linux lists them so. */
function processesOf(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    });
}
