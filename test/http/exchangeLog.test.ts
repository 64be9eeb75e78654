import Anthropic from '@anthropic-ai/sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Script, ScriptedReply } from '../../src/agent/demo/script.ts';
import { createScriptedFetch } from '../../src/agent/demo/scriptedModel.ts';
import { createLoggedFetch } from '../../src/http/exchangeLog.ts';
import { FakeBrowserToolset } from '../support/fakeBrowserToolset.ts';
import { runLoggedSession } from '../support/httpLogGrowth.ts';
import { solidPng } from '../support/png.ts';

type Fetch = typeof globalThis.fetch;

const ADDRESS = 'http://scripted.invalid/v1/messages?beta=true';
const KEY = 'sk-ant-api03-PLANTED-key-0123456789';

let entries: string[] = [];
const sink = { appendLine: (text: string) => void entries.push(text) };
const on = { enabled: () => true, sink };
beforeEach(() => {
  entries = [];
});

const written = () => entries.join('\n');
const say = (text: string): ScriptedReply => ({ blocks: [{ type: 'text', text }] });

/** Sends messages as one request and reads the answer to its end. */
async function send(
  fetch: Fetch,
  messages: readonly unknown[],
  more: Record<string, unknown> = {},
): Promise<string> {
  const body = JSON.stringify({ model: 'm', max_tokens: 9, stream: true, messages, ...more });
  const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
  const response = await fetch(ADDRESS, { method: 'POST', headers, body });
  return response.text();
}

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });

describe('while the log is off', () => {
  test('the very same arguments and response go through', async () => {
    const seen: unknown[] = [];
    const response = new Response('x');
    const plain: Fetch = async (...args) => {
      seen.push(...args);
      return response;
    };
    const init = { method: 'POST', body: '{}' };
    const logged = createLoggedFetch(plain, { enabled: () => false, sink });
    expect(await logged(ADDRESS, init)).toBe(response);
    expect(seen[1]).toBe(init);
    expect(entries).toEqual([]);
  });

  test('it can be turned on between exchanges', async () => {
    let enabled = false;
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('Hi')),
      { enabled: () => enabled, sink },
    );
    await send(fetch, [user('one')]);
    enabled = true;
    await send(fetch, [user('two')]);
    expect(entries).toHaveLength(1);
    expect(written()).toContain('two');
  });
});

describe('an entry', () => {
  test('tells method, path, status, request id, times, sizes, stop reason and usage', async () => {
    const usage = { inputTokens: 1234, outputTokens: 56, cacheReadTokens: 78, cacheWriteTokens: 90 };
    const fetch = createLoggedFetch(
      createScriptedFetch(() => ({ ...say('Hi'), usage })),
      on,
    );
    await send(fetch, [user('one')]);
    const [entry = ''] = entries;
    expect(entry).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z POST \/v1\/messages\?beta=true -> 200 req_/);
    expect(entry).toMatch(/first byte \d+ ms, total \d+ ms, sent \d+ B \(\d+\), received/);
    expect(entry).toContain('stop end_turn, 1234 tokens in (cache read 78, written 90), 56 out');
    expect(entry).toContain('"max_tokens":9');
  });

  test('has the text, the thinking and the calls of the response, each once', async () => {
    const reply: ScriptedReply = {
      blocks: [
        { type: 'thinking', text: 'Hmm, let me see.' },
        { type: 'text', text: 'I click now. 🙂' },
        { type: 'action', toolset: 'browser', member: 'left_click', input: { target: { x: 1, y: 2 } } },
      ],
      pace: { charactersPerDelta: 3, msBetweenDeltas: 0 },
    };
    await send(
      createLoggedFetch(
        createScriptedFetch(() => reply),
        on,
      ),
      [user('go')],
    );
    expect(written()).toContain('< thinking: Hmm, let me see.');
    expect(written()).toContain('< text: I click now. 🙂');
    expect(written()).toContain('< browser.left_click: {"target":{"x":1,"y":2}}');
    expect(written().split('I click now')).toHaveLength(2);
    expect(written()).not.toContain('signature');
  });

  test('has a reply that was not streamed', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('Whole.')),
      on,
    );
    await send(fetch, [user('go')], { stream: false });
    expect(written()).toContain('< text: Whole.');
    expect(written()).toContain('stop end_turn');
  });

  test("has the API's error", async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('x')),
      on,
    );
    await send(fetch, [user('go')], { thread: { type: 'continue', previous_message_id: 'msg_lost' } });
    expect(written()).toContain('-> 404');
    expect(written()).toContain('thread continue msg_lost');
    expect(written()).toContain('thread_not_found');
  });

  test('tells why there was no response', async () => {
    const failing: Fetch = async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    };
    await expect(send(createLoggedFetch(failing, on), [user('go')])).rejects.toThrow('fetch failed');
    expect(written()).toContain('-> failed');
    expect(written()).toContain('fetch failed: connect ECONNREFUSED');
  });

  test('shows an image by type, size and hash', async () => {
    const data = solidPng(1280, 800, 9).toString('base64');
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
    await send(
      createLoggedFetch(
        createScriptedFetch(() => say('x')),
        on,
      ),
      [user([image])],
    );
    expect(written()).toMatch(/\[image\/png 1280x800 \d+ K?B sha256:[0-9a-f]{12}\]/);
    expect(written()).not.toContain(data.slice(0, 60));
  });

  test('sets in the lines of what pages and models say, so that none looks like an entry', async () => {
    const forged = '2026-01-01T00:00:00.000Z POST /v1/messages -> 200';
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say(`x\r\n${forged}`)),
      on,
    );
    await send(fetch, [user(`y\n${forged}\u2028${forged}\u001b[2J`)]);
    const starts = written()
      .split('\n')
      .filter((line) => line.startsWith('2026-01-01'));
    expect(starts).toEqual([]);
    expect(written()).not.toContain('\u001b');
  });

  test('cuts long text and tells its length', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('b'.repeat(50_000))),
      on,
    );
    await send(fetch, [user('a'.repeat(30_000))]);
    expect(written()).toContain('[30000 characters]');
    expect(written()).toContain('[50000 characters]');
    expect(written().length).toBeLessThan(10_000);
  });

  test('gives system and tools once, and again when they change', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('x')),
      on,
    );
    const tools = [{ type: 'browser_toolset_20260801' }];
    await send(fetch, [user('1')], { system: 'Be brief.', tools });
    await send(fetch, [user('2')], { system: 'Be brief.', tools });
    await send(fetch, [user('3')], { system: 'Be long.', tools });
    expect(written().split('Be brief.')).toHaveLength(2);
    expect(written().split('Be long.')).toHaveLength(2);
    expect(written().split('browser_toolset_20260801')).toHaveLength(2);
  });
});

