/** A Git that fails is not taken for one that names nothing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitPlaces } from '../../../src/tools/sandbox/gitConfiguration.ts';
import { holdProtected } from '../../../src/tools/sandbox/protectedPaths.ts';

const NOTHING = { hooks: undefined, configuration: [] };

let root: string;
let folder: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'git-test-')));
  folder = path.join(root, 'work');
  mkdirSync(folder);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A Git that is a shell's script; `$question` is `config` or `rev-parse`. */
function asked(script: string, limitMs?: number) {
  const program = path.join(root, 'git');
  writeFileSync(program, `#!/bin/sh\nquestion=$3\n${script}\n`, { mode: 0o755 });
  return gitPlaces(folder, { find: () => program, ...(limitMs && { limitMs }) });
}

const HOOKS = "printf 'file:.git/config\\0core.hookspath\\nhooks\\0'";

test.each([
  ['nothing fits', 'exit 1'],
  ['it says so in an empty list', 'exit 0'],
  ['there is no repository', 'echo "fatal: not a git repository: /gone" >&2; exit 128'],
  ['a file .git is none', 'echo "fatal: invalid gitfile format: .git" >&2; exit 128'],
])('Git names nothing where %s', async (_what, script) => {
  expect(await asked(script)).toEqual(NOTHING);
});

test('Git names nothing where there is no Git', async () => {
  expect(await gitPlaces(folder, { find: () => undefined })).toEqual(NOTHING);
});

test.each([
  [
    'a configuration is wrong',
    'echo "fatal: bad config line 1" >&2; exit 128',
    /: fatal: bad config line 1\./,
  ],
  ['it fails without a word', 'exit 3', /it said nothing/],
  ['it is killed', 'kill -9 $$', /it was ended/],
  ['it says too much', 'head -c 3000000 /dev/zero', /MAXBUFFER/],
  ['it cannot say where hooks begin', `[ $question = config ] || exit 9; ${HOOKS}`, /it said nothing/],
])('nothing is known where %s', async (_what, script, told) => {
  const places = asked(script);
  await expect(places).rejects.toThrow(/^Git does not tell where .* Try again, .*workspaceAccess/);
  await expect(places).rejects.toThrow(told);
});

test('nothing is known where Git takes too long', async () => {
  await expect(asked('exec sleep 600', 200)).rejects.toThrow(/it was ended after at most 0.2 s/);
});

test.each(['fatal: this operation must be run in a work tree', 'fatal: not a git repository'])(
  'hooks begin in the folder itself where Git says: %s',
  async (told) => {
    const script = `[ $question = config ] || { echo '${told}' >&2; exit 128; }; ${HOOKS}`;
    expect(await asked(script)).toEqual({ hooks: path.join(folder, 'hooks'), configuration: [] });
  },
);

test('a configuration that Git itself cannot read leaves nothing held', async () => {
  execFileSync('git', ['init', '-q', folder]);
  expect(await gitPlaces(folder)).toEqual(NOTHING);
  writeFileSync(path.join(folder, '.git', 'config'), '[core\n');
  await expect(holdProtected(folder)).rejects.toThrow(/fatal: bad config/);
  expect(execFileSync('ls', ['-A', folder], { encoding: 'utf8' })).toBe('.git\n');
});

test('a folder of no repository, and one where a file .git leads nowhere, name nothing', async () => {
  expect(await gitPlaces(folder)).toEqual(NOTHING);
  writeFileSync(path.join(folder, '.git'), 'gitdir: ./gone\n');
  expect(await gitPlaces(folder)).toEqual(NOTHING);
});
