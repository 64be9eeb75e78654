import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 100;

/**
 * Asks `probe` again and again until it gives something other than undefined, and returns that.
 *
 * @param what - completes the sentence "Waited ... ms for"
 * @throws when it does not within `timeoutMs`
 */
export async function pollUntil<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await delay(POLL_INTERVAL_MS);
  }
}
