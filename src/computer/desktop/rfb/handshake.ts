/** How a connection begins (RFC 6143, 7.1 to 7.3), up to what the server says of its screen. */
import type { Size } from '../geometry.ts';
import type { Channel } from './channel.ts';
import { expect, type Parse, readCounted, readU8, readU16, readU32, skip } from './parse.ts';
import { authenticate, chooseType } from './security/negotiate.ts';
import { SecurityError, type SecurityOptions } from './security/security.ts';

/** The minor versions that differ. */
export type Version = 3 | 7 | 8;

/** What the server says of its screen. */
export interface ServerInit {
  readonly size: Size;
  /** Hostile input. */
  readonly name: string;
}

/**
 * Speaks with a server up to the first message of its screen. Others may watch the screen as well.
 *
 * @throws SecurityError when it does not let us in, or we do not trust it
 * @throws ProtocolError, StreamEnded, or the signal's reason
 */
export async function shakeHands(channel: Channel, security: SecurityOptions): Promise<ServerInit> {
  const version = await channel.receive(readVersion());
  channel.send(Buffer.from(`RFB 003.00${version}\n`, 'latin1'));
  await negotiate(channel, version, security);
  const isShared = 1;
  channel.send(Uint8Array.of(isShared));
  return channel.receive(readServerInit(channel.limits.maxName));
}

function* readVersion(): Parse<Version> {
  const text = Buffer.from(yield 12).toString('latin1');
  const [, major, minor] = /^RFB (\d{3})\.(\d{3})\n$/.exec(text) ?? [];
  expect(major !== undefined && minor !== undefined, 'What answers there is not a VNC server.');
  return versionFor(Number(major), Number(minor));
}

/**
 * The version to speak with a server that says `major.minor`. There are only three; what says to be newer (4.1 and 5.0 of
 * RealVNC, 3.889 of macOS) understands the newest of them, and 3.5 and 3.6 are to be taken as 3.3.
 */
export function versionFor(major: number, minor: number): Version {
  if (major > 3 || (major === 3 && minor >= 8)) return 8;
  return major === 3 && minor === 7 ? 7 : 3;
}

async function negotiate(channel: Channel, version: Version, options: SecurityOptions): Promise<void> {
  const { maxReason } = channel.limits;
  const offered = await channel.receive(version === 3 ? readOnlyType(maxReason) : readTypes(maxReason));
  const type = chooseType(offered, options);
  if (version !== 3) channel.send(Uint8Array.of(type));
  const hasVerdict = await authenticate(channel, type, options, (within) =>
    negotiate(channel, version, within),
  );
  if (hasVerdict === undefined || !(hasVerdict || version === 8)) return;
  await channel.receive(readVerdict(version, maxReason));
}

/** Servers of 3.3 decide themselves. */
function* readOnlyType(maxReason: number): Parse<number[]> {
  const type = yield* readU32();
  if (type === 0) yield* refuse(maxReason);
  return [type];
}

function* readTypes(maxReason: number): Parse<number[]> {
  const count = yield* readU8();
  if (count === 0) yield* refuse(maxReason);
  return [...(yield count)];
}

function* refuse(maxReason: number): Parse<never> {
  const reason = yield* readReason(maxReason);
  throw new SecurityError('denied', `The VNC server refused the connection: ${reason}`);
}

function* readVerdict(version: Version, maxReason: number): Parse<void> {
  const verdict = yield* readU32();
  if (verdict === 0) return;
  const reason = version === 8 ? yield* readReason(maxReason) : '';
  throw new SecurityError('denied', `The VNC server did not let us in${reason ? `: ${reason}` : '.'}`);
}

/** Of a long reason the user sees this much. */
const SHOWN_REASON = 300;

function* readReason(maxReason: number): Parse<string> {
  const text = decodeText(yield* readCounted(maxReason, 'The reason of the VNC server'));
  return text.length > SHOWN_REASON ? `${text.slice(0, SHOWN_REASON)}…` : text;
}

/** Bytes of the server's own pixel format. We ask for another one. */
const PIXEL_FORMAT_LENGTH = 16;

function* readServerInit(maxName: number): Parse<ServerInit> {
  const width = yield* readU16();
  const height = yield* readU16();
  yield* skip(PIXEL_FORMAT_LENGTH);
  return {
    size: { width, height },
    name: decodeText(yield* readCounted(maxName, 'The name of the desktop')),
  };
}

/** UTF-8 without control characters; what is none is replaced. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder()
    .decode(bytes)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}
