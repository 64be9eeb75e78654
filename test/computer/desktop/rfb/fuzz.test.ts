/** What a hostile or broken server may say: whatever it is, a connection ends or goes on, within its limits. */
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectRfb } from '../../../../src/computer/desktop/rfb/client.ts';
import { DEFAULT_LIMITS } from '../../../../src/computer/desktop/rfb/limits.ts';
import { startXvnc } from '../../../support/desktop/xserver.ts';
import { drawn, u16, u32 } from './fakeServer.ts';

const CREDENTIALS = { username: 'ada', password: async () => 'lovelace' };
const LIMITS = { ...DEFAULT_LIMITS, maxScreenPixels: 2 ** 18, maxClipboard: 2 ** 16, maxRequest: 2 ** 21 };
/** Bytes that a connection may hold with these limits: the screen twice while it changes its size, and what is on its way. */
const ALLOWED_MEMORY = 2 ** 26;
const START = Buffer.concat([
  Buffer.from('RFB 003.008\n'),
  Buffer.of(1, 1),
  u32(0),
  u16(16),
  u16(16),
  Buffer.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0),
  u32(4),
  Buffer.from('fuzz'),
]);

interface Outcome {
  /** How it ended: the name of the error, or the reason. */
  readonly end: string;
  readonly picture: string;
  readonly clipboard: readonly string[];
}

/** A server that says `bytes` in pieces of these sizes, whatever it is told, and hangs up. */
async function hear(bytes: Uint8Array, sizes: readonly number[]): Promise<Outcome> {
  const [ours, theirs] = duplexPair();
  theirs.on('error', () => {}).resume();
  const connecting = connectRfb(
    ours,
    { credentials: CREDENTIALS, limits: LIMITS },
    AbortSignal.timeout(10_000),
  );
  const saying = say();
  const clipboard: string[] = [];
  try {
    const connection = await connecting;
    connection.onClipboard((text) => clipboard.push(text));
    const { reason } = await connection.ended;
    const { width, height, data } = connection.pixels;
    expect(width * height).toBeLessThanOrEqual(LIMITS.maxScreenPixels);
    const picture = `${width}x${height} ${Buffer.from(data).toString('base64')}`;
    return { end: reason, picture, clipboard };
  } catch (error) {
    return { end: error instanceof Error ? error.name : String(error), picture: '', clipboard };
  } finally {
    await saying;
  }

  async function say(): Promise<void> {
    for (let at = 0, turn = 0; at < bytes.length && !theirs.destroyed; turn++) {
      const size = sizes[turn % sizes.length] ?? bytes.length;
      theirs.write(Uint8Array.from(bytes.subarray(at, at + size)));
      at += size;
      if (turn % 8 === 0) await new Promise(setImmediate);
    }
    theirs.end();
  }
}

const ENDS = ['server-closed', 'protocol-error', 'SecurityError', 'ProtocolError', 'StreamEnded'];
const SIZES = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 });

/** What a real server says from the first byte on. */
let recording: Buffer;
beforeAll(async () => {
  const server = await startXvnc({ geometry: '160x120' });
  try {
    const socket = await server.connect();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const signal = AbortSignal.timeout(10_000);
    const connection = await connectRfb(socket, { credentials: CREDENTIALS }, signal);
    server.run('xlogo', ['-geometry', '100x80+10+10', '-bg', '#234567']);
    connection.pointer(50, 50, 0);
    for (let trip = 0; trip < 5; trip++) await connection.roundTrip(signal);
    await connection.resize({ width: 200, height: 100 }, signal);
    await connection.roundTrip(signal);
    recording = Buffer.concat(chunks);
    connection.dispose();
  } finally {
    await server.close();
  }
});

describe('what a real server said', () => {
  it('is understood the same however it is cut', async () => {
    const whole = await hear(recording, [recording.length]);
    expect(whole.end).toBe('server-closed');
    expect(whole.picture).toMatch(/^200x100 /);
    await fc.assert(
      fc.asyncProperty(SIZES, async (sizes) => {
        expect(await hear(recording, sizes)).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });

  it('ends in a known way when it is changed or cut off', async () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        SIZES,
        async (changes, kept, sizes) => {
          const bytes = Buffer.from(recording.subarray(0, Math.ceil(recording.length * kept)));
          // The square brings most changes to the begin, where the lengths and sizes are.
          for (const { at, byte } of changes) bytes[Math.floor(at ** 2 * bytes.length)] = byte;
          expect(ENDS).toContain((await hear(bytes, sizes)).end);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('what no server would say', () => {
  it('ends in a known way, from the first byte on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), SIZES, async (bytes, sizes) => {
        expect(ENDS).toContain((await hear(bytes, sizes)).end);
      }),
      { numRuns: 50 },
    );
  });

  it('ends in a known way after a good start, without holding much', async () => {
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      // Updates of one rectangle in any encoding.
      fc
        .record({
          rect: fc.uint8Array({ minLength: 8, maxLength: 8 }),
          encoding: fc.constantFrom(0, 1, 2, 4, 5, 6, 7, 15, 16, -223, -224, -239, -240, -307, -308, -314),
          rest: fc.uint8Array({ maxLength: 200 }),
        })
        .map(({ rect, encoding, rest }) => Buffer.concat([Buffer.of(0, 0, 0, 1), rect, u32(encoding), rest])),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.concat([Buffer.of(3, 0, 0, 0), bytes])),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.concat([Buffer.of(248, 0, 0, 0), bytes])),
      fc.constantFrom(Buffer.of(150), Buffer.of(2), drawn(0, 0, 4, 4, [1, 2, 3, 0])),
    );
    const before = process.memoryUsage().arrayBuffers;
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 6 }), SIZES, async (messages, sizes) => {
        expect(ENDS).toContain((await hear(Buffer.concat([START, ...messages]), sizes)).end);
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(ALLOWED_MEMORY);
      }),
      { numRuns: 300 },
    );
  });
});
