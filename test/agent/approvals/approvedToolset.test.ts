/** The policy around the calls of a session, against the strict test server. */
import { describe, expect, it } from 'vitest';
import type { ApprovalSettings } from '../../../src/agent/approvals/approvals.ts';
import type { CallTarget } from '../../../src/computer/callTarget.ts';
import type { ApprovalMode, UserAnswer } from '../../../src/protocol/approvals.ts';
import { isAsking } from '../../../src/protocol/transcript.ts';
import { act, click, itemsOf, messagesOf, noticesOf, reply, say, screenshot } from '../support/host.ts';
import { settle, useWorkplace } from '../support/workplace.ts';

const work = useWorkplace();

const BUY: CallTarget = { origin: 'https://shop.example', role: 'button', names: ['Buy'] };
const SEND: CallTarget = { ...BUY, names: ['Send'] };
const NEXT: CallTarget = { ...BUY, names: ['Next'] };

const actions = () => itemsOf(work.session).flatMap((item) => (item.kind === 'action' ? [item] : []));
const calls = () => work.host.computer.members;
const asked = () => itemsOf(work.session).find(isAsking);
const results = () =>
  work.api.requests
    .flatMap((request) => messagesOf(request))
    .flatMap(({ content }) => content)
    .filter(({ type }) => type === 'tool_result');

/** What each look at the page finds, in order; the last one stays. */
function finds(...targets: readonly CallTarget[]): void {
  let looks = 0;
  work.host.computer.describeTarget = async () => {
    const target = targets[Math.min(looks, targets.length - 1)];
    looks += 1;
    return target ? [target] : [];
  };
}

async function answer(given: UserAnswer, round = 0): Promise<void> {
  await expect.poll(() => asked()?.approval.question.round ?? 0).toBe(round);
  await expect.poll(asked).toBeDefined();
  const place = asked()?.ordinal;
  if (place !== undefined) work.session.answer(place, round, given);
}

/** Works with settings of the user's. */
async function withSettings(mode: ApprovalMode, more: Partial<ApprovalSettings> = {}): Promise<void> {
  const settings = { mode, canAllow: true, isAllowed: () => false, allow: () => undefined, ...more };
  await work.restart({ approvals: settings });
}

describe('a batch of calls', () => {
  it('is asked about action by action; the others run by themselves and wait for their turn', async () => {
    work.host.computer.describeTarget = async ({ input }) =>
      JSON.stringify(input).includes('"x":3') ? [BUY] : [NEXT];
    work.api.enqueue(reply(click(1, 1), click(2, 2), click(3, 3), click(4, 4)), reply(say('Done.')));
    const run = work.session.send('Click');
    await expect.poll(asked, { timeout: 10_000 }).toBeDefined();
    await expect
      .poll(() => actions().map(({ state }) => state.status))
      .toEqual(['done', 'done', 'queued', 'queued']);
    await settle();
    expect(calls()).toHaveLength(2);
    await answer({ kind: 'once' });
    await run;
    expect(calls()).toHaveLength(4);
    expect(actions().map(({ approval }) => approval?.answer?.kind)).toEqual([
      undefined,
      undefined,
      'once',
      undefined,
    ]);
  });

  it('ends with a no: what follows is skipped, and the model reads why', async () => {
    finds(NEXT, BUY);
    work.api.enqueue(reply(click(1, 1), click(2, 2), click(3, 3)), reply(say('I see.')));
    const run = work.session.send('Click');
    await answer({ kind: 'denied', reason: 'Not today' });
    await run;
    expect(calls()).toHaveLength(1);
    expect(actions().map(({ state }) => state.status)).toEqual(['done', 'failed', 'skipped']);
    expect(results().map(({ is_error }) => is_error === true)).toEqual([false, true, true]);
    expect(JSON.stringify(results())).toContain('They say: Not today');
  });
});

describe('what is done', () => {
  it('is what was shown: its input is a copy that nobody can change', async () => {
    finds(SEND);
    const inputs: unknown[] = [];
    const { toolset } = work.host.computer;
    toolset.left_click = async (_context: unknown, input: unknown) => void inputs.push(input);
    work.api.enqueue(reply(click(1, 1)), reply(say('Done.')));
    const run = work.session.send('Click');
    await answer({ kind: 'once' });
    await run;
    expect(Object.isFrozen((inputs[0] as { target: object }).target)).toBe(true);
  });

  it('is looked at again after the answer, and asked about anew where it has changed', async () => {
    finds(SEND, BUY);
    work.api.enqueue(reply(click(1, 1)), reply(say('Done.')));
    const run = work.session.send('Click');
    await answer({ kind: 'once' });
    await expect.poll(() => asked()?.approval.question).toMatchObject({ because: 'pay', round: 1 });
    expect(calls()).toHaveLength(0);
    // A second click on the button that asked first.
    work.session.answer(actions()[0]?.ordinal as never, 0, { kind: 'once' });
    await settle();
    expect(calls()).toHaveLength(0);
    await answer({ kind: 'once' }, 1);
    await run;
    expect(calls()).toHaveLength(1);
  });

  it('is refused where it changes each time', async () => {
    let looks = 0;
    work.host.computer.describeTarget = async () => [{ ...BUY, names: [`Buy ${++looks}`] }];
    work.api.enqueue(reply(click(1, 1)), reply(say('I see.')));
    const run = work.session.send('Click');
    for (const round of [0, 1, 2]) await answer({ kind: 'once' }, round);
    await run;
    expect(calls()).toHaveLength(0);
    expect(JSON.stringify(results())).toContain('the page had changed by then');
  });

  it('goes on without a question where what was asked about is harmless by then', async () => {
    finds(SEND, NEXT);
    work.api.enqueue(reply(click(1, 1)), reply(say('Done.')));
    const run = work.session.send('Click');
    await answer({ kind: 'once' });
    await run;
    expect(calls()).toHaveLength(1);
  });

  it('is nothing where the page cannot say what it would act on, before the user has been asked', async () => {
    work.host.computer.describeTarget = async () => undefined;
    work.api.enqueue(reply(click(1, 1)));
    const run = work.session.send('Click');
    await expect.poll(() => asked()?.approval.question.because).toBe('unseen');
    work.session.stop();
    await run;
    expect(calls()).toHaveLength(0);
  });
});

