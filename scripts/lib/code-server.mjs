// @ts-check
/**
 * VS Code as a web page: the npm package `code-server`, which contains a whole VS Code with its extension host. It is
 * large and slow to install, so it lives in the cache and not in node_modules.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './paths.mjs';
import { run } from './run.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** Contains VS Code 1.139. */
const VERSION = '4.139.1';

/** What its native modules are compiled with. */
const BUILD_PACKAGES = [
  'python3',
  'make',
  'g++',
  'libkrb5-dev',
  'libx11-dev',
  'libxkbfile-dev',
  'libsecret-1-dev',
];

const INSTALL_TIMEOUT_MS = 20 * 60 * 1000;
const TEMPORARY_PREFIX = '.installing-';

const installDir = join(cacheDir, `code-server-${VERSION}`);
const packageDir = join(installDir, 'node_modules', 'code-server');

/** The command `code-server`; needs Node 24. */
export const codeServerEntry = join(packageDir, 'out', 'node', 'entry.js');

/** VS Code's own server, for running tests inside its extension host; needs Node 24. */
export const vscodeServerEntry = join(packageDir, 'lib', 'vscode', 'out', 'server-main.js');

/**
 * Installs it into the cache, unless it is there. The install happens in a folder of its own that gets its final name
 * when it is complete, so one that was killed leaves nothing that looks finished.
 *
 * @param {(line: string) => void} log
 */
export async function ensureCodeServer(log) {
  if (existsSync(codeServerEntry)) return;
  await ensureSystemPackages(BUILD_PACKAGES, 'Building VS Code (code-server)', log);
  log(`Installing VS Code (code-server ${VERSION}) into ${cacheDir} (two to five minutes, once)…`);
  mkdirSync(cacheDir, { recursive: true });
  removeAbandonedInstalls();
  const temporary = join(cacheDir, `${TEMPORARY_PREFIX}${process.pid}`);
  try {
    mkdirSync(temporary);
    const manifest = {
      private: true,
      dependencies: { 'code-server': VERSION },
      allowScripts: { 'code-server': true, argon2: true },
    };
    writeFileSync(join(temporary, 'package.json'), JSON.stringify(manifest));
    const args = ['install', '--no-audit', '--no-fund'];
    await run('npm', args, { cwd: temporary, quiet: true, timeoutMs: INSTALL_TIMEOUT_MS });
    putInPlace(temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {string} temporary */
function putInPlace(temporary) {
  if (!existsSync(codeServerEntry)) rmSync(installDir, { recursive: true, force: true });
  try {
    renameSync(temporary, installDir);
  } catch (error) {
    // Another install was faster.
    if (!existsSync(codeServerEntry)) throw error;
  }
}

function removeAbandonedInstalls() {
  for (const name of readdirSync(cacheDir)) {
    if (!name.startsWith(TEMPORARY_PREFIX)) continue;
    if (!isRunning(Number(name.slice(TEMPORARY_PREFIX.length)))) {
      rmSync(join(cacheDir, name), { recursive: true, force: true });
    }
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
