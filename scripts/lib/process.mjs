// @ts-check
/** Long-running children and their ends. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnv, UserError } from './run.mjs';

/** How long a child may take to end by itself before it is killed. */
const STOP_GRACE_MS = 5000;
const POLL_INTERVAL_MS = 100;

/**
 * @typedef {object} Service
 * @property {number} pid
 * @property {() => boolean} isRunning
 * @property {Promise<void>} ended - resolves when it has ended, for whatever reason
 * @property {() => Promise<void>} stop - ends it and its children; safe to call twice
 */

/**
 * Starts a child that runs until it is stopped, and at the latest until this process ends. It leads a process group of
 * its own, so that stopping it ends its children too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ logFile: string, env?: Record<string, string | undefined>, cwd?: string }} options - both its outputs go to
 *   `logFile`
 * @returns {Service}
 */
export function startService(command, args, { logFile, env = {}, cwd }) {
  const child = spawn(command, args, {
    cwd,
    env: childEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  let running = true;
  const killNow = () => signalGroup(child, 'SIGKILL');
  process.once('exit', killNow);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => log.write(`${error.message}\n`));
    child.once('close', () => {
      running = false;
      process.off('exit', killNow);
      log.end(resolve);
    });
  });
  return {
    pid: child.pid ?? -1,
    isRunning: () => running,
    ended,
    async stop() {
      if (!running) return;
      signalGroup(child, 'SIGTERM');
      const timer = setTimeout(killNow, STOP_GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}

/**
 * Waits until `url` answers with a success.
 *
 * @param {string} url
 * @param {{ service: Service, logFile: string, timeoutMs: number }} options
 * @throws {UserError} when the service ends or the time is over
 */
export async function waitUntilServing(url, { service, logFile, timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  while (!(await answers(url))) {
    if (!service.isRunning()) throw new UserError(`VS Code ended while it was starting. See ${logFile}`);
    if (Date.now() > deadline) throw new UserError(`VS Code did not answer at ${url}. See ${logFile}`);
    await delay(POLL_INTERVAL_MS);
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

/**
 * A TCP port of 127.0.0.1 that was free a moment ago.
 *
 * @param {number} [first] - the lowest to try; 0 lets the system choose
 * @returns {Promise<number>}
 */
export async function freePort(first = 0) {
  for (let port = first; port < 65536; port++) {
    const found = await tryPort(port);
    if (found !== undefined) return found;
  }
  throw new UserError(`No port from ${first} up is free.`);
}

/**
 * @param {number} port
 * @returns {Promise<number | undefined>}
 */
function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : undefined));
    });
  });
}
