/** Settings of a browser's profile that no flag stands for, written before it starts. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Chromium's `NetworkPredictionOptions::kDisabled`: "Do not preload pages". */
const PRELOADS_NOTHING = 2;

/**
 * Keeps the browser from loading pages ahead, as pages can have it do by speculation rules: those requests are its own,
 * which nothing that is held includes. Other settings of the profile stay.
 * @param userDataDir - which no browser may be using
 * @throws when the file cannot be written
 */
export async function preloadNothing(userDataDir: string): Promise<void> {
  const folder = path.join(userDataDir, 'Default');
  const file = path.join(folder, 'Preferences');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const settings = objectOf(await settingsIn(file));
  const net = { ...objectOf(settings.net), network_prediction_options: PRELOADS_NOTHING };
  await writeFile(file, JSON.stringify({ ...settings, net }), { mode: 0o600 });
}

/** Undefined where there are none, or none that the browser itself would understand. */
async function settingsIn(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const isNone =
      error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT');
    if (isNone) return undefined;
    throw error;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
