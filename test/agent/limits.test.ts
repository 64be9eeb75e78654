/** A run stops before the step that would pass a limit, says so, and goes on when it is told to. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askUser } from '../../src/agent/approvals/asking.ts';
import { questionOf } from '../../src/agent/approvals/policy.ts';
import { Budget } from '../../src/agent/limits/budget.ts';
import { costOf } from '../../src/agent/limits/prices.ts';
import { limitPassed, NO_LIMITS, type RunLimits } from '../../src/agent/limits/runLimits.ts';
import { click, connection, itemsOf, messagesOf, noticesOf, reply, say, screenshot } from './support/host.ts';
import { useWorkplace } from './support/workplace.ts';

const at = useWorkplace();

const limitTo = (limits: Partial<RunLimits>) => at.restart({ limits: () => ({ ...NO_LIMITS, ...limits }) });
const lastNotice = () => noticesOf(at.session).at(-1);

/** A reply that costs what it says. */
const costing = (inputTokens: number, outputTokens: number, cacheReadTokens = 0) => ({
  ...reply(click(1, 2), screenshot),
  usage: { inputTokens, outputTokens, cacheReadTokens },
});

describe('a run with a limit of steps', () => {
  it('makes that many requests, and goes on twenty times when it is told to', async () => {
    await limitTo({ steps: 2 });
    for (let run = 0; run <= 20; run += 1) {
      at.api.enqueue(reply(click(1, 2)), reply(screenshot));
      if (run === 0) await at.session.send('Click on and on');
      else {
        const notice = lastNotice();
        if (!notice) throw new Error('Nothing offers to go on.');
        await at.session.resume(notice.ordinal, 'continue');
      }
      expect(at.api.requests, `run ${run}`).toHaveLength(2 * (run + 1));
      expect(lastNotice()).toMatchObject({
        text: 'Stopped at the limit for steps in a run: 2.',
        actions: ['continue', 'open-settings'],
      });
      expect(itemsOf(at.session).filter(({ kind }) => kind === 'action')).toHaveLength(2 * (run + 1));
    }
    at.api.enqueue(reply(say('Done.')));
    await at.session.send('Finish');
    expect(itemsOf(at.session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
  });

  it('has given the model the results of the last step when it goes on', async () => {
    await limitTo({ steps: 1 });
    at.api.enqueue(reply(click(1, 2)), reply(say('Seen.')));
    await at.session.send('Click');
    await at.session.resume(lastNotice()?.ordinal as never, 'continue');
    const roles = messagesOf(at.api.requests.at(-1)).map(({ content }) => content.map(({ type }) => type));
    expect(roles.slice(-2)).toEqual([['tool_result'], ['text']]);
    expect(itemsOf(at.session).at(-1)).toMatchObject({ kind: 'answer', text: 'Seen.' });
  });

  it('does not stop one that ends by itself with its last step', async () => {
    await limitTo({ steps: 1 });
    at.api.enqueue(reply(say('Done.')));
    await at.session.send('Say it');
    expect(noticesOf(at.session)).toEqual([]);
  });
});

describe('a run with a limit of tokens or money', () => {
  it('stops before the step that would pass the tokens', async () => {
    // The second step is expected to take 1,000 + 1,000 + 100 more, the third would be past 5,000.
    await limitTo({ tokens: 5_000 });
    at.api.enqueue(costing(900, 100), costing(1_900, 100), costing(2_900, 100));
    await at.session.send('Click on and on');
    expect(at.api.requests).toHaveLength(2);
    expect(lastNotice()?.text).toBe(
      'Stopped: the next step would take this run past its limit of 5000 tokens.',
    );
    expect(lastNotice()?.detail).toContain('Steps (replies of Claude): 2.');
  });

  it('stops before the step that would pass the money', async () => {
    // Opus 5.5: 100,000 tokens read anew and 1,000 written are 0.42 dollars.
    await limitTo({ dollars: 0.5 });
    at.api.enqueue(costing(100_000, 1_000), costing(0, 1_000, 100_000), costing(0, 1_000, 100_000));
    await at.session.send('Click on and on');
    expect(at.api.requests).toHaveLength(1);
    expect(lastNotice()?.text).toBe(
      'Stopped: the next step would take this run past its limit of 0.5 US dollars.',
    );
    expect(lastNotice()?.detail).toContain('US dollars: about 0.42');
  });

  it('stops after a summary as well, and goes on from that', async () => {
    const model = { ...connection(at.api).model, compactAfter: 50_000 };
    await at.restart({
      limits: () => ({ ...NO_LIMITS, steps: 2 }),
      connect: async () => ({ ...connection(at.api), model }),
    });
    at.api.enqueue(costing(50_000, 100), reply({ type: 'summary', text: 'One click is done.' }));
    await at.session.send('Click on and on');
    expect(at.api.requests).toHaveLength(2);
    expect(lastNotice()?.text).toBe('Stopped at the limit for steps in a run: 2.');
    at.api.enqueue(reply(say('Done.')));
    await at.session.resume(lastNotice()?.ordinal as never, 'continue');
    expect(messagesOf(at.api.requests[2])[0]?.content).toMatchObject([{ type: 'compaction' }]);
    expect(itemsOf(at.session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
  });

  it('counts what was read for replies that broke off', async () => {
    await limitTo({ tokens: 5_000 });
    const cut = { fault: 'cut', after: { events: 3 }, reply: costing(3_000, 100) } as const;
    at.api.enqueue(cut, costing(3_000, 100));
    await at.session.send('Click on and on');
    expect(at.api.requests).toHaveLength(1);
    expect(lastNotice()?.text).toBe(
      'Stopped: the next step would take this run past its limit of 5000 tokens.',
    );
  });

  it('expects no more of the step after a summary than that makes it read', () => {
    const limits = { ...NO_LIMITS, tokens: 150_000 };
    const budget = new Budget({ limits, model: 'claude-opus-5-5', contextTokens: 0, now: () => 0 });
    budget.replied(usage(100_000, 2_000));
    expect(budget.beforeStep()).toBeDefined();
    budget.summarized();
    expect(budget.beforeStep()).toBeUndefined();
  });

  it('says so where already the first step would pass it, and offers no vain Continue', () => {
    const limits = { ...NO_LIMITS, tokens: 10_000 };
    const budget = new Budget({
      limits,
      model: 'claude-opus-5-5',
      contextTokens: 20_000,
      now: () => 0,
    });
    expect(budget.beforeStep()).toMatchObject({
      text: 'Not begun: the conversation is so long that one step would take more than a run may.',
      actions: ['open-settings'],
    });
  });

  it('counts a summary that the conversation needed', () => {
    const budget = new Budget({
      limits: { ...NO_LIMITS, steps: 1 },
      model: 'claude-opus-5-5',
      contextTokens: 0,
      now: () => 0,
    });
    expect(budget.beforeStep()).toBeUndefined();
    budget.replied(usage(100_000, 2_000));
    expect(budget.beforeStep()).toBeDefined();
  });
});

describe('a run with a limit of minutes', () => {
  it('stops before the step that would end after them', () => {
    let now = 5_000;
    const limits = { ...NO_LIMITS, minutes: 3 };
    const budget = new Budget({ limits, model: 'claude-opus-5-5', contextTokens: 0, now: () => now });
    expect(budget.beforeStep()).toBeUndefined();
    now += 60_000;
    budget.replied(usage(10, 10));
    expect(budget.beforeStep()).toBeUndefined();
    now += 90_000;
    budget.replied(usage(10, 10));
    expect(budget.beforeStep()?.text).toBe(
      'Stopped: the next step would take this run past its limit of 3 minutes.',
    );
  });

  it('does not count the time in which calls wait for the user, one or several at once', () => {
    let now = 5_000;
    const limits = { ...NO_LIMITS, minutes: 3 };
    const budget = new Budget({ limits, model: 'claude-opus-5-5', contextTokens: 0, now: () => now });
    budget.waitBegan();
    now += 600_000;
    budget.waitBegan();
    now += 600_000;
    budget.waitEnded();
    now += 600_000;
    budget.waitEnded();
    now += 60_000;
    budget.replied(usage(10, 10));
    expect(budget.beforeStep()).toBeUndefined();
    now += 90_000;
    budget.replied(usage(10, 10));
    expect(budget.beforeStep()).toBeDefined();
  });

  describe('that waits for the user', () => {
    let now = 0;

    beforeEach(async () => {
      vi.spyOn(performance, 'now').mockImplementation(() => now);
      await limitTo({ minutes: 30 });
    });
    afterEach(() => vi.restoreAllMocks());

    const actions = () => itemsOf(at.session).flatMap((item) => (item.kind === 'action' ? [item] : []));

    it('goes on after an answer that took long', async () => {
      const { toolset } = at.host.computer;
      toolset.left_click = async () => {
        const question = questionOf('javascript_exec', 'https://example.org/', 'run()');
        await askUser(question, new AbortController().signal);
      };
      at.api.enqueue(reply(click(1, 2)), reply(say('Done.')));
      const run = at.session.send('Click');
      await expect.poll(() => actions()[0]?.approval?.answer).toBe(null);
      now += 3_600_000;
      at.session.answer(actions()[0]?.ordinal as never, 0, { kind: 'once' });
      await run;
      expect(itemsOf(at.session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
    });

    it('goes on once the user gives the computer back', async () => {
      at.api.enqueue(reply(screenshot), reply(say('I see it.')));
      await at.session.send('Look');
      at.session.takeOver();
      at.api.enqueue(reply(click(1, 2)), reply(say('Done.')));
      const run = at.session.send('Click');
      await expect.poll(() => actions().at(-1)?.state.status).toBe('running');
      now += 3_600_000;
      at.session.handBack();
      await run;
      expect(itemsOf(at.session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
    });

    it('stops where Claude itself has taken that long', async () => {
      at.host.computer.toolset.left_click = async () => {
        now += 3_600_000;
      };
      at.api.enqueue(reply(click(1, 2)));
      await at.session.send('Click');
      expect(lastNotice()?.text).toContain('past its limit of 30 minutes');
    });
  });
});

describe('what a step costs', () => {
  const million = { input: 1e6, output: 1e6, cacheWrite: 1e6, cacheRead: 1e6 };

  it('goes by the model, and a model nobody knows is the dearest', () => {
    expect(costOf('claude-opus-5-5', million)).toBeCloseTo(4 + 20 + 5 + 0.2);
    expect(costOf('claude-opus-5', million)).toBeCloseTo(5 + 25 + 6.25 + 0.5);
    expect(costOf('claude-sonnet-5-5', million)).toBeCloseTo(2 + 10 + 2.5 + 0.2);
    expect(costOf('claude-of-tomorrow', million)).toBeCloseTo(10 + 50 + 12.5 + 1);
  });

  it('is another for long requests where the model has two prices', () => {
    const of = (input: number) =>
      costOf('claude-haiku-5-5', { input, output: 0, cacheWrite: 0, cacheRead: 0 });
    expect(of(100_000)).toBeCloseTo(0.01);
    expect(of(200_000)).toBeCloseTo(0.1);
  });

  it('passes the first limit that has no room for it', () => {
    const spent = { steps: 5, minutes: 1, tokens: 10, dollars: 1 };
    const next = { steps: 1, minutes: 0, tokens: 5, dollars: 0.5 };
    expect(limitPassed(NO_LIMITS, spent, next)).toBeUndefined();
    expect(limitPassed({ ...NO_LIMITS, steps: 6, tokens: 15, dollars: 1.5 }, spent, next)).toBeUndefined();
    expect(limitPassed({ ...NO_LIMITS, tokens: 14, dollars: 1 }, spent, next)).toBe('tokens');
  });
});

function usage(input_tokens: number, output_tokens: number) {
  return {
    input_tokens,
    output_tokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  } as Parameters<Budget['replied']>[0];
}
