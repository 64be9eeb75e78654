/** A real page that changes while the user reads the question about it. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { expect, test } from 'vitest';
import { approveToolset } from '../../src/agent/approvals/approvedToolset.ts';
import { withAsking } from '../../src/agent/approvals/asking.ts';
import type { ApprovalQuestion } from '../../src/protocol/approvals.ts';
import { useBrowser } from '../computer/browser/browsing.ts';
import { at } from '../computer/browser/harness.ts';
import { CIRCUMSTANCES } from '../support/circumstances.ts';

const { server, harness } = useBrowser('consequences.html', {
  members: ['javascript_exec'],
  confirm: async () => true,
});

const run = (text: string) => harness.call('javascript_exec', { text: `${text}; 0` });
const presses = async () => (await harness.call('javascript_exec', { text: 'document.title' })).text;

/** Clicks where the first button is, with a user who says yes after `onQuestion`. @returns what they were asked */
async function click(onQuestion: (round: number) => Promise<unknown>) {
  const questions: ApprovalQuestion[] = [];
  const { computer } = harness;
  const toolset = approveToolset(computer.toolset, {
    circumstances: () => CIRCUMSTANCES,
    describe: (call, signal) => computer.describeTarget?.(call, signal) ?? Promise.resolve(undefined),
    onNotUnattended: () => undefined,
  });
  const call: BetaToolUseBlock = {
    type: 'tool_use',
    id: 'toolu_1',
    toolset_name: 'browser',
    name: 'left_click',
    input: { target: at(15, 10) },
  };
  const ask = async (question: ApprovalQuestion) => {
    questions.push(question);
    await onQuestion(questions.length - 1);
    return { isAllowed: true } as const;
  };
  const outcome = await withAsking({ ask, waitForUser: (over) => over }, () =>
    toolset.run({ toolUse: call, toolUseBlock: call }, call),
  ).catch((error: unknown) => error);
  return { questions, outcome };
}

const COUNT = `document.title = '0'; buy.onclick = () => { document.title = String(Number(document.title) + 1) }`;

test('a button that stays is pressed once it is allowed', async () => {
  await run(COUNT);
  const { questions } = await click(async () => undefined);
  expect(questions).toMatchObject([{ what: 'click', because: 'pay', detail: '“Buy now”' }]);
  expect(await presses()).toContain('1');
});

test('a button that is something else by the time of the answer is asked about anew', async () => {
  await run(`${COUNT}; buy.textContent = 'Send'`);
  const { questions } = await click((round) => run(round === 0 ? `buy.textContent = 'Delete all'` : ''));
  expect(questions.map(({ because, round }) => [because, round])).toEqual([
    ['send', undefined],
    ['delete', 1],
  ]);
  expect(await presses()).toContain('1');
});

test('a button with a form put around it is asked about by what it sends then', async () => {
  await run(`${COUNT}; buy.textContent = 'Send'`);
  const { questions } = await click((round) =>
    run(
      round === 0
        ? `const form = document.createElement('form'); form.innerHTML = '<input autocomplete="cc-number">';
           form.onsubmit = () => false; buy.before(form); form.prepend(buy)`
        : '',
    ),
  );
  expect(questions.map(({ because }) => because)).toEqual(['send', 'payment-form']);
});

test('a button that never stays the same is not pressed', async () => {
  await run(COUNT);
  const { questions, outcome } = await click((round) => run(`buy.textContent = 'Buy ${round}'`));
  expect(questions).toHaveLength(3);
  expect(outcome).toBeInstanceOf(ToolError);
  expect(await presses()).toContain('0');
});

test('another page in its place is asked about by its own name', async () => {
  await run(COUNT);
  const elsewhere = `${server.url.replace('127.0.0.1', 'localhost')}consequences.html`;
  const { questions } = await click((round) =>
    round === 0 ? harness.call('navigate', { url: elsewhere }) : Promise.resolve(),
  );
  expect(questions.map(({ target }) => new URL(target).hostname)).toEqual(['127.0.0.1', 'localhost']);
});
