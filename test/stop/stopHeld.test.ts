/** What is let go of on a desktop, and what is not sent any more, where its server is slow or the session just ends. */
import { expect, test, vi } from 'vitest';
import { Keyboard } from '../../src/computer/desktop/keyboard.ts';
import { connectRfb } from '../../src/computer/desktop/rfb/client.ts';
import { createCaller } from '../computer/desktop/driving.ts';
import { RecordingServer } from '../support/desktop/recordingServer.ts';
import { Hands, SIZE } from './desktopActs.ts';
import { connect, sourceOf } from './desktopStops.ts';

const A = 0x61;
const B = 0x62;
const { signal } = new AbortController();

async function connected() {
  const hands = new Hands();
  const server = new RecordingServer(
    SIZE,
    () => 0,
    (input) => hands.take(input),
  );
  const connection = await connectRfb(server, { credentials: { password: async () => undefined } }, signal);
  await connection.roundTrip(signal);
  const spelled = () => hands.sent.map(({ what }) => what).join(' ');
  return { hands, server, connection, spelled };
}

const turn = () => new Promise(setImmediate);

test('what waits for a server that does not read is taken back, but for what lets go', async () => {
  const { server, connection, spelled } = await connected();
  connection.key(A, true);
  connection.pointer(5, 5, 1);
  await turn();
  server.stopReading();
  connection.pointer(6, 6, 1);
  await turn();
  const sent = spelled();
  for (let count = 0; count < 100; count++) {
    connection.key(B, true);
    connection.key(B, false);
    connection.pointer(count, 7, 1);
  }
  connection.setClipboard('kept');
  connection.key(A, false);
  connection.pointer(9, 9, 0);
  connection.pointer(9, 9, 4);
  connection.withdrawInput();
  expect(connection.withdrawn).toBeGreaterThan(200);
  server.readAgain();
  await vi.waitFor(() => expect(spelled()).toBe(`${sent} -61 -b1 @6,6`));
  // What is done next finds it so.
  connection.key(B, true);
  connection.pointer(8, 8, 2);
  await vi.waitFor(() => expect(spelled()).toBe(`${sent} -61 -b1 @6,6 +62 +b2`));
  connection.dispose();
});

test('nothing is taken back of what a server reads', async () => {
  const { connection, spelled } = await connected();
  connection.key(A, true);
  connection.withdrawInput();
  connection.key(A, false);
  await vi.waitFor(() => expect(spelled()).toBe('+61 -61'));
  expect(connection.withdrawn).toBe(0);
  connection.dispose();
});

test('a held key repeats no further than a server has come that does not answer', async () => {
  const { hands, server, connection } = await connected();
  const stop = new AbortController();
  const held = new Keyboard(connection).hold([A], 30_000, stop.signal).catch(() => undefined);
  await vi.waitFor(() => expect(hands.sent.length).toBeGreaterThan(2), { timeout: 5_000 });
  server.stopReading();
  await new Promise((resolve) => setTimeout(resolve, 600));
  stop.abort();
  await held;
  const before = hands.sent.length;
  server.readAgain();
  await vi.waitFor(() => expect(hands.held()).toEqual([]));
  expect(hands.sent.length - before).toBeLessThanOrEqual(9);
  connection.dispose();
});

test('a button that is down between calls goes up where the session ends', async () => {
  const hands = new Hands();
  const connectTo = async () =>
    new RecordingServer(
      SIZE,
      () => 0,
      (input) => hands.take(input),
    );
  const caller = createCaller({ source: sourceOf(connectTo), connect });
  await caller.call('screenshot');
  await caller.call('left_mouse_down');
  expect(hands.held()).toEqual(['b1']);
  await caller.computer.close();
  expect(hands.held()).toEqual([]);
});

test('a drag that is stopped while the server does not read goes no further', async () => {
  const hands = new Hands();
  const server = new RecordingServer(
    SIZE,
    () => 0,
    (input) => hands.take(input),
  );
  const caller = createCaller({ source: sourceOf(async () => server), connect });
  await caller.call('screenshot');
  const stop = new AbortController();
  const input = { start_coordinate: [10, 10], coordinate: [600, 400] };
  const ended = caller.callAborted('left_click_drag', input, stop.signal);
  await vi.waitFor(() => expect(hands.held()).toEqual(['b1']), { interval: 2 });
  server.stopReading();
  await new Promise((resolve) => setTimeout(resolve, 120));
  const before = hands.sent.length;
  stop.abort();
  await ended;
  server.readAgain();
  await vi.waitFor(() => expect(hands.held()).toEqual([]));
  expect(hands.sent.slice(before).filter(({ isRelease }) => !isRelease)).toEqual([]);
  await caller.computer.close();
});
