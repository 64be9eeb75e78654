// @ts-check
import { ensureBrowser } from './browser.mjs';
import { ensureCodeServer } from './code-server.mjs';
import { ensureDependencies, ensureNode24 } from './dependencies.mjs';

/**
 * Puts everything in place that building, testing and starting need. Quick when it is all there.
 *
 * @param {(line: string) => void} [log] - one line for each thing that takes time
 * @throws {import('./run.mjs').UserError} saying what is missing and how to get it
 */
export async function setup(log = console.log) {
  await ensureDependencies(log);
  await ensureNode24();
  await ensureBrowser(log);
  await ensureCodeServer(log);
}
