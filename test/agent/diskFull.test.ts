/** A history that cannot be written ends the run, is told once, and holds nothing up when there is room again. */
import { describe, expect, it, vi } from 'vitest';
import type { AgentSession } from '../../src/agent/session.ts';
import { type History, HistoryError } from '../../src/history/history.ts';
import { isSettled } from '../../src/protocol/transcript.ts';
import { click, itemsOf, navigate, reply, say, screenshot } from './support/host.ts';
import { settle, useWorkplace } from './support/workplace.ts';

const at = useWorkplace();

const WRITES = [
  'insertSession',
  'appendItem',
  'replaceItem',
  'appendText',
  'appendMessage',
  'addToDraft',
  'clearDraft',
  'updateSession',
] as const;
type Write = (typeof WRITES)[number];
/** Those that a short run does several times. */
const COUNTED: readonly Write[] = [
  'appendItem',
  'replaceItem',
  'appendMessage',
  'addToDraft',
  'clearDraft',
  'updateSession',
];

/** Lets writes to the history fail. */
class Disk {
  /** How many writes failed. */
  failed = 0;
  #full = false;

  /**
   * @param writes - those that count
   * @param from - the first of them that fails, from 1
   * @param lasting - whether every write fails from then on, until there is room again
   */
  constructor(history: History, writes: readonly Write[], from: number, lasting: boolean) {
    let count = 0;
    const check = (counts: boolean) => {
      if (counts) count += 1;
      if (counts && count === from) {
        this.#full = lasting;
        this.#fail();
      }
      if (this.#full) this.#fail();
    };
    for (const name of WRITES) {
      const write = history[name].bind(history) as (...args: unknown[]) => void;
      vi.spyOn(history, name).mockImplementation((...args: unknown[]) => {
        check(writes.includes(name));
        write(...args);
      });
    }
    const put = history.screenshots.put.bind(history.screenshots);
    vi.spyOn(history.screenshots, 'put').mockImplementation((...args) => {
      check(false);
      return put(...args);
    });
  }

  makeRoom(): void {
    this.#full = false;
    vi.restoreAllMocks();
  }

  #fail(): never {
    this.failed += 1;
    throw new HistoryError('full', 'The disk is full: the session history cannot be written.');
  }
}

/** The scripted run: every kind of write happens in it. */
const script = () => [
  reply({ type: 'thinking', text: 'I should look.' }, say('I look.'), navigate, screenshot),
  reply(click(1, 2), screenshot),
  reply(say('Done.')),
];

async function nextMessageWorks(session: AgentSession): Promise<void> {
  const { pending } = at.api;
  for (let left = pending; left > 0; left -= 1) {
    // What the run that ended did not come to ask for is answered now, and must do no harm.
    await session.send('Go on');
  }
  at.api.enqueue(reply(say('Going on.')));
  await session.send('Are you there?');
  expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Going on.', state: 'complete' });
  expect(at.host.history.readDraft(session.session)).toEqual([]);
  expect(itemsOf(session).filter((item) => !isSettled(item))).toEqual([]);
}

/** Runs the script with such a disk, then goes on with room again. @returns whether a write failed */
async function survives(writes: readonly Write[], from: number, lasting: boolean): Promise<boolean> {
  const session = at.host.sessions.create();
  const disk = new Disk(at.host.history, writes, from, lasting);
  at.api.enqueue(...script());
  await session.send('Look and click');
  expect(session.isRunning).toBe(false);
  await settle();
  if (disk.failed === 0) return false;
  expect(at.host.faults).toHaveLength(1);
  expect(at.host.faults[0]).toMatchObject({ code: 'full' });
  at.host.faults.length = 0;
  disk.makeRoom();
  await nextMessageWorks(session);
  await at.host.sessions.delete(session.session);
  return true;
}

describe.each([
  ['from one write on, until there is room', true],
  ['in one write', false],
] as const)('a disk that is full %s', (_when, lasting) => {
  it.each(COUNTED)(
    'at any %s: the run ends, it is told once, and the next message works',
    async (write) => {
      let from = 1;
      while (await survives([write], from, lasting)) from += 1;
      expect(from).toBeGreaterThan(1);
    },
    30_000,
  );
});

it('a disk that is full while an answer grows: the run ends, it is told once, and the next message works', async () => {
  const disk = new Disk(at.host.history, ['appendText'], 1, true);
  const pace = { charactersPerDelta: 5, msBetweenDeltas: 100 };
  at.api.enqueue({ ...reply(say('word '.repeat(40))), pace });
  // The text waits up to a second for the disk; the reply goes on for longer than that.
  await at.session.send('Talk');
  expect(disk.failed).toBeGreaterThan(0);
  expect(at.host.faults).toMatchObject([{ code: 'full' }]);
  at.host.faults.length = 0;
  disk.makeRoom();
  await nextMessageWorks(at.session);
}, 20_000);
