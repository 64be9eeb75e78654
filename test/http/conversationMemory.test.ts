import { expect, test } from 'vitest';
import { ConversationMemory } from '../../src/http/conversationMemory.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = { role: 'assistant', content: 'said' };

/** Takes a request and its answer. */
function exchange(
  memory: ConversationMemory,
  messages: readonly unknown[],
  reply: string,
  previous: string | null,
) {
  const taken = memory.take(messages, previous);
  memory.answered(taken.point, reply);
  return taken.messages;
}

test('two conversations that begin alike are told apart from where they part', () => {
  const memory = new ConversationMemory();
  exchange(memory, [user('hello')], 'r1', null);
  expect(exchange(memory, [user('hello'), assistant, user('left')], 'r2', null)).toEqual([user('left')]);
  expect(exchange(memory, [user('hello'), assistant, user('right')], 'r3', null)).toEqual([user('right')]);
});

test('a reply that no response was written for is written with the messages', () => {
  const memory = new ConversationMemory();
  memory.take([user('hello')], null);
  expect(memory.take([user('hello'), assistant, user('next')], null).messages).toEqual([
    assistant,
    user('next'),
  ]);
});

test('on an unknown thread everything sent is new', () => {
  const memory = new ConversationMemory();
  expect(exchange(memory, [user('one')], 'r2', 'r1')).toEqual([user('one')]);
  expect(exchange(memory, [user('one')], 'r3', 'r2')).toEqual([user('one')]);
  expect(memory.take([user('one')], 'r2').messages).toEqual([]);
});

test('it holds no more after a long session than after a short one', () => {
  const memory = new ConversationMemory();
  let previous: string | null = null;
  const size = (turns: number) => {
    for (let turn = 0; turn < turns; turn++) {
      const reply = `r${turn}-${turns}`;
      exchange(memory, [user(`${turn}`)], reply, previous);
      previous = reply;
    }
    return memory.size;
  };
  const settled = size(500);
  expect(size(2000)).toBe(settled);
});
