import type { BetaMessageParam } from '@anthropic-ai/sdk/resources/beta';
import { expect, test } from 'vitest';
import { HANDED_BACK_TEXT, TAKEN_OVER_TEXT } from '../../../src/agent/control.ts';
import { createDemoScript } from '../../../src/agent/demo/demoScript.ts';
import { readConversation, type ScriptedReply } from '../../../src/agent/demo/script.ts';
import { composeMessage } from '../../../src/agent/demo/sse.ts';

const PAGE = 'http://127.0.0.1:1234/';

/** A conversation with the demo model whose tools are not run. */
class Talk {
  readonly messages: BetaMessageParam[] = [];
  readonly #script = createDemoScript({ pageUrl: PAGE });

  reply(): ScriptedReply {
    const reply = this.#script(readConversation('m', this.messages));
    const { content } = composeMessage(reply, 'm', 0);
    this.messages.push({ role: 'assistant', content } as BetaMessageParam);
    return reply;
  }

  say(text: string): ScriptedReply {
    this.messages.push({ role: 'user', content: text });
    return this.reply();
  }

  /** Answers the last reply's calls. */
  results(isError = false, text = 'ok'): ScriptedReply {
    this.pushResults(isError, text);
    return this.reply();
  }

  pushResults(isError: boolean, text: string): void {
    const last = this.messages.at(-1)?.content;
    const blocks = Array.isArray(last) ? last : [];
    const ids = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    this.messages.push({
      role: 'user',
      content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, is_error: isError, content: text })),
    });
  }

  /** Plays the task to its end. */
  finish(): ScriptedReply {
    for (let turns = 0; turns < 20; turns++) {
      const reply = this.results();
      if (textOf(reply).includes('order is placed')) return reply;
    }
    throw new Error('The demo does not end.');
  }
}

const members = (reply: ScriptedReply) =>
  reply.blocks.flatMap((block) => (block.type === 'action' ? [block.member] : []));
const textOf = (reply: ScriptedReply) =>
  reply.blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');

test('it begins by thinking, opening the page and looking at it', () => {
  const reply = new Talk().say('Show me.');
  expect(reply.blocks[0]?.type).toBe('thinking');
  expect(reply.blocks).toContainEqual({
    type: 'action',
    toolset: 'browser',
    member: 'navigate',
    input: { url: PAGE },
  });
  expect(members(reply)).toEqual(['navigate', 'screenshot']);
});

test('it ends with the total and says that it was scripted', () => {
  const talk = new Talk();
  talk.say('Show me.');
  const text = textOf(talk.finish());
  expect(text).toContain('$10.40');
  expect(text).toContain('scripted demo');
  expect(text).toContain('begin a new session');
});

test('every step but the last ends with a screenshot', () => {
  const talk = new Talk();
  const replies = [talk.say('Show me.')];
  while (members(replies.at(-1) as ScriptedReply).length > 0) replies.push(talk.results());
  for (const reply of replies.slice(0, -1)) expect(members(reply).at(-1)).toBe('screenshot');
});

test('a failed action ends it with an explanation', () => {
  const talk = new Talk();
  talk.say('Show me.');
  const reply = talk.results(true, 'No browser was found.\nmore');
  expect(members(reply)).toEqual([]);
  expect(textOf(reply)).toContain('No browser was found.');
  expect(textOf(reply)).not.toContain('more');
});

test('a later prompt is told what it can do, and how the conversation began', () => {
  const talk = new Talk();
  talk.say('Order me something nice.');
  talk.finish();
  const text = textOf(talk.say('And what is the weather?'));
  expect(text).toContain('only knows one task');
  expect(text).toContain('Order me something nice.');
  expect(text).toContain('two croissants for Ada');
});

test('it runs again when asked to', () => {
  const talk = new Talk();
  talk.say('Show me.');
  talk.finish();
  expect(members(talk.say('Again, please'))).toEqual(['navigate', 'screenshot']);
  expect(textOf(talk.finish())).toContain('$10.40');
});

test('a prompt after a stopped run is answered, whatever became of the actions', () => {
  const talk = new Talk();
  talk.say('Show me.');
  talk.pushResults(true, 'The user stopped this.');
  expect(members(talk.say('continue'))).toEqual(['navigate', 'screenshot']);
});

test('a reply that was cut before it acted is given again', () => {
  const talk = new Talk();
  talk.messages.push({ role: 'user', content: 'Show me.' }, { role: 'assistant', content: "I'll order" });
  expect(members(talk.reply())).toEqual(['navigate', 'screenshot']);
});

test('the same prompt as at first runs it again', () => {
  const talk = new Talk();
  talk.say('Show me.');
  talk.finish();
  expect(members(talk.say('Show me.'))).toEqual(['navigate', 'screenshot']);
});

test('what was not done while the user had the computer is done afterwards, and the rest after that', () => {
  const talk = new Talk();
  talk.say('Show me.');
  const kept = members(talk.results());
  for (let count = 0; count < 3; count++) {
    talk.pushResults(true, TAKEN_OVER_TEXT);
    talk.messages.push({ role: 'user', content: [{ type: 'text', text: HANDED_BACK_TEXT }] });
    expect(members(talk.reply())).toEqual(kept);
  }
  expect(members(talk.results())).toEqual(['left_click', 'left_click', 'screenshot']);
  expect(textOf(talk.finish())).toContain('$10.40');
});
