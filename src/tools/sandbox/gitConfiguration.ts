/**
 * Where Git reads hooks and more configuration from, beside a repository's own folder: as Git itself has it, with the user's
 * configuration, that of worktrees, and what these include (git-config(1)).
 */
import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { childEnvironment } from '../../base/childEnvironment.ts';
import { type FindProgram, programFinder } from '../../base/systemPrograms.ts';

/** For one question, in ms; some are enough. */
const LIMIT_MS = 10_000;

/** Of what Git says about a failure, in characters. */
const MAX_REASON = 300;

/** Each says a place, absolute or in the home folder, or relative to the work tree for hooks, to the file itself for includes. */
const NAMED = '^(core\\.hookspath|include\\.path|includeif\\..*\\.path)$';

export interface GitPlaces {
  readonly hooks: string | undefined;
  /** Files that are read where they are there. */
  readonly configuration: readonly string[];
}

export interface GitSurroundings {
  readonly find?: FindProgram;
  /** For one question, in ms. */
  readonly limitMs?: number;
}

/**
 * Asks the Git of the system, which runs nothing for that. Nothing is known where there is none.
 * @param folder - of a work tree, absolute; where Git finds none there it reads the configuration of the user
 * @throws an error with a plain message where Git does not tell
 */
export async function gitPlaces(folder: string, surroundings: GitSurroundings = {}): Promise<GitPlaces> {
  const nothing = { hooks: undefined, configuration: [] };
  const program = (surroundings.find ?? programFinder())('git');
  if (program === undefined) return nothing;
  const git: Git = { program, folder, limitMs: surroundings.limitMs ?? LIMIT_MS };
  const listed = await ask(git, ['config', '--null', '--show-origin', '--get-regexp', NAMED]);
  if (listed.status === NO_MATCH || hasNoWorkTree(listed)) return nothing;
  if (listed.status !== 0) throw unknown(folder, listed.reason);
  if (listed.output === '') return nothing;
  const top = await ask(git, ['rev-parse', '--show-toplevel']);
  if (top.status !== 0 && !hasNoWorkTree(top)) throw unknown(folder, top.reason);
  const root = top.output.replace(/\n$/, '') || folder;
  let hooks: string | undefined;
  const configuration: string[] = [];
  const parts = listed.output.split('\0');
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [origin = '', entry = ''] = parts.slice(at, at + 2);
    const [, name = '', value = ''] = /^([^\n]*)\n(.*)$/s.exec(entry) ?? [];
    if (value === '') continue;
    if (name === 'core.hookspath') hooks = placeOf(value, root);
    else if (origin.startsWith('file:')) {
      const file = path.resolve(root, origin.slice('file:'.length));
      configuration.push(placeOf(value, path.dirname(await realpath(file).catch(() => file))));
    }
  }
  return { hooks, configuration };
}

function placeOf(written: string, base: string): string {
  return path.resolve(
    base,
    written.replace(/^~(?=\/|$)/, () => os.homedir()),
  );
}

interface Git {
  readonly program: string;
  readonly folder: string;
  readonly limitMs: number;
}

interface Answer {
  /** Undefined where it did not come to an end by itself. */
  readonly status: number | undefined;
  readonly output: string;
  /** Why it failed; empty where it did not. */
  readonly reason: string;
}

/** Of `git config --get-regexp`: nothing fits, also outside of any repository. */
const NO_MATCH = 1;

function ask({ program, folder, limitMs }: Git, args: readonly string[]): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  // The owner of a folder may be another user where the host is root. What goes wrong is told in English.
  const all = ['-c', 'safe.directory=*', ...args];
  const env = { ...childEnvironment(process.env), LC_ALL: 'C' };
  const options = { cwd: folder, env, timeout: limitMs, killSignal: 'SIGKILL' } as const;
  execFile(program, all, options, (error, output, told) => {
    if (error === null) resolve({ status: 0, output, reason: '' });
    else if (typeof error.code === 'number') resolve({ status: error.code, output, reason: reasonOf(told) });
    else if (typeof error.code === 'string') resolve({ status: undefined, output, reason: error.code });
    else resolve({ status: undefined, output, reason: `it was ended after at most ${limitMs / 1_000} s` });
  });
  return promise;
}

function reasonOf(told: string): string {
  const lines = told.split('\n').filter((line) => /^(fatal|error): /.test(line));
  return (lines.join('; ') || told.trim() || 'it said nothing').slice(0, MAX_REASON);
}

/** Where Git opens no repository of which it could run something, or does not for this user. */
function hasNoWorkTree({ status, reason }: Answer): boolean {
  return (
    status === 128 &&
    /^fatal: (not a git repository|invalid gitfile|this operation must be run in a work tree|unsafe repository|detected dubious)/.test(
      reason,
    )
  );
}

function unknown(folder: string, reason: string): Error {
  return new Error(
    `Git does not tell where it reads hooks and configuration from in ${folder}, so that these cannot be kept from being changed: ` +
      `${reason}. Try again, mend what it tells (git config --list), or let commands only read the workspace ` +
      '(setting computerUseChat.tools.workspaceAccess).',
  );
}
