import { expect, test } from 'vitest';
import { composeMessage } from '../../../src/agent/demo/sse.ts';
import { type ThreadErrorCode, ThreadStore, type ThreadTurn } from '../../../src/agent/demo/threads.ts';

const user = (text: string) => ({ role: 'user' as const, content: text });
const reply = (text: string) => composeMessage({ blocks: [{ type: 'text', text }] }, 'm', 0);

function turn(result: ThreadTurn | ThreadErrorCode): ThreadTurn {
  if (typeof result === 'string') throw new Error(result);
  return result;
}

test('a thread grows by each committed turn', () => {
  const store = new ThreadStore(4);
  const first = reply('one');
  store.create({ system: 's' }, [user('a')]).commit(first);
  const second = turn(store.continue(first.id, [user('b')]));
  expect(second.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
  expect(second.setup).toEqual({ system: 's' });
});

test('a released turn leaves the thread as it was', () => {
  const store = new ThreadStore(4);
  const first = reply('one');
  store.create({}, [user('a')]).commit(first);
  turn(store.continue(first.id, [user('lost')])).release();
  expect(turn(store.continue(first.id, [user('b')])).messages).toHaveLength(3);
});

test('a reply is continued once, and not by two at a time', () => {
  const store = new ThreadStore(4);
  const first = reply('one');
  store.create({}, [user('a')]).commit(first);
  const second = turn(store.continue(first.id, []));
  expect(store.continue(first.id, [])).toBe('thread_continue_in_flight');
  second.commit(reply('two'));
  expect(store.continue(first.id, [])).toBe('thread_already_continued');
  expect(store.continue('msg_unknown', [])).toBe('thread_not_found');
});

test('the least recently used thread is forgotten beyond the limit', () => {
  const store = new ThreadStore(2);
  const replies = ['a', 'b', 'c'].map(reply);
  for (const each of replies) store.create({}, [user('x')]).commit(each);
  expect(store.size).toBe(2);
  expect(store.continue(replies[0]?.id ?? '', [])).toBe('thread_not_found');
  turn(store.continue(replies[2]?.id ?? '', []));
});
