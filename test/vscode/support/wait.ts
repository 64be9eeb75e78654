import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 50;

/**
 * Polls until `condition` gives something truthy, and returns it.
 *
 * @throws when it does not within `timeoutMs`
 */
export async function waitFor<T>(
  what: string,
  condition: () => T,
  timeoutMs = 20_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await delay(POLL_INTERVAL_MS);
  }
}
