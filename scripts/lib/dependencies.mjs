// @ts-check
/** The npm packages in node_modules, Node 24 among them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodePath, root } from './paths.mjs';
import { run, tryRun, UserError } from './run.mjs';

/** Installs what package-lock.json names, unless it is there already. @param {(line: string) => void} log */
export async function ensureDependencies(log) {
  if (isInstalled()) return;
  log('Installing the npm packages (about a minute)…');
  await run('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true });
}

/** @throws {UserError} when the Node of the npm package `node` does not run */
export async function ensureNode24() {
  if (await runsNode24()) return;
  // Its install script did not run, for instance under `ignore-scripts`.
  await run('npm', ['rebuild', 'node'], { quiet: true });
  if (await runsNode24()) return;
  throw new UserError(`Node 24 is needed and ${nodePath} does not run. Delete node_modules and run npm ci.`);
}

async function runsNode24() {
  const { code, output } = await tryRun(nodePath, ['--version'], { quiet: true });
  return code === 0 && output.startsWith('v24.');
}

/**
 * npm writes node_modules/.package-lock.json last, so where it agrees with package-lock.json the install is complete
 * and current. Optional packages may be missing: most are for other platforms.
 */
function isInstalled() {
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted) throw new UserError('package-lock.json is missing.');
  if (!present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.optional || entry.peer) return true;
    return present[path]?.version === entry.version;
  });
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }> | undefined}
 */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
