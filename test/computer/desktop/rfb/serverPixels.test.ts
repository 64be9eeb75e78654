/** Our client against real servers: what it has in memory is what X says is on the screen. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DesktopConnection } from '../../../../src/computer/desktop/connection.ts';
import { connectRfb } from '../../../../src/computer/desktop/rfb/client.ts';
import {
  ENCODING,
  ENCODINGS,
  ENCODINGS_NEARBY,
} from '../../../../src/computer/desktop/rfb/encodings/index.ts';
import { OUR_FORMAT, type PixelFormat } from '../../../../src/computer/desktop/rfb/pixelFormat.ts';
import { captureDisplay, drawBackground } from '../../../support/desktop/capture.ts';
import { FORMATS } from '../../../support/desktop/images.ts';
import { startX11vnc, startXvnc, type VncServer } from '../../../support/desktop/xserver.ts';

/** The encodings that servers have used since this was cleared. */
const used = vi.hoisted(() => new Set<number>());

vi.mock('../../../../src/computer/desktop/rfb/encodings/index.ts', async (original) => {
  const real = await original<typeof import('../../../../src/computer/desktop/rfb/encodings/index.ts')>();
  return {
    ...real,
    decodeRect: (...args: Parameters<typeof real.decodeRect>) => {
      used.add(args[0]);
      return real.decodeRect(...args);
    },
  };
});

const SIZE = { width: 640, height: 400 };
const GEOMETRY = '640x400';

/** What pointer and size need; drawing is chosen by each test. */
const PSEUDO = ENCODINGS.filter((encoding) => encoding < 0);

/** ms; servers that poll the screen take some 100 to see a change. */
const PATIENCE = 10_000;

type EncodingName = 'raw' | 'rre' | 'coRre' | 'hextile' | 'zlib' | 'zrle' | 'tight';
const OF_TIGERVNC: readonly EncodingName[] = ['raw', 'rre', 'hextile', 'zrle', 'tight'];
const OF_X11VNC: readonly EncodingName[] = ['raw', 'rre', 'coRre', 'hextile', 'zlib', 'zrle', 'tight'];

interface Setup {
  readonly name: string;
  readonly depth: number;
  readonly encodings: readonly EncodingName[];
  start(depth: number): Promise<VncServer>;
}

const tigerVnc = (depth: number) => startXvnc({ depth, geometry: GEOMETRY });

const SETUPS: readonly Setup[] = [
  { name: 'TigerVNC', depth: 24, encodings: OF_TIGERVNC, start: tigerVnc },
  { name: 'TigerVNC', depth: 16, encodings: OF_TIGERVNC, start: tigerVnc },
  { name: 'TigerVNC', depth: 32, encodings: OF_TIGERVNC, start: tigerVnc },
  { name: 'x11vnc', depth: 24, encodings: OF_X11VNC, start: startX11vncOn },
  { name: 'x11vnc', depth: 16, encodings: OF_X11VNC, start: startX11vncOn },
  // Its pixels are indexes into a colour map.
  { name: 'x11vnc', depth: 8, encodings: OF_X11VNC, start: startX11vncOnXvfb },
];

async function startX11vncOn(depth: number): Promise<VncServer> {
  const beneath = await tigerVnc(depth);
  const server = await startX11vnc({ on: beneath });
  return {
    ...server,
    async close() {
      await server.close();
      await beneath.close();
    },
  };
}

async function startX11vncOnXvfb(depth: number): Promise<VncServer> {
  const screen = `${GEOMETRY}x${depth}`;
  const args = ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp', '-ac', '-noreset'];
  const xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await once(xvfb.stdio[3] as Readable, 'data');
  const display = `:${String(number).trim()}`;
  const server = await startX11vnc({ on: { display } });
  return {
    ...server,
    async close() {
      await server.close();
      const ended = once(xvfb, 'exit');
      xvfb.kill();
      await ended;
    },
  };
}

async function connect(
  server: VncServer,
  encodings: readonly number[],
  pixelFormat: PixelFormat = OUR_FORMAT,
): Promise<DesktopConnection> {
  used.clear();
  const connection = await connectRfb(
    await server.connect(),
    { credentials: { password: async () => undefined }, encodings, pixelFormat },
    AbortSignal.timeout(PATIENCE),
  );
  // TigerVNC draws the pointer into the pixels while it is not where the client has put it.
  connection.pointer(SIZE.width - 5, SIZE.height - 5, 0);
  return connection;
}

