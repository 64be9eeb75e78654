import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GO_ON_TEXT } from '../../src/agent/compaction.ts';
import type { AgentSession } from '../../src/agent/session.ts';
import { type MessagesApi, type RecordedRequest, startMessagesApi } from '../support/messagesApi/server.ts';
import {
  click,
  connection,
  Host,
  itemsOf,
  messagesOf,
  noticesOf,
  reply,
  say,
  screenshot,
} from './support/host.ts';

/** Tokens after which these sessions are summarized. */
const LIMIT = 50_000;

/** A reply after which the context is `tokens` long. */
const large = (tokens: number, ...blocks: Parameters<typeof reply>) => ({
  ...reply(...blocks),
  usage: { inputTokens: 100, cacheReadTokens: tokens - 200, outputTokens: 100 },
});

const asksForSummary = ({ body }: RecordedRequest) => body?.compaction !== undefined;

describe('a conversation that grows too long', () => {
  let folder: string;
  let api: MessagesApi;
  let host: Host;
  let session: AgentSession;

  const openHost = () => {
    const model = { ...connection(api).model, compactAfter: LIMIT };
    return new Host(folder, api, { connect: async () => ({ ...connection(api), model }) });
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
    api = await startMessagesApi();
    host = openHost();
    session = host.sessions.create();
  });

  afterEach(async () => {
    await host.close();
    await api.close();
    expect(host.faults).toEqual([]);
    expect(api.requests.flatMap(({ invalid }) => invalid ?? [])).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('is summarized in mid-run; the model goes on with the summary and the screen it saw last', async () => {
    api.enqueue(
      reply(screenshot),
      large(LIMIT, click(1, 2), screenshot),
      reply({ type: 'summary', text: 'Two steps are done.' }),
      reply(click(3, 4), screenshot),
      reply(say('Done.')),
    );
    await session.send('Do the task');
    expect(api.requests.map(asksForSummary)).toEqual([false, false, true, false, false]);
    const [, , asked, next] = api.requests;
    expect(messagesOf(asked)).toHaveLength(5);
    const [summary, goOn] = messagesOf(next);
    expect(messagesOf(next)).toHaveLength(2);
    expect(summary).toMatchObject({
      role: 'assistant',
      content: [{ type: 'compaction', content: 'Two steps are done.' }],
    });
    expect(goOn).toMatchObject({
      role: 'user',
      content: [{ type: 'text', text: GO_ON_TEXT }, { type: 'image' }],
    });
    expect(host.computer.members).toEqual([
      'screenshot',
      'left_click',
      'screenshot',
      'left_click',
      'screenshot',
    ]);
    expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
    expect(noticesOf(session)).toMatchObject([{ severity: 'info', detail: 'Two steps are done.' }]);
  });

  it('is summarized before the next prompt, which reaches the model word for word', async () => {
    api.enqueue(
      large(LIMIT + 1, say('Anything else?')),
      reply({ type: 'summary', text: 'We talked.' }),
      reply(say('Sure.')),
    );
    await session.send('Talk');
    expect(api.requests).toHaveLength(1);
    await session.send('Buy exactly 17 pears');
    const [summary, prompt] = messagesOf(api.requests[2]);
    expect(summary?.content).toMatchObject([{ type: 'compaction', content: 'We talked.' }]);
    expect(prompt).toMatchObject({ role: 'user', content: [{ type: 'text', text: 'Buy exactly 17 pears' }] });
    expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Sure.' });
  });

  it('goes on from the summary after a restart, and sends nothing older', async () => {
    api.enqueue(
      large(LIMIT, screenshot),
      reply({ type: 'summary', text: 'One look was had.' }),
      reply(say('Done.')),
      reply(say('Yes.')),
    );
    await session.send('Look');
    await host.close();
    api.forgetThreads();
    host = openHost();
    const reopened = host.sessions.open(session.session);
    await reopened?.send('Are you sure?');
    const messages = messagesOf(api.requests.at(-1));
    expect(messages.map(({ role, content }) => [role, content.map(({ type }) => type)])).toEqual([
      ['assistant', ['compaction']],
      ['user', ['text', 'image']],
      ['assistant', ['text']],
      ['user', ['text']],
    ]);
    expect(itemsOf(reopened as AgentSession).filter(({ kind }) => kind === 'screenshot')).toHaveLength(1);
  });

  it('is summarized for its screenshots as well: one request carries only so many', async () => {
    const looks = Array.from({ length: 10 }, () => screenshot);
    api.enqueue(...Array.from({ length: 5 }, () => reply(...looks)));
    api.enqueue(reply({ type: 'summary', text: 'Fifty looks.' }), reply(say('Done.')));
    await session.send('Look around');
    expect(api.requests.map(asksForSummary)).toEqual([...Array(5).fill(false), true, false]);
  });

  it('goes on whole where the server makes no summary, and asks again only when it has grown', async () => {
    api.enqueue(
      large(LIMIT, screenshot),
      { fault: 'status', status: 400, message: 'compaction: not supported' },
      large(LIMIT * 1.05, screenshot),
      large(LIMIT * 1.2, screenshot),
      reply({ type: 'summary', text: null }),
      reply(say('Done.')),
    );
    await session.send('Look');
    expect(api.requests.map(asksForSummary)).toEqual([false, true, false, false, true, false]);
    expect(messagesOf(api.requests.at(-1)).length).toBeGreaterThan(6);
    expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
    expect(noticesOf(session).map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });

  it('is summarized when the server finds it too long, without the prompt, which is answered then', async () => {
    const tooLong = { fault: 'status', status: 400, message: 'prompt is too long: 230000 tokens' } as const;
    api.enqueue(reply(say('Hi.')), tooLong, reply({ type: 'summary', text: 'We met.' }), reply(say('Sure.')));
    await session.send('Begin');
    await session.send('A very long story');
    expect(api.requests.map(asksForSummary)).toEqual([false, false, true, false]);
    expect(messagesOf(api.requests[2]).map(({ role }) => role)).toEqual(['user', 'assistant']);
    const [summary, prompt] = messagesOf(api.requests[3]);
    expect(summary?.content).toMatchObject([{ type: 'compaction', content: 'We met.' }]);
    expect(prompt?.content).toMatchObject([{ type: 'text', text: 'A very long story' }]);
    expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Sure.' });
  });

  it('says so when even a summary leaves no room, and when there is nothing to summarize', async () => {
    const tooLong = { fault: 'status', status: 413, message: 'Request exceeds the maximum size' } as const;
    api.enqueue(tooLong);
    api.enqueue(tooLong);
    await session.send('An endless story');
    expect(api.requests.map(asksForSummary)).toEqual([false, false]);
    expect(noticesOf(session).at(-1)?.text).toContain('no longer fits');
    api.enqueue(reply(say('Hi.')), tooLong, reply({ type: 'summary', text: 'We met.' }), tooLong);
    await session.send('Begin');
    await session.send('Another endless story');
    expect(noticesOf(session).at(-1)?.text).toContain('no longer fits');
  });

  it('waits for a busy server and asks for the summary again', async () => {
    api.enqueue(
      large(LIMIT, screenshot),
      { fault: 'status', status: 529 },
      reply({ type: 'summary', text: 'One look.' }),
      reply(say('Done.')),
    );
    await session.send('Look');
    expect(api.requests.map(asksForSummary)).toEqual([false, true, true, false]);
    expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
  });

  it('can be stopped while it is summarized; nothing is lost', async () => {
    const gate = Promise.withResolvers<void>();
    api.enqueue(large(LIMIT, screenshot), {
      fault: 'slow',
      beforeFirstEvent: gate.promise,
      reply: reply({ type: 'summary', text: 'Never seen.' }),
    });
    const run = session.send('Look');
    await expect.poll(() => session.status.run).toMatchObject({ activity: 'summarizing' });
    await expect.poll(() => api.requests.length).toBe(2);
    session.stop();
    await run;
    gate.resolve();
    expect(noticesOf(session).at(-1)?.text).toContain('Stopped');
    api.enqueue(reply({ type: 'summary', text: 'One look.' }), reply(say('Done.')));
    await session.send('Go on');
    expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
  });
});
