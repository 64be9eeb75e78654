import type { Duplex } from 'node:stream';
import type { DesktopConnection } from '../connection.ts';
import { connectRfb, type RfbOptions } from './client.ts';
import { SecurityError, STRONGEST_FIRST, VeNCryptUnusable } from './security/security.ts';
import { isVeNCryptName } from './security/vencrypt.ts';

/**
 * Connects, and once more without VeNCrypt where that turns out to have no way that can be used here, as that of TigerVNC's
 * defaults in a runtime without anonymous TLS: the server may still take what is allowed besides.
 *
 * @param open - makes a connection to the server, before the first byte of the protocol
 * @throws as `connectRfb` and `open` do
 */
export async function openRfb(
  open: (signal: AbortSignal) => Promise<Duplex>,
  options: RfbOptions,
  signal: AbortSignal,
): Promise<DesktopConnection> {
  try {
    return await connectRfb(await open(signal), options, signal);
  } catch (error) {
    if (!(error instanceof VeNCryptUnusable)) throw error;
    return await connectOtherwise(error);
  }

  async function connectOtherwise(first: VeNCryptUnusable): Promise<DesktopConnection> {
    const security = (options.security ?? STRONGEST_FIRST).filter((name) => !isVeNCryptName(name));
    try {
      return await connectRfb(await open(signal), { ...options, security }, signal);
    } catch (error) {
      // The server offers nothing else, so what was wrong with VeNCrypt says more.
      if (error instanceof SecurityError && error.failure === 'unsupported') throw first;
      throw error;
    }
  }
}
