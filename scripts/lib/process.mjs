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

/** Signals that ask this process to end. */
const END_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** The services that run now. @type {Set<Service>} */
const services = new Set();

/** @param {NodeJS.Signals} signal */
function stopAllAndEnd(signal) {
  void Promise.all([...services].map((service) => service.stop())).then(() =>
    process.kill(process.pid, signal),
  );
}

/** Listens for the end of this process while there are services. */
function watchForEnd() {
  for (const signal of END_SIGNALS) {
    process.off(signal, stopAllAndEnd);
    if (services.size > 0) process.once(signal, stopAllAndEnd);
  }
}

/**
 * Starts a child that runs until it is stopped, and at the latest until this process ends. It leads a process group of
 * its own, so that stopping it ends its children too. For the same reason a Ctrl+C does not reach it by itself: a signal
 * to this process stops the child first and ends this process then.
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
  const stop = async () => {
    if (!running) return;
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(killNow, STOP_GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  process.once('exit', killNow);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => log.write(`${error.message}\n`));
    child.once('close', () => {
      running = false;
      process.off('exit', killNow);
      services.delete(service);
      watchForEnd();
      log.end(resolve);
    });
  });
  const service = { pid: child.pid ?? -1, isRunning: () => running, ended, stop };
  services.add(service);
  watchForEnd();
  return service;
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
