import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ScreenChange } from '../../../../src/computer/desktop/connection.ts';
import { DEFAULT_LIMITS } from '../../../../src/computer/desktop/rfb/limits.ts';
import { connected, drawn, rectangle, u16, u32 } from './fakeServer.ts';

const FOREVER = new AbortController().signal;
const RED = [255, 0, 0, 0];
const REQUEST_ALL = Buffer.from('03010000000000040004', 'hex');
const REQUEST_ORIGIN = Buffer.from('03000000000000010001', 'hex');

async function begin(...args: Parameters<typeof connected>) {
  const made = await connected(...args);
  onTestFinished(() => made.connection.dispose());
  return made;
}

describe('the picture', () => {
  it('is told of once an update is whole', async () => {
    const { server, connection } = await begin();
    const changes: ScreenChange[] = [];
    connection.onChange((change) => changes.push(change));
    const update = drawn(1, 1, 2, 1, RED);
    server.say(update.subarray(0, 18));
    server.say(update.subarray(18));
    expect(await server.hear(10)).toEqual(REQUEST_ALL);
    expect(changes).toEqual([{ type: 'pixels', area: { x: 1, y: 1, width: 2, height: 1 } }]);
    expect([...connection.pixels.data.subarray(20, 28)]).toEqual([255, 0, 0, 255, 255, 0, 0, 255]);
  });

  it('is asked for anew when its size changes', async () => {
    const { server, connection } = await begin();
    const changes: ScreenChange[] = [];
    connection.onChange((change) => changes.push(change));
    server.say(0, 0, u16(1), rectangle(0, 0, 6, 3, -223));
    expect((await server.hear(10)).toString('hex')).toBe('03000000000000060003');
    expect(changes[0]).toEqual({ type: 'size', size: { width: 6, height: 3 } });
    expect(connection.pixels.data).toHaveLength(72);
  });

  it('ends an update of unknown length by its last rectangle', async () => {
    const { server } = await begin();
    server.say(0, 0, u16(65_535), drawn(0, 0, 1, 1, RED).subarray(4), rectangle(0, 0, 0, 0, -224));
    expect(await server.hear(10)).toEqual(REQUEST_ALL);
  });

  it('has the name that it was given last', async () => {
    const { server, connection } = await begin();
    expect(connection.name).toBe('fake');
    server.say(0, 0, u16(1), rectangle(0, 0, 0, 0, -307), u32(3), 'new');
    await server.hear(10);
    expect(connection.name).toBe('new');
  });

  it('goes on over bells, colour maps and large clipboards', async () => {
    const { server, connection } = await begin({ limits: { ...DEFAULT_LIMITS, maxClipboard: 10 } });
    const copies: string[] = [];
    connection.onClipboard((text) => copies.push(text));
    server.say(2, 3, 0, 0, 0, u32(11), 'x'.repeat(11), 3, 0, 0, 0, u32(3), 'abc');
    server.say(drawn(0, 0, 1, 1, RED));
    expect(await server.hear(10)).toEqual(REQUEST_ALL);
    expect(copies).toEqual(['abc']);
  });
});

describe('a server that told colours of a map before it read that we want none', () => {
  it('goes on', async () => {
    const { server, connection } = await begin();
    server.say(1, 0, u16(0), u16(256), Buffer.alloc(256 * 6, 7), drawn(0, 0, 1, 1, RED));
    expect(await server.hear(10)).toEqual(REQUEST_ALL);
    expect([...connection.pixels.data.subarray(0, 3)]).toEqual(RED.slice(0, 3));
  });
});

describe('a server that makes much of few bytes', () => {
  it('leaves others their turn', async () => {
    const { server, connection } = await begin({}, [4096, 4096]);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    onTestFinished(() => clearInterval(timer));
    // RRE without rectangles in it: 20 bytes fill 64 MB.
    const fill = Buffer.concat([rectangle(0, 0, 4096, 4096, 2), u32(0), Buffer.from(RED)]);
    server.say(0, 0, u16(60), ...Array.from({ length: 60 }, () => fill));
    await server.hear(10);
    expect(turns).toBeGreaterThan(2);
    expect(connection.pixels.data[0]).toBe(255);
  });
});