describe('an answer', () => {
  it('for the session covers the same kind of action there, and no graver one', async () => {
    work.host.computer.describeTarget = async ({ input }) =>
      JSON.stringify(input).includes('"x":3') ? [BUY] : [SEND];
    work.api.enqueue(reply(click(1, 1), click(2, 2), click(3, 3)));
    const run = work.session.send('Click');
    await answer({ kind: 'session' });
    await expect.poll(() => asked()?.approval.question.because).toBe('pay');
    expect(calls()).toHaveLength(2);
    // It is not offered for what costs money.
    work.session.answer(asked()?.ordinal as never, 0, { kind: 'session' });
    work.session.answer(asked()?.ordinal as never, 0, { kind: 'always' });
    await settle();
    expect(asked()).toBeDefined();
    work.session.stop();
    await run;
  });

  it('for good is kept, and covers it from then on', async () => {
    const allowed: unknown[] = [];
    await withSettings('ask-consequences', {
      allow: (grant) => void allowed.push(grant),
      isAllowed: ({ always }) => always === 'known.example',
    });
    work.host.computer.describeTarget = async ({ input }) =>
      JSON.stringify(input).includes('"x":1') ? [{ ...SEND, origin: 'https://known.example' }] : [SEND];
    work.api.enqueue(reply(click(1, 1), click(2, 2)), reply(say('Done.')));
    const run = work.session.send('Click');
    await answer({ kind: 'always' });
    await run;
    expect(actions().map(({ approval }) => approval?.answer?.kind)).toEqual(['granted', 'always']);
    expect(allowed).toEqual([
      { what: 'click', because: 'send', scope: 'https://shop.example', always: 'shop.example' },
    ]);
  });

  it('to another action, or with another round, does nothing', async () => {
    finds(SEND);
    work.api.enqueue(reply(screenshot, click(1, 1), click(2, 2)));
    const run = work.session.send('Click');
    await expect.poll(asked).toBeDefined();
    for (const item of itemsOf(work.session))
      if (item.ordinal !== asked()?.ordinal) work.session.answer(item.ordinal, 0, { kind: 'once' });
    work.session.answer(asked()?.ordinal as never, 7, { kind: 'once' });
    await settle();
    expect(asked()).toBeDefined();
    expect(calls()).toEqual(['screenshot']);
    work.session.stop();
    await run;
  });
});

describe('the mode', () => {
  it('to ask about everything asks about each action that does more than look', async () => {
    await withSettings('ask-everything', { isAllowed: () => true });
    finds(NEXT);
    work.api.enqueue(reply(screenshot, act('navigate', { url: 'https://example.org/' }), click(1, 1)));
    const run = work.session.send('Go');
    await expect.poll(() => asked()?.member).toBe('navigate');
    expect(asked()?.approval.question).toMatchObject({ what: 'call', scope: null });
    expect(asked()?.approval.question.detail).toContain('https://example.org/');
    await answer({ kind: 'once' });
    await expect.poll(() => asked()?.member).toBe('left_click');
    expect(asked()?.approval.question).toMatchObject({ what: 'click', because: 'mode', scope: null });
    work.session.stop();
    await run;
  });

  it('unattended asks nothing in an isolated computer, and the transcript says where it would have', async () => {
    await withSettings('unattended');
    work.host.computer.isIsolated = true;
    finds(NEXT, BUY);
    work.api.enqueue(reply(click(1, 1), click(2, 2)), reply(say('Done.')));
    await work.session.send('Click');
    expect(work.session.status.unattended).toBe('on');
    expect(actions().map(({ approval }) => approval?.answer?.kind)).toEqual([undefined, 'unattended']);
  });

  it('unattended does not count elsewhere, which is said once and aloud', async () => {
    await withSettings('unattended');
    finds(BUY);
    work.api.enqueue(reply(click(1, 1), click(2, 2)), reply(say('Done.')));
    const run = work.session.send('Click');
    await answer({ kind: 'once' });
    await answer({ kind: 'once' });
    await run;
    expect(work.session.status.unattended).toBe('refused');
    const notices = noticesOf(work.session).filter(({ text }) => text.includes('unattended does not count'));
    expect(notices).toMatchObject([{ severity: 'warning' }]);
  });
});
