import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { boundedLookUp } from '../../../src/base/net/boundedLookUp.ts';

afterEach(() => vi.useRealTimers());

/** A name server that answers when it is told to. */
function slowServer() {
  const asked: string[] = [];
  const answers = new Map<string, (error?: Error) => void>();
  return {
    asked,
    lookUp: (host: string) => {
      asked.push(host);
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      answers.set(host, (error) => (error === undefined ? resolve([host]) : reject(error)));
      return promise;
    },
    answer(host: string, error?: Error) {
      answers.get(host)?.(error);
      return delay(0);
    },
  };
}

test('two names are looked up at a time, the others in the order they came', async () => {
  const server = slowServer();
  const lookUp = boundedLookUp(server.lookUp, 2);
  const looked = ['a', 'b', 'c', 'd'].map(lookUp);
  await delay(0);
  expect(server.asked).toEqual(['a', 'b']);
  await server.answer('b');
  expect(server.asked).toEqual(['a', 'b', 'c']);
  const failed = expect(looked[0]).rejects.toThrow('ENOTFOUND');
  await server.answer('a', new Error('ENOTFOUND'));
  await failed;
  expect(server.asked).toEqual(['a', 'b', 'c', 'd']);
  await server.answer('c');
  await server.answer('d');
  expect(await Promise.all(looked.slice(1))).toEqual([['b'], ['c'], ['d']]);
});

test('a page that asks for name after name is refused those beyond the queue, which no server hears of', async () => {
  const server = slowServer();
  const lookUp = boundedLookUp(server.lookUp, 2);
  const looked = Array.from({ length: 1_000 }, (_, index) =>
    lookUp(`${index}.test`).then(
      () => true,
      () => false,
    ),
  );
  const refused = await Promise.all(looked.slice(52));
  expect(refused).not.toContain(true);
  expect(server.asked).toEqual(['0.test', '1.test']);
  for (let index = 0; index < 52; index++) await server.answer(`${index}.test`);
  expect(await Promise.all(looked.slice(0, 52))).not.toContain(false);
  expect(server.asked).toHaveLength(52);
});

test('a name is asked for once at a time, and again after a few seconds or a failure', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const server = slowServer();
  const lookUp = boundedLookUp(server.lookUp, 2);
  const both = [lookUp('a'), lookUp('a')];
  await delay(0);
  await server.answer('a');
  expect(await Promise.all(both)).toEqual([['a'], ['a']]);
  await lookUp('a');
  expect(server.asked).toEqual(['a']);
  vi.advanceTimersByTime(6_000);
  const later = lookUp('a');
  await delay(0);
  expect(server.asked).toEqual(['a', 'a']);
  const failed = expect(later).rejects.toThrow();
  await server.answer('a', new Error('ENOTFOUND'));
  await failed;
  const again = lookUp('a');
  await delay(0);
  expect(server.asked).toHaveLength(3);
  await server.answer('a');
  await again;
});

test('answers of few names are kept', async () => {
  const asked: string[] = [];
  const lookUp = boundedLookUp(async (host) => {
    asked.push(host);
    return [];
  }, 2);
  for (let index = 0; index < 300; index++) await lookUp(`${index}.test`);
  await lookUp('299.test');
  expect(asked).toHaveLength(300);
  await lookUp('0.test');
  expect(asked).toHaveLength(301);
});
