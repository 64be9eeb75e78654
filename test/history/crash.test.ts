import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { History } from '../../src/history/history.ts';
import { ordinal, type SessionId } from '../../src/protocol/transcript.ts';
import { newSession, openHistory, temporaryFolder } from './support.ts';
import { itemText } from './writtenText.ts';

const WRITER = join(import.meta.dirname, 'writer.ts');

function start(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Expects whole items, then at most one that was being written, and returns how many are there. */
function expectIntact(history: History, id: SessionId): number {
  const count = history.itemCount(id);
  const items = history.readItems(id, ordinal(0), count);
  expect(items.map((item) => item.ordinal)).toEqual(Array.from({ length: count }, (_, at) => at));
  for (const [at, item] of items.entries()) {
    if (item.kind !== 'answer') throw new Error(`A ${item.kind} item was never written.`);
    if (item.state !== 'streaming') expect(item.text).toBe(itemText(at));
    else expect(itemText(at).startsWith(item.text)).toBe(true);
  }
  const settled = items.filter((item) => item.kind === 'answer' && item.state === 'complete').length;
  expect(history.readMessages(id)).toHaveLength(settled);
  return count;
}

describe('a history whose host was killed while it wrote', () => {
  test('has every item that was complete, and the begun one as far as it got', {
    timeout: 60_000,
  }, async () => {
    const folder = temporaryFolder();
    let id: SessionId | undefined;
    let known = 0;
    for (let round = 0; round < 3; round += 1) {
      const { child, lines } = start(process.execPath, [WRITER, folder, ...(id ? [id] : [])]);
      id = (await lines.next()).value as SessionId;
      for (let line = 0; line < 20 + round * 7; line += 1) known = Number((await lines.next()).value) + 1;
      await kill(child);

      const history = History.open(folder);
      expect(history.recovered).toBeUndefined();
      expect(expectIntact(history, id)).toBeGreaterThanOrEqual(known);
      // The writer goes on as a host does: with nothing left open, and counts what it reads as its own messages.
      for (const item of history.settleOpenItems(id, 1)) {
        if (item.kind !== 'answer') continue;
        const text = itemText(item.ordinal);
        history.replaceItem(id, { ...item, text, state: 'complete' });
        history.appendMessage(id, { role: 'assistant', content: text });
      }
      history.dispose();
    }
  });
});

describe('a history that cannot write', () => {
  test('says so when its folder cannot be made', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => History.open(join(folder, 'file', 'history'))).toThrow(
      expect.objectContaining({
        name: 'HistoryError',
        code: 'unwritable',
        message: expect.stringContaining('not a folder'),
      }),
    );
    mkdirSync(join(folder, 'store'));
    writeFileSync(join(folder, 'store', 'screenshots'), '');
    expect(() => History.open(join(folder, 'store'))).toThrow(
      expect.objectContaining({ name: 'HistoryError' }),
    );
    expect(existsSync(join(folder, 'store', 'history.db'))).toBe(false);
  });

  test('says so when its database is a folder', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'history.db'));
    expect(() => History.open(folder)).toThrow(expect.objectContaining({ code: 'unwritable' }));
  });

  test('waits for another window no longer than a moment, and says so', { timeout: 20_000 }, () => {
    const { history, folder } = openHistory();
    const other = openHistory(folder).history;
    const { id } = newSession(history);
    history.transaction(() => {
      newSession(history);
      expect(() => other.updateSession(id, { title: 'x' })).toThrow(
        expect.objectContaining({ code: 'busy' }),
      );
    });
    other.updateSession(id, { title: 'x' });
    expect(history.session(id)?.title).toBe('x');
  });

  // A limit on the size of files stands in for a full disk: writes fail in the same place.
  test.skipIf(process.platform === 'win32')(
    'fails with a readable reason when there is no more room, and keeps what it has',
    { timeout: 60_000 },
    async () => {
      const folder = temporaryFolder();
      const limited = `ulimit -f 600 && exec "${process.execPath}" "${WRITER}" "${folder}"`;
      const { child, lines } = start('bash', ['-c', limited]);
      const exit = once(child, 'exit');
      const id = (await lines.next()).value as SessionId;
      const written: string[] = [];
      for await (const line of { [Symbol.asyncIterator]: () => lines }) written.push(line);
      expect(await exit).toEqual([0, null]);
      expect(JSON.parse(written.pop() ?? '')).toEqual({
        name: 'HistoryError',
        message: expect.stringMatching(/^The (disk|session history)/),
      });
      expect(expectIntact(openHistory(folder).history, id)).toBeGreaterThanOrEqual(written.length);
    },
  );
});
