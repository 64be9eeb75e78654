/**
 * A process of its own that works in one session until it is killed:
 *
 *   node test/agent/support/killedHost.ts FOLDER API_URL [SESSION]
 *
 * It prints `ready` when it is loaded and begins with the first line it reads. Then it prints, as JSON lines and before
 * it goes on, its session, each click before it is done, and each item that is final.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Item } from '../../../src/protocol/transcript.ts';
import { isSettled, ordinal, sessionId } from '../../../src/protocol/transcript.ts';
import { FakeBrowserToolset } from '../../support/fakeBrowserToolset.ts';
import { fakeComputers } from '../../support/fakeComputers.ts';
import { Host } from './host.ts';

/** A line of what such a process tells. */
export type Told = { readonly session: string } | { readonly click: number } | { readonly item: Item };

const tell = (told: Told) => writeSync(1, `${JSON.stringify(told)}\n`);

/** Tells of a click before it takes some ms to do it. */
class TellingToolset extends FakeBrowserToolset {
  override async left_click(_context: unknown, input: { readonly target: { readonly x?: number } }) {
    tell({ click: input.target.x ?? -1 });
    await delay(Math.random() * 20);
  }
}

async function work(folder: string, url: string, id: string | undefined): Promise<void> {
  const toolset = new TellingToolset();
  const never = () => ({ dispose() {} });
  const computer = {
    toolset,
    onEvent: never,
    onScreen: never,
    isIsolated: false,
    describeTarget: async () => [],
    screen: undefined,
    isRunning: true,
    close: async () => {},
  };
  const host = new Host(folder, { url }, { computers: fakeComputers('Telling', async () => computer) });
  const session = id === undefined ? host.sessions.create() : host.sessions.open(sessionId(id));
  if (!session) throw new Error('The session is gone.');
  session.onOperation(({ operation }) => {
    const place = operation.op === 'append' ? operation.item.ordinal : operation.ordinal;
    const [item] = operation.op === 'extend' ? [] : session.page(ordinal(place), 1).items;
    // The buttons of a notice go when something else is done.
    if (item && item.kind !== 'notice' && isSettled(item)) tell({ item });
  });
  for (let prompt = 1; ; prompt += 1) {
    const sent = session.send(`Go on, ${process.pid} ${prompt}`);
    if (prompt === 1) tell({ session: session.session });
    await sent;
    if (host.faults.length > 0) throw host.faults[0];
  }
}

if (import.meta.filename === process.argv[1]) {
  const [folder, url, id] = process.argv.slice(2);
  if (folder === undefined || url === undefined) throw new Error('Which folder, and which API?');
  createInterface({ input: process.stdin }).once('line', () => {
    work(folder, url, id).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  writeSync(1, 'ready\n');
}