describe('a round trip', () => {
  async function trip(...args: Parameters<typeof connected>) {
    const made = await begin(...args);
    const state = { isDone: false };
    const done = made.connection.roundTrip(FOREVER).then(() => {
      state.isDone = true;
    });
    return { ...made, state, done };
  }

  it('ends with the pixel that was asked for', async () => {
    const { server, done } = await trip();
    expect(await server.hear(10)).toEqual(REQUEST_ORIGIN);
    server.say(drawn(0, 0, 1, 1, RED));
    await done;
  });

  it('does not take an update for it that was on its way already', async () => {
    const { server, state, done, connection } = await trip();
    await server.hear(10);
    server.say(drawn(2, 2, 1, 1, RED));
    expect(await server.hear(10)).toEqual(REQUEST_ALL);
    server.say(drawn(0, 0, 4, 4, RED));
    expect(await server.hear(20)).toEqual(Buffer.concat([REQUEST_ALL, REQUEST_ORIGIN]));
    expect(state.isDone).toBe(false);
    server.say(drawn(0, 0, 4, 4, RED));
    await done;
    // The next one begins anew.
    const next = connection.roundTrip(FOREVER);
    expect(await server.hear(20)).toEqual(Buffer.concat([REQUEST_ALL, REQUEST_ORIGIN]));
    server.say(drawn(0, 0, 1, 1, RED));
    await next;
  });

  it('is sure by a fence, where the server knows them', async () => {
    const { server, connection } = await begin();
    server.say(248, 0, 0, 0, u32(0x8000_0001), 2, 'hi');
    expect((await server.hear(11)).toString('latin1')).toBe('\u00f8\0\0\0\0\0\0\u0001\u0002hi');
    const state = { isDone: false };
    const done = connection.roundTrip(FOREVER).then(() => {
      state.isDone = true;
    });
    const fence = await server.hear(10);
    expect(await server.hear(10)).toEqual(REQUEST_ORIGIN);
    server.say(drawn(0, 0, 1, 1, RED));
    expect(await server.hear(10)).toEqual(REQUEST_ALL);
    expect(state.isDone).toBe(false);
    fence[4] = 0;
    server.say(fence, drawn(0, 0, 4, 4, RED));
    await done;
  });

  it('is made once for all that ask while one is under way', async () => {
    const { server, done, connection } = await trip();
    const others = Promise.all([connection.roundTrip(FOREVER), connection.roundTrip(FOREVER)]);
    await server.hear(10);
    server.say(drawn(0, 0, 1, 1, RED));
    await done;
    expect(await server.hear(20)).toEqual(Buffer.concat([REQUEST_ALL, REQUEST_ORIGIN]));
    server.say(drawn(0, 0, 1, 1, RED));
    await others;
  });

  it('ends by its signal, and with the connection', async () => {
    const { connection, server, done } = await trip();
    const controller = new AbortController();
    const aborted = connection.roundTrip(controller.signal);
    controller.abort(new Error('stopped'));
    await expect(aborted).rejects.toThrow('stopped');
    server.hangUp();
    await expect(done).rejects.toThrow('closed the connection');
    await expect(connection.roundTrip(FOREVER)).rejects.toThrow('closed the connection');
  });
});

describe('continuous updates', () => {
  it('are used where the server has fences as well, until it ends them', async () => {
    const { server } = await begin();
    server.say(248, 0, 0, 0, u32(0x8000_0000), 0, 150);
    await server.hear(9);
    expect((await server.hear(10)).toString('hex')).toBe('96010000000000040004');
    server.say(drawn(0, 0, 1, 1, RED), 150);
    expect(await server.hear(10)).toEqual(REQUEST_ALL);
  });

  it('follow the size of the screen', async () => {
    const { server } = await begin();
    server.say(248, 0, 0, 0, u32(0x8000_0000), 0, 150);
    await server.hear(19);
    server.say(0, 0, u16(1), rectangle(0, 0, 6, 3, -223));
    expect((await server.hear(20)).toString('hex')).toBe('9601000000000006000303000000000000060003');
  });
});

describe('another size', () => {
  const SCREEN = [1, 0, 0, 0, u32(77), u16(0), u16(0), u16(4), u16(4), u32(0)];
  const told = (reason: number, status: number, width: number, height: number) =>
    [0, 0, u16(1), rectangle(reason, status, width, height, -308), ...SCREEN] as const;

  it('cannot be had from a server that does not say so', async () => {
    const { connection } = await begin();
    expect(await connection.resize({ width: 8, height: 8 }, FOREVER)).toBe(false);
  });

  it.each([
    [0, true],
    [1, false],
    [3, false],
  ])('is asked for: status %d', async (status, isResized) => {
    const { server, connection } = await begin();
    server.say(...told(0, 0, 4, 4));
    await server.hear(10);
    const resized = connection.resize({ width: 8, height: 6 }, FOREVER);
    const asked = await server.hear(24);
    expect(asked.toString('hex')).toBe('fb00000800060100' + '0000004d0000000000080006' + '00000000');
    server.say(...(status === 0 ? told(1, 0, 8, 6) : told(1, status, 4, 4)));
    expect(await resized).toBe(isResized);
    expect(connection.pixels.width).toBe(isResized ? 8 : 4);
  });

  it('is not had when the server is silent, nor when the connection ends', async () => {
    const { server, connection } = await begin();
    server.say(...told(0, 0, 4, 4));
    await server.hear(10);
    const controller = new AbortController();
    const aborted = connection.resize({ width: 8, height: 6 }, controller.signal);
    const ended = connection.resize({ width: 9, height: 6 }, FOREVER);
    expect(await aborted).toBe(false);
    connection.dispose();
    expect(await ended).toBe(false);
    expect(await connection.resize({ width: 9, height: 6 }, FOREVER)).toBe(false);
  });
});

