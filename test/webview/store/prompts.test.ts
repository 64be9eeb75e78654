import { describe, expect, it } from 'vitest';
import { TakenPrompts } from '../../../src/panel/takenPrompts.ts';
import type { SendingPrompt, SendMessage, WasTakenMessage } from '../../../src/protocol/messages.ts';
import { ASK_INTERVAL_MS, Prompts } from '../../../webview/store/prompts.ts';
import { VirtualClock } from '../../panel/virtualClock.ts';

/** A document with a composer; `kept` is what outlives it. */
function createPrompts(draft: string, kept: { draft: string; sending: SendingPrompt | undefined }) {
  kept.draft = draft;
  const posted: (SendMessage | WasTakenMessage)[] = [];
  const clock = new VirtualClock();
  let ids = 0;
  const prompts = new Prompts({
    post: (message) => posted.push(message),
    kept,
    newId: () => `prompt ${++ids}`,
    after: (callback, ms) => {
      const timer = clock.schedule(callback, ms);
      return () => timer.dispose();
    },
  });
  return { posted, clock, composer: kept, prompts };
}

const open = (draft: string) => createPrompts(draft, { draft, sending: undefined });

describe('Prompts', () => {
  it('keep the text until the host has it', () => {
    const { posted, composer, prompts, clock } = open('Look');
    prompts.send('Look');
    expect(posted).toEqual([{ type: 'send', id: 'prompt 1', text: 'Look' }]);
    expect([composer.draft, prompts.isSending]).toEqual(['Look', true]);
    prompts.answer({ type: 'sent', id: 'prompt 1', taken: true });
    expect([composer.draft, prompts.isSending, clock.pending]).toEqual(['', false, 0]);
  });

  it('keep a text the host did not take', () => {
    const { composer, prompts } = open('Look');
    prompts.send('Look');
    prompts.answer({ type: 'sent', id: 'prompt 1', taken: false });
    expect([composer.draft, prompts.isSending]).toEqual(['Look', false]);
  });

  it('go out once, and keep what was typed meanwhile', () => {
    const { posted, composer, prompts } = open('Look');
    prompts.send('Look');
    prompts.send('Look');
    expect(posted).toHaveLength(1);
    composer.draft = 'Look at this';
    prompts.answer({ type: 'sent', id: 'prompt 1', taken: true });
    expect(composer.draft).toBe(' at this');
  });

  it('leave another text alone, and an answer to another prompt', () => {
    const { composer, prompts } = open('mine');
    prompts.send('suggested');
    prompts.answer({ type: 'sent', id: 'prompt 0', taken: true });
    expect(prompts.isSending).toBe(true);
    prompts.answer({ type: 'sent', id: 'prompt 1', taken: true });
    expect(composer.draft).toBe('mine');
  });

  it('ask what became of a prompt until they hear of it', () => {
    const { posted, clock, composer, prompts } = open('Look');
    prompts.send('Look');
    clock.advance(2 * ASK_INTERVAL_MS);
    const question = { type: 'was-taken', id: 'prompt 1' };
    expect(posted.slice(1)).toEqual([question, question]);
    prompts.answer({ type: 'sent', id: 'prompt 1', taken: true });
    clock.advance(60_000);
    expect(posted).toHaveLength(3);
    expect(composer.draft).toBe('');
  });

  it('are told by the document that takes over, which does not send them again', () => {
    const { composer, prompts } = open('Look');
    prompts.send('Look');
    const next = createPrompts('Look', composer);
    next.prompts.resume();
    expect(next.prompts.isSending).toBe(true);
    expect(next.posted).toEqual([{ type: 'was-taken', id: 'prompt 1' }]);
    next.prompts.answer({ type: 'sent', id: 'prompt 1', taken: true });
    expect([composer.draft, next.prompts.isSending]).toEqual(['', false]);
  });

  it('ask nothing when none is on its way', () => {
    const { posted, prompts } = open('Look');
    prompts.resume();
    expect(posted).toEqual([]);
  });
});

describe('the prompts taken', () => {
  it('are taken once, those refused again', () => {
    const taken = new TakenPrompts();
    let sent = 0;
    const send = (isTaken: boolean) => () => {
      sent += 1;
      return isTaken;
    };
    expect([taken.take('1', send(false)), taken.has('1')]).toEqual([false, false]);
    expect([taken.take('1', send(true)), taken.has('1')]).toEqual([true, true]);
    expect(taken.take('1', send(true))).toBe(true);
    expect(sent).toBe(2);
  });

  it('are forgotten at last', () => {
    const taken = new TakenPrompts();
    for (let id = 0; id < 100; id += 1) taken.take(`${id}`, () => true);
    expect([taken.has('0'), taken.has('99')]).toEqual([false, true]);
  });
});
