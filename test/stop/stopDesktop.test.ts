/**
 * Runs on desktops that are stopped at random moments. A server of ours records when it is sent what; on TigerVNC's, an X
 * client tells what arrived. STOP_SEED repeats a run, STOPS sets how many there are.
 */
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Emitter } from '../../src/base/emitter.ts';
import { createDesktopComputer } from '../../src/computer/desktop/desktopComputer.ts';
import type { Connect } from '../../src/computer/desktop/desktops.ts';
import type { DesktopSource } from '../../src/computer/desktop/machine.ts';
import { connectRfb } from '../../src/computer/desktop/rfb/client.ts';
import { createCaller, type SeenEvent, startRecorder, until } from '../computer/desktop/driving.ts';
import { ClientReader } from '../support/desktop/clientReader.ts';
import { Random } from '../support/desktop/random.ts';
import { RecordingServer } from '../support/desktop/recordingServer.ts';
import { startXvnc, type VncServer } from '../support/desktop/xserver.ts';
import { Hands, RandomActs, SIZE } from './desktopActs.ts';
import { describeReport, stopRuns } from './stopping.ts';

const SEED = Number(process.env.STOP_SEED ?? Date.now() % 2 ** 31);
const STOPS = Number(process.env.STOPS ?? 125);
const REAL_STOPS = Math.ceil(STOPS / 5);
/** A machine that is reached by such streams. */
function sourceOf(connect: () => Promise<Duplex>): DesktopSource {
  return {
    kind: 'vnc',
    label: 'Recorded',
    start: async () => ({
      connect,
      credentials: { password: async () => undefined },
      isolation: { kind: 'machine', detail: '' },
      isStreamPrivate: true,
      warmUpMs: 0,
      onEnd: new Emitter<string>().event,
      close: async () => undefined,
    }),
  };
}

const connect: Connect = async (machine, signal) =>
  connectRfb(await machine.connect(signal), { credentials: machine.credentials }, signal);

describe(`stops on a desktop, STOP_SEED=${SEED}`, () => {
  it('let go of everything at once and say what was done', { timeout: 600_000 }, async () => {
    const random = new Random(SEED);
    const hands = new Hands();
    const acts = new RandomActs(random);
    let server: RecordingServer | undefined;
    const source = sourceOf(async () => {
      server = new RecordingServer(
        SIZE,
        () => random.below(8),
        (input) => hands.take(input),
      );
      return server;
    });
    const computer = createDesktopComputer({ source, connect });
    const freeze = () => {
      server?.stopReading();
      return () => server?.readAgain();
    };
    try {
      const report = await stopRuns(
        STOPS,
        {
          ...{ kind: 'vnc', computer, sent: hands.sent, random, freeze },
          held: () => hands.held(),
          acts: () => acts.some(),
        },
        `STOP_SEED=${SEED}`,
      );
      console.log(`Recorded desktop: ${describeReport(report)}`);
      expect(report.stops).toBe(STOPS);
      expect(report.states.interrupted).toBeGreaterThan(STOPS / 3);
    } finally {
      await computer.close();
    }
  });

  it('leave nothing down for the programs of TigerVNC’s desktop', { timeout: 600_000 }, async () => {
    const random = new Random(SEED + 1);
    const hands = new Hands();
    const acts = new RandomActs(random);
    const server = await startXvnc();
    const caller = createCaller({ source: sourceOf(() => tapped(server, hands)), connect });
    try {
      const { seen } = await startRecorder({ ...caller, server, close: async () => undefined });
      const report = await stopRuns(
        REAL_STOPS,
        {
          ...{ kind: 'vnc', computer: caller.computer, sent: hands.sent, random },
          held: () => hands.held(),
          acts: () => acts.some(),
          afterStop: async () => {
            await until(() => heldOf(seen).length === 0, 10_000);
            seen.length = 0;
          },
        },
        `STOP_SEED=${SEED}, TigerVNC`,
      );
      console.log(`TigerVNC: ${describeReport(report)}`);
      expect(report.stops).toBe(REAL_STOPS);
    } finally {
      await caller.computer.close();
      await server.close();
    }
  });
});

/** A connection whose client is listened to as it speaks. */
async function tapped(server: VncServer, hands: Hands): Promise<Duplex> {
  const socket = await server.connect();
  const reader = new ClientReader({ onInput: (input) => hands.take(input) });
  const write: (...args: never[]) => boolean = socket.write.bind(socket);
  socket.write = (chunk: Uint8Array, ...rest: never[]) => {
    reader.read(Buffer.from(chunk));
    return write(...([chunk, ...rest] as never[]));
  };
  return socket;
}

/** What is down by what an X client saw. */
function heldOf(seen: readonly SeenEvent[]): string[] {
  const held = new Set<string>();
  for (const { type, key, button } of seen) {
    const name = key?.toLowerCase() ?? String(button);
    if (type.endsWith('Press')) held.add(name);
    else if (type.endsWith('Release')) held.delete(name);
  }
  return [...held];
}
