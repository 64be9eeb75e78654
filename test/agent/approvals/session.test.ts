/** Questions of a session against the strict test server. */
import type { BetaToolsetCallContext } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { describe, expect, it } from 'vitest';
import { askUser } from '../../../src/agent/approvals/asking.ts';
import { questionOf } from '../../../src/agent/approvals/policy.ts';
import type { UserAnswer } from '../../../src/protocol/approvals.ts';
import { act, click, itemsOf, messagesOf, reply, say } from '../support/host.ts';
import { useWorkplace } from '../support/workplace.ts';

const work = useWorkplace();

const PAGE = 'https://example.org/page';

/** Lets the fake browser ask before each click, as a real one asks before a script. */
function askBeforeClicks(detail = 'run()'): void {
  const { toolset } = work.host.computer;
  const click = toolset.left_click.bind(toolset);
  toolset.left_click = async (context: unknown, input: unknown) => {
    const { signal } = context as BetaToolsetCallContext;
    const isAllowed = await askUser(
      questionOf('javascript_exec', PAGE, detail),
      signal ?? new AbortController().signal,
    );
    if (!isAllowed) throw new ToolError('Declined.');
    await click(context, input);
  };
}

const actions = () => itemsOf(work.session).flatMap((item) => (item.kind === 'action' ? [item] : []));
const clicks = () => work.host.computer.members.filter((member) => member === 'left_click').length;
const results = () => messagesOf(work.api.requests.at(-1)).flatMap(({ content }) => content);

async function answerLatest(answer: UserAnswer): Promise<void> {
  const waiting = () => actions().find(({ approval }) => approval?.answer === null);
  await expect.poll(waiting).toMatchObject({ state: { status: 'queued' } });
  expect(work.session.status.run).toMatchObject({ activity: 'asking' });
  const place = waiting()?.ordinal;
  if (place !== undefined) work.session.answer(place, 0, answer);
}

describe('an action the user is asked about', () => {
  it('runs when it is allowed once; the next one is asked about again', async () => {
    askBeforeClicks();
    work.api.enqueue(reply(click(1, 2), click(3, 4)), reply(say('Done.')));
    const run = work.session.send('Click');
    await answerLatest({ kind: 'once' });
    await expect.poll(() => actions()[0]?.state.status).toBe('done');
    expect(clicks()).toBe(1);
    await answerLatest({ kind: 'once' });
    await run;
    expect(clicks()).toBe(2);
    expect(actions().map(({ approval }) => approval?.answer)).toEqual([{ kind: 'once' }, { kind: 'once' }]);
    await work.reopen();
    expect(actions()[0]?.approval).toEqual({
      question: { what: 'javascript_exec', target: PAGE, detail: 'run()', scope: 'https://example.org' },
      answer: { kind: 'once' },
    });
  });

  it('and allows for the session is not asked about again', async () => {
    askBeforeClicks();
    work.api.enqueue(reply(click(1, 2), click(3, 4)), reply(say('Done.')));
    const run = work.session.send('Click');
    await answerLatest({ kind: 'session' });
    await run;
    expect(clicks()).toBe(2);
    expect(actions()[1]?.approval?.answer).toEqual({ kind: 'granted' });
  });

  it('and denies is not done, and the model reads why', async () => {
    askBeforeClicks();
    work.api.enqueue(reply(click(1, 2)), reply(say('I see.')));
    const run = work.session.send('Click');
    await answerLatest({ kind: 'denied', reason: 'Not on the live site' });
    await run;
    expect(clicks()).toBe(0);
    expect(JSON.stringify(results())).toContain('did not allow this. They say: Not on the live site');
    expect(results()).toMatchObject([{ type: 'tool_result', is_error: true }]);
    expect(actions()[0]?.state.status).toBe('failed');
  });

  it('was not begun when the run is stopped meanwhile', async () => {
    askBeforeClicks();
    work.api.enqueue(reply(click(1, 2)));
    const run = work.session.send('Click');
    await expect.poll(() => actions()[0]?.approval?.answer).toBe(null);
    work.session.stop();
    await run;
    expect(clicks()).toBe(0);
    expect(actions()[0]).toMatchObject({
      approval: { answer: { kind: 'withdrawn' } },
      state: { status: 'skipped' },
    });
    work.session.answer(actions()[0]?.ordinal as never, 0, { kind: 'once' });
    work.api.enqueue(reply(say('Well.')));
    await work.session.send('Go on');
    expect(JSON.stringify(results())).toContain('Not executed: the user stopped the run before this action');
  });

  it('is refused without a question where that would be too long to read', async () => {
    askBeforeClicks('x'.repeat(10_000_000));
    work.api.enqueue(reply(click(1, 2)), reply(say('I see.')));
    await work.session.send('Click');
    expect(clicks()).toBe(0);
    expect(JSON.stringify(results())).toContain('too long to be read');
    expect(actions()[0]?.approval).toBeUndefined();
  });

  it('is not asked about outside of a call', async () => {
    const question = questionOf('javascript_exec', PAGE, '1');
    expect(await askUser(question, new AbortController().signal)).toBe(false);
  });

  it('that asks nothing has no question', async () => {
    work.api.enqueue(reply(act('screenshot')), reply(say('Done.')));
    await work.session.send('Look');
    expect(actions()[0]).not.toHaveProperty('approval');
  });
});
