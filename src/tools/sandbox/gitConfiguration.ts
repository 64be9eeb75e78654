/**
 * Where Git reads hooks and more configuration from, beside a repository's own folder: as Git itself has it, with the user's
 * configuration, that of worktrees, and what these include (git-config(1)).
 */
import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { childEnvironment } from '../../base/childEnvironment.ts';
import { programFinder } from '../../base/systemPrograms.ts';

/** In ms; some are enough. */
const LIMIT_MS = 5_000;

/** Each says a place, absolute or in the home folder, or relative to the work tree for hooks, to the file itself for includes. */
const NAMED = '^(core\\.hookspath|include\\.path|includeif\\..*\\.path)$';

export interface GitPlaces {
  readonly hooks: string | undefined;
  /** Files that are read where they are there. */
  readonly configuration: readonly string[];
}

/**
 * Asks the Git of the system, which runs nothing for that. Nothing is known where there is none.
 * @param folder - of a work tree, absolute
 */
export async function gitPlaces(folder: string): Promise<GitPlaces> {
  const listed = await git(folder, ['config', '--null', '--show-origin', '--get-regexp', NAMED]);
  if (listed === '') return { hooks: undefined, configuration: [] };
  const root = (await git(folder, ['rev-parse', '--show-toplevel'])).replace(/\n$/, '') || folder;
  let hooks: string | undefined;
  const configuration: string[] = [];
  const parts = listed.split('\0');
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

/** @returns empty where it fails */
function git(folder: string, args: readonly string[]): Promise<string> {
  const program = programFinder()('git');
  if (program === undefined) return Promise.resolve('');
  const { promise, resolve } = Promise.withResolvers<string>();
  // The owner of a folder may be another user where the host is root.
  const all = ['-c', 'safe.directory=*', ...args];
  const options = { cwd: folder, env: childEnvironment(process.env), timeout: LIMIT_MS } as const;
  execFile(program, all, options, (_error, output) => resolve(output));
  return promise;
}
