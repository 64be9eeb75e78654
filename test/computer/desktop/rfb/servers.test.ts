/** The client with real servers: TigerVNC's Xvnc and x11vnc. */
import type { ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { DesktopConnection } from '../../../../src/computer/desktop/connection.ts';
import { connectRfb, type RfbOptions } from '../../../../src/computer/desktop/rfb/client.ts';
import { startX11vnc, startXvnc, type VncServer } from '../../../support/desktop/xserver.ts';

const CREDENTIALS = { username: 'nobody', password: async () => 'secret12' };
const TRUSTING = { onCertificate: () => true };
const IN_TIME = { timeout: 10_000, interval: 30 };

async function connect(server: VncServer, options: Partial<RfbOptions> = {}): Promise<DesktopConnection> {
  const signal = AbortSignal.timeout(14_000);
  const connection = await connectRfb(
    await server.connect(),
    { credentials: CREDENTIALS, tls: TRUSTING, ...options },
    signal,
  );
  onTestFinished(() => connection.dispose());
  await connection.roundTrip(signal);
  return connection;
}

/** Servers that a test starts for itself. */
async function started(starting: Promise<VncServer>): Promise<VncServer> {
  const server = await starting;
  onTestFinished(() => server.close());
  return server;
}

/** A window of one colour over the whole screen. */
function paint(server: VncServer, colour: string): ChildProcess {
  return server.run('xlogo', ['-bg', colour, '-fg', colour, '-geometry', '2000x2000+0+0']);
}

function colourAt({ pixels }: DesktopConnection, x: number, y: number): string {
  const at = (y * pixels.width + x) * 4;
  return Buffer.from(pixels.data.subarray(at, at + 4)).toString('hex');
}

async function copied(server: VncServer): Promise<string> {
  const client = server.run('xclip', ['-selection', 'clipboard', '-o', '-t', 'UTF8_STRING']);
  return client.stdout ? await text(client.stdout) : '';
}

function copy(server: VncServer, content: string): void {
  server.run('xclip', ['-selection', 'clipboard', '-i', '-quiet']).stdin?.end(content);
}

describe.each(['None', 'VncAuth', 'TLSNone', 'TLSVnc', 'X509None', 'X509Vnc'])(
  'Xvnc with %s',
  (securityTypes) => {
    it('lets us in', async () => {
      const server = await started(startXvnc({ securityTypes, password: 'secret12', geometry: '320x240' }));
      const connection = await connect(server);
      expect(connection.pixels).toMatchObject({ width: 320, height: 240 });
      expect(connection.hasUnicodeClipboard).toBe(true);
    });

    it.runIf(securityTypes.endsWith('Vnc') || securityTypes === 'VncAuth')(
      'keeps us out with a wrong password',
      async () => {
        const server = await started(startXvnc({ securityTypes, password: 'another1', geometry: '320x240' }));
        await expect(connect(server)).rejects.toMatchObject({ failure: 'denied' });
      },
    );
  },
);

describe.each(['Plain', 'TLSPlain', 'X509Plain'])('Xvnc with %s', (securityTypes) => {
  it('judges what we send', async () => {
    const server = await started(
      startXvnc({ securityTypes, geometry: '320x240', args: ['-PlainUsers', 'nobody'] }),
    );
    await expect(connect(server)).rejects.toMatchObject({ failure: 'denied' });
  });
});

it('speaks version 3.3 with Xvnc', async () => {
  const server = await started(
    startXvnc({ securityTypes: 'VncAuth', password: 'secret12', args: ['-Protocol3.3'] }),
  );
  expect((await connect(server)).pixels.width).toBe(1024);
});

describe('Xvnc', () => {
  let server: VncServer;
  beforeAll(async () => {
    server = await startXvnc({ geometry: '640x480' });
  });
  afterAll(() => server.close());

  it('shows what is drawn', async () => {
    const connection = await connect(server);
    for (const [colour, bytes] of [
      ['#ff8040', 'ff8040ff'],
      ['#0000ff', '0000ffff'],
    ] as const) {
      paint(server, colour);
      await expect.poll(() => colourAt(connection, 600, 400), IN_TIME).toBe(bytes);
    }
  });

  it('changes its size in mid-session', async () => {
    const connection = await connect(server);
    const other = await connect(server);
    expect(await connection.resize({ width: 801, height: 333 }, AbortSignal.timeout(9000))).toBe(true);
    expect(connection.pixels).toMatchObject({ width: 801, height: 333 });
    await expect.poll(() => other.pixels.width, IN_TIME).toBe(801);
    paint(server, '#123456');
    await expect.poll(() => colourAt(connection, 800, 332), IN_TIME).toBe('123456ff');
    await expect.poll(() => colourAt(other, 800, 332), IN_TIME).toBe('123456ff');
  });

  it('gets keys and the pointer', async () => {
    const connection = await connect(server);
    const xev = server.run('xev', ['-geometry', '300x300+0+0', '-event', 'keyboard', '-event', 'mouse']);
    let events = '';
    xev.stdout?.on('data', (chunk) => {
      events += chunk;
    });
    connection.pointer(10, 10, 0);
    await expect.poll(() => events, IN_TIME).toContain('EnterNotify');
    connection.pointer(100, 50, 0);
    connection.pointer(100, 50, 1);
    connection.pointer(120, 60, 1);
    connection.pointer(120, 60, 0);
    for (const keysym of [0x61, 0x100_20ac]) {
      connection.key(keysym, true);
      connection.key(keysym, false);
    }
    await expect.poll(() => events, IN_TIME).toMatch(/KeyRelease[^"]*U20AC/);
    expect(events).toMatch(/ButtonPress/);
    expect(events).toMatch(/MotionNotify[^"]*root:\(120,60\)/);
    expect(events).toMatch(/ButtonRelease/);
    expect(events).toMatch(/keysym 0x61, a/);
  });

  it('has a clipboard both ways, in any script', async () => {
    const connection = await connect(server);
    const copies: string[] = [];
    connection.onClipboard((content) => copies.push(content));
    const told = 'naïve ✓ 😀\nzweite Zeile';
    copy(server, told);
    await expect.poll(() => copies, IN_TIME).toContain(told);
    const put = 'Ψυχή 😀\nline';
    connection.setClipboard(put);
    await expect.poll(() => copied(server), IN_TIME).toBe(put);
  });

  it('makes many round trips at once and one after the other', async () => {
    const connection = await connect(server);
    const signal = AbortSignal.timeout(10_000);
    await Promise.all(Array.from({ length: 50 }, () => connection.roundTrip(signal)));
    for (let trip = 0; trip < 20; trip++) await connection.roundTrip(signal);
  });

  it('shows after a round trip what was drawn before it', async () => {
    const connection = await connect(server);
    const xterm = server.run('xterm', [
      '-geometry',
      '100x40+0+0',
      '-bg',
      '#102030',
      '-fg',
      '#102030',
      '-cr',
      '#102030',
    ]);
    await expect.poll(() => colourAt(connection, 300, 100), IN_TIME).toBe('102030ff');
    xterm.kill();
    await new Promise((resolve) => xterm.once('exit', resolve));
    // The X server knows of the end of its client before another one can ask it anything.
    const asking = server.run('xdotool', ['getmouselocation']);
    await new Promise((resolve) => asking.once('exit', resolve));
    await connection.roundTrip(AbortSignal.timeout(5000));
    expect(colourAt(connection, 300, 100)).not.toBe('102030ff');
  });
});

it('tells of a server that dies', async () => {
  const server = await started(startXvnc({ geometry: '320x240' }));
  const connection = await connect(server);
  await server.kill();
  expect(['server-closed', 'network-error']).toContain((await connection.ended).reason);
});

describe('x11vnc', () => {
  let beneath: VncServer;
  beforeAll(async () => {
    beneath = await startXvnc({ geometry: '640x480' });
  });
  afterAll(() => beneath.close());

  it('lets us in by a password, and shows what is drawn', async () => {
    const server = await started(startX11vnc({ on: beneath, password: 'secret12' }));
    const connection = await connect(server);
    paint(beneath, '#ff8040');
    await expect.poll(() => colourAt(connection, 600, 400), IN_TIME).toBe('ff8040ff');
  });

  it('encrypts by VeNCrypt', async () => {
    const args = ['-ssl', 'TMP', '-vencrypt', 'only'];
    const server = await started(startX11vnc({ on: beneath, password: 'secret12', args }));
    expect((await connect(server)).pixels.width).toBe(640);
  });
});
