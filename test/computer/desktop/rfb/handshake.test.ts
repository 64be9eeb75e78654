import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/computer/desktop/rfb/limits.ts';
import { connected, connectToFake, u16, u32 } from './fakeServer.ts';

describe('the version', () => {
  it.each([
    ['003.003', '003.003'],
    ['003.005', '003.003'],
    ['003.006', '003.003'],
    ['003.007', '003.007'],
    ['003.008', '003.008'],
    ['003.889', '003.008'],
    ['004.001', '003.008'],
    ['005.000', '003.008'],
    ['000.000', '003.003'],
  ])('is answered: %s by %s', async (theirs, ours) => {
    const { server, connecting } = connectToFake();
    server.say(`RFB ${theirs}\n`);
    expect(String(await server.hear(12))).toBe(`RFB ${ours}\n`);
    server.hangUp();
    await expect(connecting).rejects.toThrow('closed the connection');
  });

  it.each(['SSH-2.0-OpenSSH_9.2\r\n', 'RFB 003.008\r\n', 'HTTP/1.1 400 Bad'])(
    'ends what is not a VNC server: %j',
    async (text) => {
      const { server, connecting } = connectToFake();
      server.say(text);
      await expect(connecting).rejects.toThrow('not a VNC server');
    },
  );
});

describe('without security', () => {
  it('begins in 3.3 without a verdict', async () => {
    const { server, connecting } = connectToFake();
    server.say('RFB 003.003\n');
    await server.hear(12);
    server.say(u32(1));
    await server.begin(7, 5, 'caf\u00c3\u00a9\u0007');
    const connection = await connecting;
    expect(connection.name).toBe('café');
    expect(connection.pixels).toMatchObject({ width: 7, height: 5 });
    connection.dispose();
  });

  it('begins in 3.7 without a verdict', async () => {
    const { server, connecting } = connectToFake();
    server.say('RFB 003.007\n');
    await server.hear(12);
    server.say(2, 16, 1);
    expect([...(await server.hear(1))]).toEqual([1]);
    await server.begin(7, 5);
    (await connecting).dispose();
  });

  it('begins in 3.8 with a verdict, byte by byte as well', async () => {
    const { server, connecting } = connectToFake();
    for (const byte of Buffer.from('RFB 003.008\n')) server.say(byte);
    await server.hear(12);
    server.say(1, 1);
    await server.hear(1);
    for (const byte of [0, 0, 0, 0]) server.say(byte);
    await server.begin(7, 5);
    (await connecting).dispose();
  });
});

describe('a server that refuses', () => {
  it.each([
    ['003.003', [u32(0)]],
    ['003.008', [0]],
  ])('is quoted (%s)', async (version, no) => {
    const { server, connecting } = connectToFake();
    server.say(`RFB ${version}\n`, ...no, u32(9), 'Too many.');
    await expect(connecting).rejects.toThrow('The VNC server refused the connection: Too many.');
    await expect(connecting).rejects.toMatchObject({ failure: 'denied' });
  });

  it('is quoted by its verdict, in part when it is long', async () => {
    const { server, connecting } = connectToFake();
    server.say('RFB 003.008\n', 1, 1, u32(1), u32(1000), 'x'.repeat(1000));
    await expect(connecting).rejects.toThrow(/did not let us in: x{300}…$/);
  });

  it('says no reason in 3.7', async () => {
    const { server, connecting } = connectToFake();
    server.say('RFB 003.007\n', 1, 2, Buffer.alloc(16), u32(1));
    await expect(connecting).rejects.toThrow('did not let us in.');
  });

  it('may not say too much', async () => {
    const { server, connecting } = connectToFake();
    server.say('RFB 003.008\n', 0, u32(-1));
    await expect(connecting).rejects.toThrow(/The reason of the VNC server has 4294967295 bytes/);
  });
});

describe('a hostile start', () => {
  async function startWith(width: number, height: number, nameLength: number) {
    const { server, connecting } = connectToFake();
    server.say('RFB 003.008\n', 1, 1, u32(0), u16(width), u16(height), Buffer.alloc(16), u32(nameLength));
    return await connecting;
  }

  it('cannot have a screen without pixels, or with too many', async () => {
    await expect(startWith(0, 5, 0)).rejects.toThrow();
    await expect(startWith(16_384, 16_384, 0)).rejects.toThrow();
    await expect(startWith(65_535, 1, 0)).rejects.toThrow();
  });

  it('cannot have a name of 4 GB', async () => {
    await expect(startWith(5, 5, -1)).rejects.toThrow('The name of the desktop');
  });
});

describe('waiting', () => {
  it('ends when the server says nothing', async () => {
    const { connecting } = connectToFake({ patienceMs: 20 });
    await expect(connecting).rejects.toThrow('did not answer for 0.02 s');
  });

  it('ends when the server says very little at a time', async () => {
    const { server, connecting } = connectToFake({ patienceMs: 40 });
    const timer = setInterval(() => server.say('R'), 15);
    await expect(connecting).rejects.toThrow(/did not answer|not a VNC server/);
    clearInterval(timer);
  });

  it('ends by the signal', async () => {
    const controller = new AbortController();
    const { connecting } = connectToFake({}, controller.signal);
    controller.abort(new Error('stopped'));
    await expect(connecting).rejects.toThrow('stopped');
  });

  it('does not begin once the signal is aborted', async () => {
    const { connecting } = connectToFake({}, AbortSignal.abort(new Error('stopped')));
    await expect(connecting).rejects.toThrow('stopped');
  });

  it('ends by the signal also while the user is asked', async () => {
    const controller = new AbortController();
    const password = () => {
      controller.abort(new Error('stopped'));
      return new Promise<string>(() => {});
    };
    const { server, connecting } = connectToFake({ credentials: { password } }, controller.signal);
    server.say('RFB 003.008\n', 1, 2, Buffer.alloc(16));
    await expect(connecting).rejects.toThrow('stopped');
  });

  it('does not count the time that the user takes for the password', async () => {
    const answer = Promise.withResolvers<string>();
    const { server, connecting } = connectToFake({
      patienceMs: 200,
      credentials: { password: () => answer.promise },
    });
    server.say('RFB 003.008\n', 1, 2, Buffer.alloc(16));
    await server.hear(13);
    setTimeout(() => answer.resolve('late'), 300);
    await server.hear(16);
    server.say(u32(0));
    await server.begin(3, 3);
    (await connecting).dispose();
  });
});

it('announces the fence, continuous updates, the name and the extended clipboard', async () => {
  const { connection, encodings } = await connected();
  expect(encodings).toEqual(expect.arrayContaining([-307, -308, -312, -313, 0xc0a1e5ce | 0]));
  expect(encodings.length).toBe(new Set(encodings).size);
  expect(DEFAULT_LIMITS.maxScreenEdge).toBe(16_384);
  connection.dispose();
});