describe('messages are written once', () => {
  test('of a whole history only what is new', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('answer')),
      on,
    );
    const history: unknown[] = [];
    for (const word of ['first', 'second', 'third']) {
      history.push(user(`${word} question`));
      await send(fetch, history);
      history.push(assistant('answer'));
    }
    for (const word of ['first', 'second', 'third'])
      expect(written().split(`${word} question`)).toHaveLength(2);
    expect(written().split('answer')).toHaveLength(4);
    expect(entries[2]).toContain('(4 earlier messages written before)');
  });

  test('also when cache marks move', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('answer')),
      on,
    );
    const marked = { type: 'text', text: 'question one', cache_control: { type: 'ephemeral' } };
    await send(fetch, [user([marked])]);
    await send(fetch, [user([{ type: 'text', text: 'question one' }]), assistant('answer'), user('two')]);
    expect(written().split('question one')).toHaveLength(2);
  });

  test('also when a request is tried again', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('answer')),
      on,
    );
    await send(fetch, [user('question one')]);
    await send(fetch, [user('question one')]);
    expect(entries).toHaveLength(2);
    expect(written().split('question one')).toHaveLength(2);
  });

  test('of a message that was edited the new wording is written', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('answer')),
      on,
    );
    await send(fetch, [user('question one')]);
    await send(fetch, [user('question two')]);
    expect(written()).toContain('question two');
  });

  for (const thread of [true, false]) {
    test(`over the SDK's runner ${thread ? 'with' : 'without'} a thread`, async () => {
      const script: Script = ({ actingRepliesSincePrompt: step }) =>
        step === 3
          ? say('finished')
          : {
              blocks: [
                { type: 'text', text: `words of step ${step}` },
                { type: 'action', toolset: 'browser', member: 'screenshot', input: {} },
              ],
            };
      const client = new Anthropic({
        apiKey: KEY,
        baseURL: 'http://scripted.invalid',
        fetch: createLoggedFetch(createScriptedFetch(script), on),
      });
      const toolset = new FakeBrowserToolset();
      const runner = client.beta.messages.toolRunner({
        model: 'm',
        max_tokens: 10,
        stream: true,
        tools: [toolset],
        messages: [{ role: 'user', content: 'the prompt' }],
        ...(thread ? {} : { thread: false as const }),
      });
      for await (const stream of runner) await stream.done();
      expect(entries).toHaveLength(4);
      expect(written().split('the prompt')).toHaveLength(2);
      for (const step of [0, 1, 2]) expect(written().split(`words of step ${step}`)).toHaveLength(2);
      expect(written().match(/image\/png 1280x800/g)).toHaveLength(3);
      expect(written()).not.toContain(KEY);
    });
  }

  test('a thread that is replayed whole brings nothing twice', async () => {
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say('answer')),
      on,
    );
    const first = await send(fetch, [user('question one')], { thread: { type: 'create' } });
    const id = /"id":"(msg_[^"]+)"/.exec(first)?.[1];
    await send(fetch, [user('question two')], { thread: { type: 'continue', previous_message_id: id } });
    const all = [
      user('question one'),
      assistant('answer'),
      user('question two'),
      assistant('answer'),
      user('three'),
    ];
    await send(fetch, all, { thread: { type: 'create' } });
    for (const word of ['one', 'two']) expect(written().split(`question ${word}`)).toHaveLength(2);
    expect(entries[2]).toContain('three');
  });
});

