import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentSession } from '../../src/agent/session.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { act, click, Host, itemsOf, messagesOf, noticesOf, reply, say, screenshot } from './support/host.ts';

describe('a user who takes the computer over', () => {
  let folder: string;
  let api: MessagesApi;
  let host: Host;
  let session: AgentSession;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
    api = await startMessagesApi();
    host = new Host(folder, api);
    session = host.sessions.create();
    api.enqueue(reply(screenshot), reply(say('I see it.')));
    await session.send('Look');
  });

  afterEach(async () => {
    await host.close();
    await api.close();
    expect(host.faults).toEqual([]);
    expect(api.requests.flatMap(({ invalid }) => invalid ?? [])).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  const actions = () => itemsOf(session).flatMap((item) => (item.kind === 'action' ? [item] : []));
  const lastMessage = () => messagesOf(api.requests.at(-1)).at(-1);

  it('keeps an action waiting, which is not done; Claude is told and sees the screen', async () => {
    session.takeOver();
    expect(session.status.control).toBe('user');
    api.enqueue(reply(click(1, 2), click(3, 4)), reply(say('I look again.')));
    const run = session.send('Click');
    await expect.poll(() => actions().at(-2)?.state.status).toBe('running');
    session.handBack();
    await run;
    expect(session.status.control).toBe('claude');
    expect(host.computer.members).toEqual(['screenshot', 'screenshot']);
    const [first, second] = actions().slice(-2);
    expect(first?.state).toMatchObject({ status: 'failed', error: expect.stringContaining('took control') });
    expect(second?.state).toMatchObject({ status: 'skipped' });
    const [results, news] = messagesOf(api.requests.at(-1));
    expect(results?.content.map(({ type }) => type)).toEqual(['tool_result', 'tool_result']);
    expect(news?.content).toMatchObject([
      { type: 'text', text: expect.stringContaining('has given it back') },
      { type: 'image' },
    ]);
    expect(noticesOf(session).map(({ text }) => text)).toEqual([
      expect.stringContaining('You took control'),
      expect.stringContaining('You gave the computer back'),
    ]);
  });

  it('cuts short the action under way', async () => {
    const waiting = host.computer.toolset.holdWaits();
    api.enqueue(reply(act('wait', { duration: 60 })), reply(say('Going on.')));
    const run = session.send('Wait');
    await waiting;
    session.takeOver();
    expect(noticesOf(session).at(-1)?.text).toBe(
      'You took control of the computer. Claude waits with its next action.',
    );
    session.handBack();
    await run;
    expect(actions().at(-1)?.state).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('in the middle of this action'),
    });
    expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Going on.' });
  });

  it('is told of with the next prompt when nothing was going on', async () => {
    session.takeOver();
    expect(noticesOf(session).at(-1)?.text).toBe('You took control of the computer.');
    session.handBack();
    api.enqueue(reply(say('Thanks.')), reply(say('Fine.')));
    await session.send('I logged in');
    expect(messagesOf(api.requests.at(-1)).map(({ content }) => content.map(({ type }) => type))).toEqual([
      ['text'],
      ['text', 'image'],
    ]);
    await session.send('Again');
    expect(lastMessage()?.content.map(({ type }) => type)).toEqual(['text']);
  });

  it('can stop the run while having it', async () => {
    session.takeOver();
    api.enqueue(reply(click(1, 2)));
    const run = session.send('Click');
    await expect.poll(() => actions().at(-1)?.state.status).toBe('running');
    session.stop();
    await run;
    expect(session.status).toMatchObject({ control: 'user', run: { state: 'idle' } });
    expect(actions().at(-1)?.state.status).toBe('skipped');
    session.handBack();
    expect(host.computer.members).toEqual(['screenshot']);
  });

  it('cannot take over a computer that does not run', async () => {
    const other = host.sessions.create();
    other.takeOver();
    expect(other.status.control).toBe('claude');
  });
});
