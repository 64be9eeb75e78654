import Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test } from 'vitest';
import type { Script } from '../../../src/agent/demo/script.ts';
import { createScriptedFetch } from '../../../src/agent/demo/scriptedModel.ts';
import { FakeBrowserToolset } from '../fakeBrowserToolset.ts';
import { type MessagesApi, startMessagesApi } from './server.ts';

const TURNS = 5;

const fiveTurns: Script = ({ actingRepliesSincePrompt: step }) =>
  step >= TURNS - 1
    ? { blocks: [{ type: 'text', text: 'All done.' }] }
    : {
        blocks: [
          { type: 'thinking', text: `Thinking about step ${step}.` },
          { type: 'text', text: `Step ${step} 🙂` },
          {
            type: 'action',
            toolset: 'browser',
            member: 'left_click',
            input: { target: { type: 'coordinate', x: 10, y: 20 + step } },
          },
          { type: 'action', toolset: 'browser', member: 'screenshot', input: {} },
        ],
        pace: { charactersPerDelta: 4, msBetweenDeltas: 0 },
      };

let api: MessagesApi | null = null;
afterEach(async () => {
  await api?.close();
  api = null;
});

async function run(
  client: Anthropic,
  thread: boolean,
  afterTurn: (turn: number) => void = () => {},
): Promise<{ toolset: FakeBrowserToolset; text: string }> {
  const toolset = new FakeBrowserToolset();
  const runner = client.beta.messages.toolRunner({
    model: 'claude-opus-5-5',
    max_tokens: 4096,
    stream: true,
    runToolsEagerly: true,
    system: [{ type: 'text', text: 'You drive a browser.', cache_control: { type: 'ephemeral' } }],
    tools: [toolset],
    messages: [{ role: 'user', content: 'Click four times.' }],
    ...(thread ? {} : { thread: false as const }),
  });
  let text = '';
  let turn = 0;
  for await (const stream of runner) {
    stream.on('text', (delta) => {
      text += delta;
    });
    await stream.done();
    afterTurn(++turn);
  }
  await toolset.close();
  return { toolset, text };
}

const said = 'Step 0 🙂Step 1 🙂Step 2 🙂Step 3 🙂All done.';

for (const thread of [true, false]) {
  const how = thread ? 'over a message thread' : 'with the whole history each time';

  test(`the SDK's runner gets five turns from the server ${how}, and every request is valid`, async () => {
    api = await startMessagesApi({ script: fiveTurns });
    const client = new Anthropic({ apiKey: 'k', baseURL: api.url, maxRetries: 0 });
    const { toolset, text } = await run(client, thread);
    expect(api.requests.map((request) => request.invalid)).toEqual(Array(TURNS).fill(null));
    expect(api.requests.map((request) => request.status)).toEqual(Array(TURNS).fill(200));
    expect(text).toBe(said);
    expect(toolset.calls.map((call) => call.member)).toEqual(
      Array(4).fill(['left_click', 'screenshot']).flat(),
    );
    const threads = api.requests.map(
      (request) => (request.body?.thread as { type?: string } | undefined)?.type,
    );
    expect(threads).toEqual(thread ? ['create', ...Array(4).fill('continue')] : Array(5).fill(undefined));
  });

  test(`the SDK's runner gets the same from the scripted fetch ${how}`, async () => {
    const fetch = createScriptedFetch(fiveTurns);
    const client = new Anthropic({ apiKey: 'k', baseURL: 'http://scripted.invalid', fetch, maxRetries: 0 });
    const { toolset, text } = await run(client, thread);
    expect(text).toBe(said);
    expect(toolset.calls).toHaveLength(8);
  });
}

test('a forgotten thread is replayed by the SDK as a new one, which is valid too', async () => {
  const running = await startMessagesApi({ script: fiveTurns });
  api = running;
  const client = new Anthropic({ apiKey: 'k', baseURL: running.url, maxRetries: 0 });
  const { text } = await run(client, true, (turn) => {
    if (turn === 2) running.forgetThreads();
  });
  expect(text).toBe(said);
  expect(running.requests.map((request) => request.invalid)).toEqual(running.requests.map(() => null));
  expect(running.requests.map((request) => request.status)).toEqual([200, 200, 404, 200, 200, 200]);
});