describe('secrets', () => {
  test('a planted key is nowhere, whichever way it came', async () => {
    const plain = 'correct-horse-battery-staple';
    const signature = 'c2lnbmF0dXJlLXBsYW50ZWQ=';
    const fetch = createLoggedFetch(
      createScriptedFetch(() => say(`You said ${KEY} and ${plain}.`)),
      on,
    );
    const messages = [
      user(`My key is ${KEY}, in a header Bearer ${plain}-again, alone ${plain}.`),
      assistant([
        { type: 'thinking', thinking: 'x', signature },
        {
          type: 'tool_use',
          id: 't',
          name: 'bash',
          input: { api_key: 'field-planted', password: 'pw-planted' },
        },
      ]),
      user([{ type: 'tool_result', tool_use_id: 't', content: `${'z'.repeat(3985)} ${plain}` }]),
    ];
    const body = JSON.stringify({ model: 'm', stream: true, messages, metadata: { token: 'meta-planted' } });
    const response = await fetch(`${ADDRESS}&api_key=query-planted`, {
      method: 'POST',
      headers: { authorization: `Bearer ${plain}`, cookie: `session=${KEY}`, 'x-api-key': KEY },
      body,
    });
    await response.text();
    for (const secret of [KEY, KEY.slice(0, 20), plain, plain.slice(0, 12), signature, 'planted']) {
      expect(written(), secret).not.toContain(secret);
    }
    expect(written()).toContain('[redacted]');
  });

  test('a key in pieces of a stream is found', async () => {
    const reply = { ...say(`It is ${KEY}.`), pace: { charactersPerDelta: 3, msBetweenDeltas: 0 } };
    await send(
      createLoggedFetch(
        createScriptedFetch(() => reply),
        on,
      ),
      [user('x')],
    );
    expect(written()).toContain('It is [redacted].');
  });

  test('token counts are no secrets', async () => {
    await send(
      createLoggedFetch(
        createScriptedFetch(() => say('x')),
        on,
      ),
      [user('x')],
    );
    expect(written()).toContain('"max_tokens":9');
  });
});

describe('the request', () => {
  test('is not disturbed by a sink that throws', async () => {
    const broken = {
      enabled: () => true,
      sink: {
        appendLine() {
          throw new Error('no disk');
        },
      },
    };
    expect(
      await send(
        createLoggedFetch(
          createScriptedFetch(() => say('fine')),
          broken,
        ),
        [user('x')],
      ),
    ).toContain('fine');
  });

  test('is not disturbed by a body that is no JSON', async () => {
    const echo: Fetch = async () =>
      new Response('data: {"broken\n\ndata: 1\n\n', { headers: { 'content-type': 'text/event-stream' } });
    const response = await createLoggedFetch(echo, on)(ADDRESS, { method: 'POST', body: 'no json' });
    expect(await response.text()).toContain('broken');
    expect(entries).toHaveLength(1);
  });

  test('gets the bytes as they come and asks for no more than the reader takes', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array([pulled]));
        },
      },
      { highWaterMark: 0 },
    );
    const fetch = createLoggedFetch(async () => new Response(endless), on);
    const response = await fetch(ADDRESS, { method: 'POST', body: '{}' });
    const reader = response.body?.getReader();
    for (let turn = 1; turn <= 3; turn++)
      expect((await reader?.read())?.value).toEqual(new Uint8Array([turn]));
    expect(pulled).toBe(3);
    await reader?.cancel('enough');
    expect(written()).toContain('ended early: the reader stopped (enough)');
  });

  test('passes its abort on and notes it', async () => {
    const controller = new AbortController();
    const slow = { ...say('x'.repeat(100)), pace: { charactersPerDelta: 1, msBetweenDeltas: 60_000 } };
    const fetch = createLoggedFetch(
      createScriptedFetch(() => slow),
      on,
    );
    const body = JSON.stringify({ model: 'm', stream: true, messages: [user('x')] });
    const response = await fetch(ADDRESS, { method: 'POST', body, signal: controller.signal });
    const reading = response.text();
    controller.abort();
    await expect(reading).rejects.toThrow();
    expect(written()).toContain('AbortError');
  });

  test('keeps status, headers and address of the response', async () => {
    const answer = new Response('x', { status: 418, headers: { 'request-id': 'req_1' } });
    Object.defineProperty(answer, 'url', { value: ADDRESS });
    const response = await createLoggedFetch(async () => answer, on)(ADDRESS);
    expect(response).toMatchObject({ status: 418, url: ADDRESS });
    expect(response.headers.get('request-id')).toBe('req_1');
  });
});

describe('a session', () => {
  for (const thread of [true, false]) {
    test(`is logged in proportion to its length ${thread ? 'with' : 'without'} a thread`, async () => {
      const short = await runLoggedSession(10, { thread });
      const long = await runLoggedSession(40, { thread });
      expect(long.entries).toBe(40);
      expect(long.logBytes / short.logBytes).toBeLessThan(4.4);
    });
  }
});
