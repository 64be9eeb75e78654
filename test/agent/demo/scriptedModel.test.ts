import { expect, test } from 'vitest';
import type { Script } from '../../../src/agent/demo/script.ts';
import { createScriptedFetch } from '../../../src/agent/demo/scriptedModel.ts';

const ADDRESS = 'http://scripted.invalid/v1/messages?beta=true';
const hello: Script = () => ({ blocks: [{ type: 'text', text: 'Hello' }] });
const slow: Script = () => ({
  blocks: [{ type: 'text', text: 'Hello' }],
  pace: { charactersPerDelta: 1, msBetweenDeltas: 60_000 },
});

function request(more: Record<string, unknown> = {}, signal?: AbortSignal): RequestInit {
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true, ...more };
  return { method: 'POST', body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) };
}

test('it streams when asked to, and answers at once when not', async () => {
  const fetch = createScriptedFetch(hello);
  const streamed = await fetch(ADDRESS, request());
  expect(streamed.headers.get('content-type')).toContain('text/event-stream');
  expect(await streamed.text()).toMatch(/event: message_stop\ndata: .*\n\n$/);
  const whole = await fetch(ADDRESS, request({ stream: false }));
  expect(await whole.json()).toMatchObject({ type: 'message', content: [{ text: 'Hello' }] });
});

test('it answers as the API does what it cannot answer', async () => {
  const fetch = createScriptedFetch(hello);
  const failures: [string, RequestInit, number][] = [
    ['http://scripted.invalid/v1/models', {}, 404],
    [ADDRESS, { method: 'GET' }, 405],
    [ADDRESS, { method: 'POST', body: '{' }, 400],
    [ADDRESS, request({ messages: undefined }), 400],
    [ADDRESS, request({ thread: { type: 'continue', previous_message_id: 'x' } }), 404],
  ];
  for (const [address, init, status] of failures) {
    const response = await fetch(address, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
  }
});

test('a script that throws is a server error', async () => {
  const fetch = createScriptedFetch(() => {
    throw new Error('no idea');
  });
  const response = await fetch(ADDRESS, request());
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('no idea');
});

test('an abort ends a stream that waits, with an AbortError', async () => {
  const controller = new AbortController();
  const response = await createScriptedFetch(slow)(ADDRESS, request({}, controller.signal));
  const reading = response.text();
  controller.abort();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});

test('a request aborted before it began rejects', async () => {
  const asked = createScriptedFetch(hello)(ADDRESS, request({}, AbortSignal.abort()));
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

test('an aborted or cancelled turn leaves its thread as it was', async () => {
  let script = hello;
  const fetch = createScriptedFetch((conversation) => script(conversation));
  const created = await fetch(ADDRESS, request({ stream: false, thread: { type: 'create' } }));
  const { id } = (await created.json()) as { id: string };
  const thread = { type: 'continue', previous_message_id: id };
  script = slow;
  const controller = new AbortController();
  await fetch(ADDRESS, request({ thread }, controller.signal));
  controller.abort();
  await (await fetch(ADDRESS, request({ thread }))).body?.cancel();
  script = hello;
  const again = await fetch(ADDRESS, request({ thread }));
  expect(again.status).toBe(200);
  expect(await again.text()).toContain('message_stop');
});
