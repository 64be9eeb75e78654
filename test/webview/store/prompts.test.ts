import { describe, expect, it } from 'vitest';
import type { WebviewMessage } from '../../../src/protocol/messages.ts';
import { Prompts } from '../../../webview/store/prompts.ts';

function createPrompts(draft: string) {
  const posted: WebviewMessage[] = [];
  const composer = { draft };
  const prompts = new Prompts({ post: (message) => posted.push(message), draft: composer });
  return { posted, composer, prompts };
}

describe('Prompts', () => {
  it('keep the text until the host has it', () => {
    const { posted, composer, prompts } = createPrompts('Look');
    prompts.send('Look');
    expect(posted).toEqual([{ type: 'send', request: 1, text: 'Look' }]);
    expect([composer.draft, prompts.isSending]).toEqual(['Look', true]);
    prompts.answer({ type: 'sent', request: 1, taken: true });
    expect([composer.draft, prompts.isSending]).toEqual(['', false]);
  });

  it('keep a text the host did not take', () => {
    const { composer, prompts } = createPrompts('Look');
    prompts.send('Look');
    prompts.answer({ type: 'sent', request: 1, taken: false });
    expect([composer.draft, prompts.isSending]).toEqual(['Look', false]);
  });

  it('go out once, and keep what was typed meanwhile', () => {
    const { posted, composer, prompts } = createPrompts('Look');
    prompts.send('Look');
    prompts.send('Look');
    expect(posted).toHaveLength(1);
    composer.draft = 'Look at this';
    prompts.answer({ type: 'sent', request: 1, taken: true });
    expect(composer.draft).toBe(' at this');
  });

  it('leave another text alone', () => {
    const { composer, prompts } = createPrompts('mine');
    prompts.send('suggested');
    prompts.answer({ type: 'sent', request: 1, taken: true });
    expect(composer.draft).toBe('mine');
  });

  it('can go out again when the host began anew, whatever it answers late', () => {
    const { posted, composer, prompts } = createPrompts('Look');
    prompts.send('Look');
    prompts.giveUp();
    prompts.send('Look');
    expect(posted.map((message) => message.type === 'send' && message.request)).toEqual([1, 2]);
    prompts.answer({ type: 'sent', request: 1, taken: true });
    expect(composer.draft).toBe('Look');
  });
});
