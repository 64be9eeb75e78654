// @ts-check
/** Runs commands to their end. */
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { nodePath, root } from './paths.mjs';

/** Characters of a failed command's output that its error repeats: enough to see why. */
const FAILURE_TAIL = 4000;

/** What a command that took too long gets for cleaning up after itself. */
const KILL_AFTER_MS = 15_000;

/** A failure that the user can do something about: shown as its message alone, without a stack. */
export class UserError extends Error {}

/**
 * The environment for children: Node 24 and the project's commands come first on the path, and what npm tells its
 * scripts about this package is left out, since it would confuse an npm that installs something elsewhere.
 *
 * @param {Record<string, string | undefined>} [extra] - undefined removes a variable
 * @returns {Record<string, string>}
 */
export function childEnv(extra = {}) {
  const { PATH = '', ...rest } = process.env;
  const path = [dirname(nodePath), join(root, 'node_modules', '.bin'), PATH].join(delimiter);
  /** @type {Record<string, string>} */
  const env = {};
  for (const [name, value] of Object.entries({ ...rest, PATH: path, ...extra })) {
    const isAboutThisScript = /^npm_(package|lifecycle|command|config_local_prefix|config_loglevel)/.test(
      name,
    );
    if (value !== undefined && !isAboutThisScript) env[name] = value;
  }
  return env;
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] - added to {@link childEnv}
 * @property {boolean} [quiet] - keeps the output back, and shows its end only on failure
 * @property {number} [timeoutMs]
 */

/**
 * Runs a command with its input closed. Resolves with its exit code and, when quiet, its output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 when it cannot be started, 124 when it took too long
 */
export function tryRun(command, args, { cwd = root, env = {}, quiet = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    // npm is a script file on Windows, which only a shell can start.
    const shell = process.platform === 'win32' && command === 'npm';
    const stdio = quiet ? 'pipe' : 'inherit';
    const child = spawn(command, args, { cwd, env: childEnv(env), stdio: ['ignore', stdio, stdio], shell });
    let output = '';
    let timedOut = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill();
          setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
        }, timeoutMs)
      : undefined;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(
        timedOut ? { code: 124, output: `${output}\nIt took too long.\n` } : { code: code ?? 1, output },
      );
    });
  });
}

/**
 * Like {@link tryRun}, for a command that has to succeed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} its output, when quiet
 * @throws {UserError} with the end of its output
 */
export async function run(command, args, options = {}) {
  const { code, output } = await tryRun(command, args, options);
  if (code === 0) return output;
  const tail = output.slice(-FAILURE_TAIL).trim();
  throw new UserError(`${command} ${args.join(' ')} failed (exit code ${code}).${tail ? `\n${tail}` : ''}`);
}

/**
 * The body of a script: runs `main`, and shows what it throws as one message and an exit code of 1.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof UserError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