/** How far components may be from the truth: what a step of the format loses. */
function toleranceOf({ isTrueColour, redMax, greenMax, blueMax }: PixelFormat, depth: number): number {
  // The maps of both servers have 8 reds, 8 greens and 4 blues.
  const steps = isTrueColour ? [redMax, greenMax, blueMax] : [3];
  const lost = Math.max(...steps.map((max) => (max >= 255 ? 0 : Math.ceil(255 / max))));
  // Two ways to make 8 bits out of 5 differ by rounding.
  return lost + (depth === 16 ? 8 : 0);
}

/** Compares until both agree, as the server may be about to tell of a change; says where they differ in the end. */
async function expectSameAsScreen(
  server: VncServer,
  connection: DesktopConnection,
  tolerance = 0,
): Promise<void> {
  await vi.waitFor(
    async () => {
      await connection.roundTrip(AbortSignal.timeout(PATIENCE));
      const capture = await captureDisplay(server.display);
      const { width, height, data } = connection.pixels;
      expect({ width, height }).toEqual({ width: capture.width, height: capture.height });
      const wrong = data.findIndex((value, at) => Math.abs(value - (capture.data[at] ?? 0)) > tolerance);
      const at = Math.floor(wrong / 4);
      const pixel = [...data.subarray(at * 4, at * 4 + 4)];
      const truth = [...capture.data.subarray(at * 4, at * 4 + 4)];
      expect(wrong < 0 ? 'the same' : { x: at % width, y: Math.floor(at / width), pixel, truth }).toBe(
        'the same',
      );
    },
    { timeout: PATIENCE, interval: 50 },
  );
}

describe.each(SETUPS)('$name with $depth bits', { timeout: 30_000 }, ({ depth, encodings, start }) => {
  let server: VncServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rfb-servers-'));
    server = await start(depth);
    await drawBackground(server.display, folder, SIZE);
  }, 30_000);

  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(encodings)('shows the screen by %s', async (name) => {
    const connection = await connect(server, [ENCODING[name], ...PSEUDO]);
    try {
      await expectSameAsScreen(server, connection, toleranceOf(OUR_FORMAT, depth));
      expect([...used]).toContain(ENCODING[name]);
    } finally {
      connection.dispose();
    }
  });

  it('shows the screen without compression', async () => {
    const connection = await connect(server, ENCODINGS_NEARBY);
    try {
      await expectSameAsScreen(server, connection, toleranceOf(OUR_FORMAT, depth));
      expect([...used]).toContain(ENCODING.tight);
    } finally {
      connection.dispose();
    }
  });

  it.each(['nothing, red, green, blue', '565', '565, big-endian', '332', 'a map of 256 colours'] as const)(
    'shows the screen in %s',
    async (format) => {
      for (const encoding of [ENCODING.raw, ENCODING.hextile, ENCODING.zrle, ENCODING.tight]) {
        const connection = await connect(server, [encoding, ...PSEUDO], FORMATS[format]);
        try {
          await expectSameAsScreen(server, connection, toleranceOf(FORMATS[format], depth));
        } finally {
          connection.dispose();
        }
      }
    },
  );

  it.each(encodings)('follows a terminal that scrolls by %s', async (name) => {
    const connection = await connect(server, [ENCODING.copyRect, ENCODING[name], ...PSEUDO]);
    const lines =
      'for i in $(seq 120); do printf "\\033[3$((i % 8))mline $i of many words\\n"; done; read end';
    const terminal = server.run('xterm', ['-geometry', '60x20+30+20', '-e', 'sh', '-c', lines]);
    try {
      const before = Buffer.from(connection.pixels.data);
      await vi.waitFor(() => expect(before.equals(connection.pixels.data)).toBe(false), PATIENCE);
      await expectSameAsScreen(server, connection, toleranceOf(OUR_FORMAT, depth));
    } finally {
      const ended = once(terminal, 'exit');
      terminal.kill();
      await ended;
      connection.dispose();
    }
  });
});
