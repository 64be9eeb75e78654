import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { afterEach, expect, test } from 'vitest';
import type { ScriptedReply } from '../../../src/agent/demo/script.ts';
import { type MessagesApi, type MessagesApiOptions, startMessagesApi } from './server.ts';

const REPLY: ScriptedReply = {
  blocks: [
    { type: 'thinking', text: 'Let me think.' },
    { type: 'text', text: 'Hello there, friend.' },
  ],
  pace: { charactersPerDelta: 5, msBetweenDeltas: 0 },
};
const PARAMS = { model: 'm', max_tokens: 10, messages: [{ role: 'user' as const, content: 'Hi' }] };

let api: MessagesApi;
afterEach(() => api.close());

async function start(options: MessagesApiOptions): Promise<Anthropic> {
  api = await startMessagesApi(options);
  return new Anthropic({ apiKey: 'right', baseURL: api.url, maxRetries: 0 });
}

/** What the SDK makes of a streamed request: the text it got and how it ended. */
async function stream(client: Anthropic): Promise<{ text: string; error: unknown; stop: string | null }> {
  let text = '';
  const running = client.beta.messages.stream(PARAMS);
  running.on('text', (delta) => {
    text += delta;
  });
  try {
    const message = await running.finalMessage();
    return { text, error: null, stop: message.stop_reason };
  } catch (error) {
    return { text, error, stop: null };
  }
}

