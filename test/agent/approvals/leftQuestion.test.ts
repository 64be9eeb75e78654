/** Questions whose host ends before they are answered. */
import { describe, expect, it } from 'vitest';
import type { CallTarget } from '../../../src/computer/callTarget.ts';
import type { UserAnswer } from '../../../src/protocol/approvals.ts';
import { click, itemsOf, messagesOf, noticesOf, reply, say, screenshot } from '../support/host.ts';
import { useWorkplace } from '../support/workplace.ts';

const work = useWorkplace();

const BUY: CallTarget = { origin: 'https://shop.example', role: 'button', names: ['Buy'] };

const actions = () => itemsOf(work.session).flatMap((item) => (item.kind === 'action' ? [item] : []));
const clicks = () => work.host.computer.members.filter((member) => member === 'left_click').length;
const said = () => JSON.stringify(work.api.requests.map((request) => messagesOf(request)));
const sellSomething = (target = BUY) => {
  work.host.computer.describeTarget = async () => [target];
};

/** Leaves a question behind. @returns where it is */
async function leave() {
  sellSomething();
  work.api.enqueue(reply(say('I buy it.'), click(1, 2), click(3, 4)));
  const run = work.session.send('Buy it');
  await expect.poll(() => actions()[0]?.approval?.answer).toBe(null);
  await Promise.all([work.reopen(), run]);
  sellSomething();
  const [asked] = actions();
  expect(asked).toMatchObject({ state: { status: 'queued' }, approval: { answer: null } });
  if (!asked) throw new Error('There is no question.');
  return asked.ordinal;
}

async function answer(place: Awaited<ReturnType<typeof leave>>, given: UserAnswer): Promise<void> {
  work.session.answer(place, 0, given);
  await expect.poll(() => work.session.isRunning).toBe(false);
}

describe('a question that was left', () => {
  it('waits in the transcript, which says so', async () => {
    await leave();
    expect(actions()[1]?.state).toMatchObject({ status: 'skipped' });
    expect(noticesOf(work.session).at(-1)?.text).toContain('waited for your answer');
    await work.reopen();
    expect(actions()[0]).toMatchObject({ state: { status: 'queued' }, approval: { answer: null } });
    expect(noticesOf(work.session)).toHaveLength(1);
  });

  it('that is allowed goes on with the run; the same action is not asked about again, the next one is', async () => {
    const place = await leave();
    work.api.enqueue(reply(screenshot, click(1, 2)), reply(click(1, 2)), reply(say('Bought.')));
    work.session.answer(place, 0, { kind: 'once' });
    await expect.poll(() => actions().at(-1)?.approval?.answer).toBe(null);
    expect(clicks()).toBe(1);
    expect(said()).toContain('Not executed: the program ended before this action.');
    expect(said()).toContain('They allow it now.');
    expect(actions()[0]).toMatchObject({
      state: { status: 'skipped' },
      approval: { answer: { kind: 'once' } },
    });
    expect(actions().filter(({ approval }) => approval?.answer?.kind === 'granted')).toHaveLength(1);
    work.session.answer(actions().at(-1)?.ordinal as never, 0, { kind: 'denied', reason: '' });
    await expect.poll(() => work.session.isRunning).toBe(false);
    expect(clicks()).toBe(1);
  });

  it('that is allowed covers nothing after the run that the answer began', async () => {
    const place = await leave();
    work.api.enqueue(reply(say('I think about it.')));
    await answer(place, { kind: 'once' });
    work.api.enqueue(reply(click(1, 2)));
    const run = work.session.send('Do it then');
    await expect.poll(() => actions().at(-1)?.approval?.answer, { timeout: 10_000 }).toBe(null);
    expect(clicks()).toBe(0);
    work.session.stop();
    await run;
  });

  it('that is allowed does not cover what is something else by then', async () => {
    const place = await leave();
    sellSomething({ ...BUY, names: ['Buy two'] });
    work.api.enqueue(reply(click(1, 2)));
    work.session.answer(place, 0, { kind: 'once' });
    await expect.poll(() => actions().at(-1)?.approval?.answer).toBe(null);
    expect(clicks()).toBe(0);
    work.session.stop();
    await expect.poll(() => work.session.isRunning).toBe(false);
  });

  it('that is denied is told to the model, with the reason', async () => {
    const place = await leave();
    work.api.enqueue(reply(say('I see.')));
    await answer(place, { kind: 'denied', reason: 'Too dear' });
    expect(said()).toContain('did not allow this. They say: Too dear');
    expect(clicks()).toBe(0);
    expect(actions()[0]).toMatchObject({
      state: { status: 'skipped' },
      approval: { answer: { kind: 'denied' } },
    });
  });

  it('is given up with the next message', async () => {
    const place = await leave();
    work.api.enqueue(reply(say('Well.')));
    await work.session.send('Never mind');
    expect(actions()[0]).toMatchObject({
      state: { status: 'skipped' },
      approval: { answer: { kind: 'withdrawn' } },
    });
    const before = work.api.requests.length;
    await answer(place, { kind: 'once' });
    expect(work.api.requests).toHaveLength(before);
  });

  it('takes no answer that it does not offer, nor one to another question or another item', async () => {
    const place = await leave();
    const before = work.api.requests.length;
    // What costs money is asked about each time.
    work.session.answer(place, 0, { kind: 'session' });
    work.session.answer(place, 0, { kind: 'always' });
    work.session.answer(place, 1, { kind: 'once' });
    for (const item of itemsOf(work.session))
      if (item.ordinal !== place) work.session.answer(item.ordinal, 0, { kind: 'once' });
    work.session.answer(10_000 as never, 0, { kind: 'once' });
    expect(work.session.isRunning).toBe(false);
    expect(work.api.requests).toHaveLength(before);
    expect(actions()[0]).toMatchObject({ state: { status: 'queued' }, approval: { answer: null } });
  });
});