describe('input', () => {
  it('arrives in order, whole', async () => {
    const { server, connection } = await begin();
    connection.pointer(1, 2, 0);
    connection.pointer(3, 3, 1);
    connection.key(0x100_20ac, true);
    connection.key(0xffe1, false);
    connection.pointer(-5, 70_000, 255);
    expect((await server.hear(34)).toString('hex')).toBe(
      '050000010002' + '050100030003' + '04010000010020ac' + '040000000000ffe1' + '05ff0000ffff',
    );
  });

  it('waits for a server that does not read: only moves are left out', async () => {
    const { server, connection } = await begin();
    server.stopHearing();
    // More than the streams between hold.
    for (let key = 0; key < 20_000; key++) connection.key(key, true);
    await new Promise(setImmediate);
    for (let x = 0; x < 50_000; x++) connection.pointer(x, 1, 0);
    connection.pointer(7, 7, 1);
    for (let x = 0; x < 50_000; x++) connection.pointer(x, 2, 1);
    connection.pointer(8, 8, 0);
    connection.key(42, false);
    server.hearAgain();
    await server.hear(20_000 * 8);
    expect((await server.hear(32)).toString('hex')).toBe(
      '0500c34f0001' + '050100070007' + '0501c34f0002' + '050000080008' + '040000000000002a',
    );
  });

  it('ends a connection that takes nothing at all', async () => {
    const { server, connection } = await begin({ limits: { ...DEFAULT_LIMITS, maxUnsent: 1000 } });
    server.stopHearing();
    const isEnded = vi.fn();
    void connection.ended.then(isEnded);
    for (let turn = 0; turn < 100_000 && !isEnded.mock.calls.length; turn++) {
      for (let key = 0; key < 50; key++) connection.key(key, true);
      await null;
    }
    expect((await connection.ended).message).toContain('does not take what is sent');
  });
});

describe('the end', () => {
  it('comes by our own will, once, and nothing has an effect any more', async () => {
    const { connection } = await begin();
    connection.dispose();
    connection.dispose();
    expect((await connection.ended).reason).toBe('closed');
    connection.pointer(1, 1, 0);
    connection.key(1, true);
    connection.setClipboard('x');
  });

  it('comes when the server hangs up', async () => {
    const { server, connection } = await begin();
    server.hangUp();
    expect((await connection.ended).reason).toBe('server-closed');
  });

  it.each([
    ['an unknown message', [99]],
    ['an encoding that was not offered', [0, 0, u16(1), rectangle(0, 0, 1, 1, 4711)]],
    ['a rectangle outside of the screen', [0, 0, u16(1), rectangle(3, 3, 2, 2, 0)]],
    ['a screen of 65,535 px a side', [0, 0, u16(1), rectangle(0, 0, 65_535, 65_535, -223)]],
    ['a pointer of 65,535 px a side', [0, 0, u16(1), rectangle(0, 0, 65_535, 65_535, -239)]],
    ['a name of 4 GB', [0, 0, u16(1), rectangle(0, 0, 0, 0, -307), u32(-1)]],
    ['a long fence', [248, 0, 0, 0, u32(0), 65]],
    ['an extended clipboard without flags', [3, 0, 0, 0, u32(-3)]],
  ])('comes by %s', async (_, bytes) => {
    const { server, connection } = await begin();
    server.say(...bytes);
    expect((await connection.ended).reason).toBe('protocol-error');
  });

  it('comes when the server does not answer any more, but not when it has nothing to say', async () => {
    const { server, connection } = await begin({ silenceMs: 50 });
    for (let period = 0; period < 3; period++) {
      expect(await server.hear(10)).toEqual(REQUEST_ORIGIN);
      server.say(drawn(0, 0, 1, 1, RED));
      expect(await server.hear(10)).toEqual(REQUEST_ALL);
    }
    expect(await connection.ended).toEqual({
      reason: 'network-error',
      message: 'The VNC server does not answer any more.',
    });
  });
});