test('a reply is streamed with all event types and a request id', async () => {
  const client = await start({ replies: [REPLY] });
  const response = await client.beta.messages.create({ ...PARAMS, stream: true }).asResponse();
  expect(response.headers.get('request-id')).toMatch(/^req_/);
  const names = [...(await response.text()).matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
  expect(new Set(names)).toEqual(
    new Set([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]),
  );
});

test('a reply that is not streamed is one message', async () => {
  const client = await start({ replies: [REPLY] });
  const message = await client.beta.messages.create(PARAMS);
  expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text']);
  expect(message.stop_reason).toBe('end_turn');
  expect(api.requests[0]).toMatchObject({ status: 200, method: 'POST', complete: true });
});

for (const status of [400, 401, 413, 429, 500, 529] as const) {
  test(`a scripted ${status} comes with the API's error object`, async () => {
    const client = await start({ replies: [{ fault: 'status', status, retryAfterSeconds: 7 }] });
    const { error } = await stream(client);
    expect(error).toBeInstanceOf(APIError);
    const { status: seen, type, requestID, headers } = error as APIError;
    expect(seen).toBe(status);
    expect(type).toMatch(/_error$|^request_too_large$/);
    expect(requestID).toMatch(/^req_/);
    expect(headers?.get('retry-after')).toBe('7');
  });
}

test('a wrong key is refused, and so is none', async () => {
  await start({ apiKey: 'right', script: () => REPLY });
  const wrong = new Anthropic({ apiKey: 'wrong', baseURL: api.url, maxRetries: 0 });
  expect(((await stream(wrong)).error as APIError).status).toBe(401);
  expect((await fetch(`${api.url}/v1/messages`, { method: 'POST', body: '{}' })).status).toBe(401);
});

test('a request of more than 32 MB is refused, one a little smaller is not', async () => {
  const client = await start({ replies: [REPLY] });
  const ask = (megabytes: number) =>
    client.beta.messages.create({
      ...PARAMS,
      messages: [{ role: 'user', content: 'x'.repeat(megabytes * 1024 * 1024) }],
    });
  await expect(ask(32)).rejects.toMatchObject({ status: 413 });
  await ask(31);
  expect(api.requests.map(({ status }) => status)).toEqual([413, 200]);
});

test('a stream is cut after some events', async () => {
  const client = await start({ replies: [{ fault: 'cut', after: { events: 3 }, reply: REPLY }] });
  const { error, text } = await stream(client);
  expect(error).toBeInstanceOf(Error);
  expect(text).toBe('');
  expect(api.requests[0]?.complete).toBe(false);
});

test('a stream is cut within a block', async () => {
  const client = await start({ replies: [{ fault: 'cut', after: { block: 1, deltas: 2 }, reply: REPLY }] });
  const { error, text } = await stream(client);
  expect(error).toBeInstanceOf(Error);
  expect(text).toBe('Hello ther');
});

test('a connection is lost before the response', async () => {
  const client = await start({ replies: [{ fault: 'reset' }] });
  expect((await stream(client)).error).toBeInstanceOf(Error);
  expect(api.requests[0]?.status).toBe(0);
});

test('an error event ends a stream', async () => {
  const client = await start({ replies: [{ fault: 'error-event', afterEvents: 4, reply: REPLY }] });
  const { error } = await stream(client);
  expect((error as APIError).type).toBe('overloaded_error');
});

for (const stopReason of ['refusal', 'max_tokens', 'pause_turn'] as const) {
  test(`a reply stops with ${stopReason}`, async () => {
    const client = await start({ replies: [{ ...REPLY, stopReason }] });
    expect((await stream(client)).stop).toBe(stopReason);
  });
}

test('a delay holds the headers, the first event or the next ones until a promise settles', async () => {
  const gate = Promise.withResolvers<void>();
  const client = await start({ replies: [{ fault: 'slow', beforeFirstEvent: gate.promise, reply: REPLY }] });
  const response = await client.beta.messages.create({ ...PARAMS, stream: true }).asResponse();
  expect(response.status).toBe(200);
  expect(api.requests[0]?.complete).toBe(false);
  gate.resolve();
  expect(await response.text()).toContain('message_stop');
});

test('a client that leaves ends its delay', async () => {
  const client = await start({
    replies: [{ fault: 'slow', beforeHeaders: new Promise(() => {}), reply: REPLY }],
  });
  const controller = new AbortController();
  const asked = client.beta.messages.create(PARAMS, { signal: controller.signal });
  await expect.poll(() => api.requests.length).toBe(1);
  controller.abort();
  await expect(asked).rejects.toThrow('aborted');
});

test('a request that breaks a rule is a 400 which names it', async () => {
  const client = await start({ script: () => REPLY });
  const asked = client.beta.messages.create({ ...PARAMS, messages: [{ role: 'assistant', content: 'I' }] });
  await expect(asked).rejects.toThrow('first message must use');
  expect(api.requests[0]).toMatchObject({ status: 400 });
  expect(api.requests[0]?.invalid).toContain('first message');
});

test('a request nothing is scripted for is an error', async () => {
  const client = await start({});
  await expect(client.beta.messages.create(PARAMS)).rejects.toThrow('No reply is scripted');
});

test('a script that throws is a server error', async () => {
  const script = () => {
    throw new Error('no idea');
  };
  const client = await start({ script });
  await expect(client.beta.messages.create(PARAMS)).rejects.toThrow('no idea');
});

test('queued steps come before the script', async () => {
  const client = await start({ script: () => ({ blocks: [{ type: 'text', text: 'script' }] }) });
  api.enqueue({ blocks: [{ type: 'text', text: 'queue' }] });
  expect(api.pending).toBe(1);
  expect((await stream(client)).text).toBe('queue');
  expect((await stream(client)).text).toBe('script');
});

test('a thread is continued once, and not while it is under way', async () => {
  const client = await start({ script: () => REPLY });
  const betas = ['message-threads-2026-08-12' as const];
  const created = await client.beta.messages.create({ ...PARAMS, betas, thread: { type: 'create' } });
  const next = {
    ...PARAMS,
    betas,
    thread: { type: 'continue' as const, previous_message_id: created.id },
  };
  const gate = Promise.withResolvers<void>();
  api.enqueue({ fault: 'slow', beforeFirstEvent: gate.promise });
  const first = client.beta.messages.stream(next);
  await expect.poll(() => api.requests.length).toBe(2);
  await expect(client.beta.messages.create(next)).rejects.toThrow('thread_continue_in_flight');
  gate.resolve();
  await first.done();
  await expect(client.beta.messages.create(next)).rejects.toThrow('thread_already_continued');
  const lost = { ...next, thread: { type: 'continue' as const, previous_message_id: 'msg_unknown' } };
  await expect(client.beta.messages.create(lost)).rejects.toMatchObject({
    status: 404,
    errorCode: 'thread_not_found',
  });
});

test('a thread whose reply was cut can be continued from the same place', async () => {
  const client = await start({ script: () => REPLY });
  const betas = ['message-threads-2026-08-12' as const];
  const created = await client.beta.messages.create({ ...PARAMS, betas, thread: { type: 'create' } });
  const next = { ...PARAMS, betas, thread: { type: 'continue' as const, previous_message_id: created.id } };
  api.enqueue({ fault: 'cut', after: { events: 2 } });
  await expect(client.beta.messages.stream(next).done()).rejects.toThrow();
  await expect.poll(() => client.beta.messages.create(next).then((message) => message.type)).toBe('message');
});
