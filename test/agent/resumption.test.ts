/** After an action that was interrupted the model gets to see how things are now. */
import { describe, expect, it } from 'vitest';
import { NEW_COMPUTER_TEXT } from '../../src/agent/resumption.ts';
import { click, itemsOf, messagesOf, reply, say, wait } from './support/host.ts';
import { useWorkplace } from './support/workplace.ts';

const at = useWorkplace();

const kinds = () => itemsOf(at.session).map(({ kind }) => kind);
/** What the last request says after the last reply. */
const said = () => {
  const messages = messagesOf(at.api.requests.at(-1));
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.slice(last + 1).flatMap(({ content }) => content);
};

async function interruptAction(): Promise<void> {
  const { toolset } = at.host.computer;
  const begun = toolset.holdWaits();
  at.api.enqueue(reply(wait, click(1, 2)));
  const run = at.session.send('Wait');
  await begun;
  at.session.stop();
  await run;
  toolset.releaseWaits();
}

async function send(prompt: string): Promise<void> {
  at.api.enqueue(reply(say('I see.')));
  await at.session.send(prompt);
}

describe('the message after an interrupted action', () => {
  it('carries a fresh screenshot, which the transcript shows', async () => {
    await interruptAction();
    await send('Go on');
    expect(said().slice(-2)).toMatchObject([{ type: 'text', text: 'Go on' }, { type: 'image' }]);
    expect(kinds().slice(-3)).toEqual(['user', 'screenshot', 'answer']);
    expect(at.host.computer.members).toEqual(['wait', 'screenshot']);
    await send('And now?');
    expect(said()).toMatchObject([{ type: 'text', text: 'And now?' }]);
    expect(at.host.computer.members).toHaveLength(2);
  });

  it('says that the computer is new after a restart, and shows no empty page', async () => {
    await interruptAction();
    await at.reopen();
    await send('Go on');
    expect(said().slice(-2)).toMatchObject([
      { type: 'text', text: 'Go on' },
      { type: 'text', text: NEW_COMPUTER_TEXT },
    ]);
    expect(at.host.computer.members).toEqual([]);
    await send('And now?');
    expect(said()).toMatchObject([{ type: 'text', text: 'And now?' }]);
  });

  it('says that the computer is new after it crashed, and shows no empty page', async () => {
    await interruptAction();
    at.host.computer.crash('signal SIGSEGV');
    await send('Go on');
    expect(said().slice(-2)).toMatchObject([
      { type: 'text', text: 'Go on' },
      { type: 'text', text: NEW_COMPUTER_TEXT },
    ]);
    expect(at.host.computer.members).toEqual(['wait']);
    expect(kinds()).not.toContain('screenshot');
  });

  it('goes without a screenshot that fails', async () => {
    await interruptAction();
    at.host.computer.toolset.failNext = { member: 'screenshot', message: 'No screen.' };
    await send('Go on');
    expect(said().at(-1)).toMatchObject({ type: 'text', text: 'Go on' });
    expect(kinds().slice(-2)).toEqual(['user', 'answer']);
  });

  it('is as it was said when no action was interrupted', async () => {
    at.api.enqueue(reply(click(1, 2)), reply(say('Done.')));
    await at.session.send('Click');
    await send('Go on');
    expect(at.host.computer.members).toEqual(['left_click']);
  });
});
