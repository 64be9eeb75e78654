/** Runs on desktops that are stopped: on a server of ours, which records when it is sent what, and on TigerVNC's. */
import type { Duplex } from 'node:stream';
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
import { type StopReport, stopRuns } from './stopping.ts';

/** A machine that is reached by such streams. */
export function sourceOf(connect: () => Promise<Duplex>): DesktopSource {
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

export const connect: Connect = async (machine, signal) =>
  connectRfb(await machine.connect(signal), { credentials: machine.credentials }, signal);

/** @throws what is not as it must be */
export async function stopOnRecorded(stops: number, seed: number): Promise<StopReport> {
  const random = new Random(seed);
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
    const stopped = { computer, sent: hands.sent, random, freeze };
    return await stopRuns(
      stops,
      { ...stopped, kind: 'virtual', held: () => hands.held(), acts: () => acts.some() },
      `STOP_SEED=${seed}`,
    );
  } finally {
    await computer.close();
  }
}

/** Here an X client tells what arrived. @throws what is not as it must be */
export async function stopOnTigerVnc(stops: number, seed: number): Promise<StopReport> {
  const random = new Random(seed);
  const hands = new Hands();
  const acts = new RandomActs(random);
  const server = await startXvnc();
  const caller = createCaller({ source: sourceOf(() => tapped(server, hands)), connect });
  try {
    const { seen } = await startRecorder({ ...caller, server, close: async () => undefined });
    const afterStop = async () => {
      await until(() => heldOf(seen).length === 0, 10_000);
      seen.length = 0;
    };
    const stopped = { computer: caller.computer, sent: hands.sent, random, afterStop };
    return await stopRuns(
      stops,
      { ...stopped, kind: 'virtual', held: () => hands.held(), acts: () => acts.some() },
      `STOP_SEED=${seed}, TigerVNC`,
    );
  } finally {
    await caller.computer.close();
    await server.close();
  }
}

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
