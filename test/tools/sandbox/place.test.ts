/** Where there is no sandbox there are no commands, and the user is told what to do. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseFolded } from '../../../src/tools/sandbox/capitals.ts';
import { sandboxEnvironment } from '../../../src/tools/sandbox/environment.ts';
import { holdProtected } from '../../../src/tools/sandbox/protectedPaths.ts';
import { sandboxedMachine } from '../../../src/tools/sandbox/sandboxedPlace.ts';
import { visibleFolders } from '../../../src/tools/sandbox/workspace.ts';

let folder: string;
const signal = new AbortController().signal;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'sandbox-test-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const WISH = { access: 'read', readable: [], hosts: [], memoryMb: 1_024 } as const;

test.each([
  [
    'bubblewrap is missing',
    { platform: 'linux', find: (): string | undefined => undefined },
    /apt-get install bubblewrap/,
  ],
  ['bubblewrap does not work', { platform: 'linux', find: (): string => '/bin/false' }, /does not work here/],
  [
    'bubblewrap shows all there is',
    { platform: 'linux', find: fakeBubblewrap },
    /must not be seen|can be written/,
  ],
  ['it is Windows', { platform: 'win32' }, /no sandbox for commands on Windows/],
] as const)('nothing runs where %s', async (_what, surroundings, told) => {
  const tempRoot = path.join(folder, 'temp');
  const work = path.join(folder, 'work');
  mkdirSync(work);
  mkdirSync(tempRoot);
  const heard: string[] = [];
  const place = sandboxedMachine({
    ...surroundings,
    tempRoot,
    wish: { ...WISH, folders: [work] },
    onUnavailable: (message) => heard.push(message),
  });
  await expect(place.spawn(['touch', path.join(work, 'made')], signal)).rejects.toThrow(told);
  expect(heard.join()).toMatch(told);
  expect(existsSync(path.join(work, 'made'))).toBe(false);
  await place.close?.();
  expect(readdirSync(tempRoot)).toEqual([]);
});

/** One that runs the command with nothing around it. */
function fakeBubblewrap(): string {
  const file = path.join(folder, 'bwrap');
  writeFileSync(file, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n', { mode: 0o755 });
  return file;
}

test('the environment is a list, with those folders of the PATH that are visible', () => {
  const env = sandboxEnvironment({ user: 'user', home: '/home/user', temp: '/tmp' }, ['/home/ada/.nvm'], {
    ...{
      LANG: 'de_DE.UTF-8',
      LC_TIME: 'C',
      TZ: 'Europe/Berlin',
      HOME: '/home/ada',
      SSH_AUTH_SOCK: '/x',
      NPM_TOKEN: 'x',
    },
    ...{
      LD_PRELOAD: '/x.so',
      NODE_OPTIONS: '--require /x.js',
      VSCODE_IPC_HOOK_CLI: '/x',
      http_proxy: 'http://u:p@h',
    },
    PATH: '/home/ada/.nvm/bin:/home/ada/bin:relative:/usr/bin:/home/ada/.nvmevil',
  });
  expect(Object.keys(env).sort().join(' ')).toBe(
    'GIT_OPTIONAL_LOCKS HOME LANG LC_TIME LOGNAME PATH SHELL TMPDIR TZ USER',
  );
  expect(env.PATH).toMatch(/^\/home\/ada\/\.nvm\/bin:\/usr\/bin:\/usr\/local\/bin:/);
  expect(env.PATH).not.toMatch(/ada\/bin|relative|evil/);
});

test('folders that would show keys or all of the home folder are refused', async () => {
  const home = path.join(folder, 'home');
  for (const name of ['.ssh', 'work', '.config/gcloud/logs', 'runtime'])
    mkdirSync(path.join(home, name), { recursive: true });
  const places = { home, temp: os.tmpdir(), runtime: path.join(home, 'runtime') };
  const seen = (work: string, readable: readonly string[] = []) =>
    visibleFolders({ ...WISH, folders: [work], readable }, places);
  const work = path.join(home, 'work');
  expect(await seen(work, ['~/work'])).toEqual({ workspace: [work], readable: [work] });
  for (const bad of ['/', folder, home, path.join(home, '.ssh'), path.join(home, '.config')])
    await expect(seen(bad)).rejects.toThrow(/cannot be shown/);
  for (const bad of ['~', '~/.ssh', '~/.config/gcloud/logs', '~/runtime'])
    await expect(seen(work, [bad])).rejects.toThrow(/cannot be shown/);
  await expect(seen(path.join(home, 'nowhere'))).rejects.toThrow(/no folder/);
});

test('what is made to keep names free goes with the last sandbox, unless somebody uses it', async () => {
  mkdirSync(path.join(folder, '.git'));
  mkdirSync(path.join(folder, 'sub', '.git'), { recursive: true });
  const first = await holdProtected(folder);
  const second = await holdProtected(folder);
  expect(first.readOnly).toContain(path.join(folder, 'sub', '.git'));
  expect(first.pinned).toEqual([path.join(folder, 'sub')]);
  await first.release();
  expect(readdirSync(folder)).toContain('.vscode');
  writeFileSync(path.join(folder, '.vscode', 'settings.json'), '{}');
  await second.release();
  expect(readdirSync(folder).sort()).toEqual(['.git', '.vscode', 'sub']);
});

test('where another spelling leads to the same, nothing is written', async () => {
  const looked: string[] = [];
  const look = (dev: number) => async (file: string) => {
    looked.push(path.basename(file));
    return { dev: file.endsWith('.GIT') ? dev : 1, ino: 2 };
  };
  await expect(refuseFolded(folder, '.git', look(1))).rejects.toThrow(
    /does not tell small letters from capitals/,
  );
  await refuseFolded(folder, '.git', look(2));
  await refuseFolded(folder, '.git');
  expect(looked).toEqual(['.git', '.GIT', '.git', '.GIT']);
});

test.each([
  [
    'in its configuration',
    'tools/git/hooks',
    (git: Git) => git('config', 'core.hooksPath', 'tools/git/hooks'),
  ],
  [
    'in a file that this includes',
    'tools/git/hooks',
    (git: Git) => {
      writeFileSync(path.join(folder, '.git', 'more'), '[core]\n\thooksPath = tools/git/hooks\n');
      git('config', 'include.path', 'more');
    },
  ],
  [
    'in that of a work tree',
    'tools/git/hooks',
    (git: Git) => {
      git('config', 'extensions.worktreeConfig', 'true');
      git('config', '--worktree', 'core.hooksPath', path.join(folder, 'tools/git/hooks'));
    },
  ],
  [
    'of a repository further down',
    'sub/tools/hooks',
    () => {
      const nested = path.join(folder, 'sub');
      execFileSync('git', ['init', '-q', nested]);
      execFileSync('git', ['-C', nested, 'config', 'core.hooksPath', 'tools/hooks']);
    },
  ],
])(
  'hooks that Git has elsewhere in the workspace are kept, with the way there: named %s',
  async (_where, hooks, name) => {
    const git: Git = (...args) => void execFileSync('git', ['-C', folder, ...args]);
    git('init', '-q');
    name(git);
    mkdirSync(path.join(folder, hooks), { recursive: true });
    const { readOnly, pinned, release } = await holdProtected(folder);
    expect(readOnly).toContain(path.join(folder, hooks));
    expect(pinned).toEqual(
      expect.arrayContaining(
        [path.join(folder, hooks, '..'), path.join(folder, hooks, '..', '..')].filter(
          (each) => each !== folder,
        ),
      ),
    );
    await release();
  },
);

type Git = (...args: readonly string[]) => void;

function gitIn(work: string): Git {
  execFileSync('git', ['init', '-q', work]);
  return (...args) => void execFileSync('git', ['-C', work, ...args]);
}

test('configuration that Git reads elsewhere in the workspace is kept', async () => {
  gitIn(folder)('config', 'include.path', '../tools/gitconfig');
  mkdirSync(path.join(folder, 'tools'));
  writeFileSync(path.join(folder, 'tools', 'gitconfig'), '');
  const { readOnly, release } = await holdProtected(folder);
  expect(readOnly).toContain(path.join(folder, 'tools', 'gitconfig'));
  await release();
  expect(readdirSync(path.join(folder, 'tools'))).toEqual(['gitconfig']);
});

test.each([
  ['whole', '.husky', 'tools'],
  ['with hooks that are not there yet', '.husky', '.husky/_'],
  ['with hooks that are', '.husky/_', '.husky/_'],
  ['of a repository further down', 'sub/.husky', '.husky/_'],
])('a folder of hooks is kept %s', async (_what, there, hooks) => {
  gitIn(folder)('config', 'core.hooksPath', hooks);
  if (there.startsWith('sub')) gitIn(path.join(folder, 'sub'))('config', 'core.hooksPath', hooks);
  mkdirSync(path.join(folder, there), { recursive: true });
  const before = readdirSync(path.join(folder, there));
  const { readOnly, release } = await holdProtected(folder);
  expect(readOnly).toContain(path.join(folder, there.replace('/_', '')));
  expect(new Set(readOnly).size).toBe(readOnly.length);
  await release();
  expect(readdirSync(path.join(folder, there))).toEqual(before);
});

test('a link in a folder of hooks cannot be kept', async () => {
  gitIn(folder)('config', 'core.hooksPath', '.husky/_');
  mkdirSync(path.join(folder, '.husky'));
  symlinkSync('../tools', path.join(folder, '.husky', '_'));
  await expect(holdProtected(folder)).rejects.toThrow(/\.husky\/_ is a link/);
});

test.each([
  ['hooks', 'core.hooksPath', '.husky/_', '.husky', 'folder'],
  ['hooks further down', 'core.hooksPath', 'tools/git/hooks', 'tools/git/hooks', 'folder'],
  ['configuration', 'include.path', '../.gitconfig', '.gitconfig', 'file'],
  ['configuration further down', 'include.path', '../tools/gitconfig', 'tools/gitconfig', 'file'],
  ['configuration at times', 'includeIf.onbranch:x.path', '../tools/gitconfig', 'tools/gitconfig', 'file'],
])(
  'what Git names and is not there is held until it is let go: %s',
  async (_what, name, value, held, kind) => {
    const git = gitIn(folder);
    git('config', name, value);
    const place = path.join(folder, held);
    const first = await holdProtected(folder);
    const second = await holdProtected(folder);
    for (const { readOnly } of [first, second]) expect(readOnly).toContain(place);
    expect(lstatSync(place).isDirectory() ? 'folder' : 'file').toBe(kind);
    expect(first.pinned).toEqual(held.includes('/') ? expect.arrayContaining([path.dirname(place)]) : []);
    git('config', 'user.name', 'Ada'); // which an empty place does not keep Git from
    await first.release();
    expect(existsSync(place)).toBe(true);
    await second.release();
    expect(readdirSync(folder)).toEqual(['.git']);
    const third = await holdProtected(folder);
    writeFileSync(kind === 'file' ? place : path.join(place, 'pre-commit'), '# of the user');
    await third.release();
    expect(existsSync(kind === 'file' ? place : path.join(place, 'pre-commit'))).toBe(true);
  },
);

test('what cannot be held is told, with what to do, and nothing is left', async () => {
  gitIn(folder)('config', 'core.hooksPath', 'tools/git/hooks');
  writeFileSync(path.join(folder, 'tools'), '');
  await expect(holdProtected(folder)).rejects.toThrow(
    /Git runs hooks from .*hooks, which is not there.*Make it yourself, take its name out.*workspaceAccess/,
  );
  expect(readdirSync(folder).sort()).toEqual(['.git', 'tools']);
});

test('hooks in all of the workspace cannot be kept', async () => {
  execFileSync('git', ['init', '-q', folder]);
  execFileSync('git', ['-C', folder, 'config', 'core.hooksPath', '.']);
  await expect(holdProtected(folder)).rejects.toThrow(/Git runs hooks from .*, which commands may write to/);
});
