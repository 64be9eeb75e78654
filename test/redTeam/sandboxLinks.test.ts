/** Commands that leave links in a workspace they may write to, so that the next sandbox shows what they lead to. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { endShellsOver, sandboxedMachine } from '../../src/tools/sandbox/sandboxedPlace.ts';
import { obstacle } from './sandboxStage.ts';

const SECRET = 'what is beside the workspace';

let root: string;
let workspace: string;
const tools: BashTool[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'links-test-')));
  workspace = path.join(root, 'work');
  for (const folder of [
    'work/lib/.git/hooks',
    'work/packages/one',
    'work/deep/er/.git',
    'beside/.git',
    'beside/one',
  ])
    mkdirSync(path.join(root, folder), { recursive: true });
  for (const file of ['beside/.git/secret', 'beside/one/secret'])
    writeFileSync(path.join(root, file), SECRET);
});

afterEach(async () => {
  for (const tool of tools.splice(0)) await tool.close();
  rmSync(root, { recursive: true, force: true });
});

function session(more: readonly string[] = [], bwrap?: string): (command: string) => Promise<string> {
  const folders = [workspace, ...more.map((name) => path.join(workspace, name))] as [string, ...string[]];
  const wish = { folders, access: 'write', readable: [], hosts: [], memoryMb: 512 } as const;
  const tool = new BashTool({
    place: sandboxedMachine({
      wish,
      ...(bwrap && { find: (name: string) => (name === 'bwrap' ? bwrap : undefined) }),
    }),
    limitMs: () => 20_000,
  });
  tools.push(tool);
  return (command) =>
    tool
      .call(command === 'restart' ? { restart: true } : { command })
      .catch((error: Error & { content?: unknown }) => String(error.content ?? error.message));
}

describe.skipIf(obstacle !== undefined)('a workspace that may be written to', () => {
  const written = () => existsSync(path.join(root, 'beside', 'one', 'written'));

  test.each([
    ['a repository further down', [], 'mv lib aside; ln -s ../beside lib', 'lib/.git'],
    ['a folder above it', [], 'mv deep aside; ln -s ../beside deep', 'deep/er/.git'],
    ['another folder of the workspace', ['packages/one'], 'mv packages/one aside', 'packages/one'],
    ['a folder above that', ['packages/one'], 'mv packages aside; ln -s ../beside packages', 'packages/one'],
  ])('no link takes the place of %s', async (_what, more, command, stays) => {
    const run = session(more);
    expect(await run(`${command}; cat ${stays}/none`)).toMatch(/Device or resource busy|cannot move/);
    expect(lstatSync(path.join(workspace, stays)).isDirectory()).toBe(true);
    await run('restart');
    const text = await run(
      `cat ${root}/beside/*/secret ${root}/beside/.git/secret; echo x >${root}/beside/one/written`,
    );
    expect(text).toMatch(/No such file/);
    expect([text.includes(SECRET), written()]).toEqual([false, false]);
  });

  test.each(['x.code-workspace', '.npmrc', '.envrc'])(
    'a link %s shows nothing to the next one',
    async (name) => {
      const up = path.relative(workspace, '/tmp');
      await session()(`ln -s ${up} ${name}`);
      const text = await session()(`ls /tmp; cat ${root}/beside/.git/secret`);
      expect(text).toMatch(/is a link, which cannot be kept/);
    },
  );

  test.each([
    ['itself', '.git', './.bare'],
    ['a worktree', 'feature/.git', '../.bare/worktrees/feature'],
    ['a worktree, by its whole path', 'feature/.git', ''],
  ])('a repository under another name is kept as well: of %s', async (_what, link, leadsTo) => {
    mkdirSync(path.join(workspace, '.bare', 'worktrees', 'feature'), { recursive: true });
    mkdirSync(path.join(workspace, 'feature'));
    const written = leadsTo || path.join(workspace, '.bare', 'worktrees', 'feature');
    writeFileSync(path.join(workspace, link), `gitdir: ${written}\n`);
    const run = session();
    for (const command of ['echo evil >>.bare/config', 'mkdir .bare/hooks', 'mv .bare other'])
      expect(await run(`${command} && echo succeeded`)).toMatch(/^(?!.*succeeded).*(Read-only|busy)/);
  });

  test.each([
    [
      'hooks of a work tree',
      ['config', '--worktree', 'core.hooksPath', 'packages/one'],
      'packages/one/pre-commit',
    ],
    ['what the configuration includes', ['config', 'include.path', '../packages/config'], 'packages/config'],
  ])('%s is kept, wherever Git reads that', async (_what, named, file) => {
    execFileSync('git', ['init', '-q', workspace]);
    execFileSync('git', ['-C', workspace, 'config', 'extensions.worktreeConfig', 'true']);
    execFileSync('git', ['-C', workspace, ...named]);
    writeFileSync(path.join(workspace, file), '');
    const run = session();
    for (const command of [`echo evil >>${file}`, 'mv packages other'])
      expect(await run(`${command} && echo succeeded`)).toMatch(/^(?!.*succeeded).*(Read-only|busy)/);
  });

  test.each([
    ['hooks', ['core.hooksPath', '.husky/_'], 'mkdir -p .husky/_; echo evil >.husky/_/pre-commit'],
    ['hooks further down', ['core.hooksPath', 'tools/x/hooks'], 'echo evil >tools/x/hooks/pre-commit'],
    ['the way to hooks', ['core.hooksPath', 'tools/x/hooks'], 'mv tools/x other'],
    ['configuration', ['include.path', '../gitconfig'], 'echo evil >gitconfig'],
    ['configuration, instead of it', ['include.path', '../gitconfig'], 'rm gitconfig'],
  ])('what Git names and is not there cannot be made: %s', async (_what, named, command) => {
    execFileSync('git', ['init', '-q', workspace]);
    execFileSync('git', ['-C', workspace, 'config', ...named]);
    const run = session();
    expect(await run(`${command} && echo succeeded`)).toMatch(/^(?!.*succeeded).*(Read-only|busy)/);
    expect(await run('git status --short && echo done')).toMatch(/done$/);
  });

  test.each([
    ['a hook', '.git/hooks/pre-commit', '../../packages/one/check', 'packages/one/check', 'file'],
    [
      'a hook that is not there',
      '.git/hooks/pre-push',
      '../../packages/one/check',
      'packages/one/check',
      'none',
    ],
    ['the folder of hooks', '.git/hooks', '../packages/one', 'packages/one/pre-commit', 'file'],
    ['the folder of hooks further down', 'lib/.git/hooks', '../../packages/one', 'packages/one/x', 'none'],
  ])('what links of a repository lead to is kept: %s', async (_what, link, target, file, there) => {
    execFileSync('git', ['init', '-q', workspace]);
    rmSync(path.join(workspace, link), { recursive: true, force: true });
    symlinkSync(target, path.join(workspace, link));
    if (there === 'file') writeFileSync(path.join(workspace, file), 'honest');
    const run = session();
    for (const command of [`echo evil >>${file}`, 'mv packages other', 'mv packages/one packages/two'])
      expect(await run(`${command} && echo succeeded`)).toMatch(/^(?!.*succeeded).*(Read-only|busy)/);
  });

  test('a link that has come since shows nothing to the next shell', async () => {
    const run = session();
    await run('true');
    // As another session's command could: to that one, what is there since is not protected.
    rmSync(path.join(workspace, 'lib', '.git'), { recursive: true });
    symlinkSync(path.relative(path.join(workspace, 'lib'), '/tmp'), path.join(workspace, 'lib', '.git'));
    await run('restart');
    const text = await run(`ls /tmp; cat ${root}/beside/.git/secret`);
    expect(text).toMatch(/No such file/);
    expect(text).not.toContain(SECRET);
  });

  test.each([
    ['of a repository', [], 'lib/.git', 'beside/.git', 'cat lib/.git/secret'],
    ['of a folder above one', [], 'lib', 'beside', 'cat lib/one/secret; echo x >lib/one/written'],
    [
      'of a folder',
      ['packages/one'],
      'packages/one',
      'beside/one',
      'cat secret packages/one/secret; echo x >packages/one/written',
    ],
    ['of the workspace', [], '', 'beside', 'cat */secret; echo x >one/written'],
  ])(
    'a link that is there for the mount %s alone shows nothing',
    async (_what, more, shown, instead, command) => {
      // As another session's command could have it, with luck: where a mount comes from is another place.
      const file = path.join(root, 'bwrap');
      const script = `#!/bin/sh
[ -e ${root}/tried ] || { touch ${root}/tried; exec bwrap "$@"; }
for word in "$@"; do
  shift
  case $option:$word in --bind:${path.join(workspace, shown)} | --ro-bind:${path.join(workspace, shown)}) set -- "$@" ${root}/${instead} ;;
  *) set -- "$@" "$word" ;;
  esac
  option=$word
done
exec bwrap "$@"
`;
      writeFileSync(file, script, { mode: 0o755 });
      const text = await session(more, file)(command);
      expect(text).toMatch(/would show something else/);
      expect([text.includes(SECRET), written()]).toEqual([false, false]);
    },
  );

  test.each([
    ['replaced', false],
    ['removed, and is there again', true],
  ])('a file that is %s outside is kept from the next command, too', async (_what, isRemoved) => {
    const file = path.join(workspace, '.npmrc');
    const told = /Read-only file system/;
    // Where a file system does not tell when a file was made, one may pass for another that had its inode.
    if (isRemoved && lstatSync(root, { bigint: true }).birthtimeNs === 0n) return;
    writeFileSync(file, 'registry=good\n');
    const run = session();
    expect(await run('cd lib; echo evil >>../.npmrc')).toMatch(told);
    if (isRemoved) rmSync(file);
    writeFileSync(`${file}.new`, 'registry=good\n');
    renameSync(`${file}.new`, file);
    const output = await run('pwd; echo evil >>../.npmrc');
    expect(output).toMatch(/^\[This is a new shell in the folder of the last one/);
    expect(output).toContain(path.join(workspace, 'lib'));
    expect(output).toMatch(told);
    expect(readFileSync(file, 'utf8')).toBe('registry=good\n');
  });

  test('a job that waits for a file to be replaced by the editor ends before', async () => {
    const file = path.join(workspace, '.npmrc');
    writeFileSync(file, 'registry=old\n');
    const run = session();
    expect(await run('while :; do echo evil >>.npmrc; done 2>/dev/null & echo waits')).toBe('waits');
    await endShellsOver(path.join(workspace, 'other'));
    expect(await run('jobs -p | wc -l')).toBe('1');
    await endShellsOver(file);
    writeFileSync(`${file}.new`, 'registry=good\n');
    renameSync(`${file}.new`, file);
    expect(await run('cat .npmrc; jobs')).toMatch(/^\[This is a new shell [^\n]*\nregistry=good$/);
  });

  test('settings that are removed outside are kept from being made, and those that were made since from being changed', async () => {
    const run = session();
    await run('true');
    rmSync(path.join(workspace, '.vscode'), { recursive: true });
    expect(await run('mkdir -p .vscode; echo "{}" >.vscode/tasks.json')).toMatch(/Read-only file system/);
    mkdirSync(path.join(workspace, 'packages', 'one', '.git'));
    await run('restart');
    expect(await run('echo evil >packages/one/.git/config')).toMatch(/Read-only file system/);
  });

  test('a sandbox that cannot be had leaves the folders that another one needs', async () => {
    const run = session();
    expect(await run('ln -s lib .npmrc; ls -d .vscode')).toBe('.vscode');
    expect(await session()('true')).toMatch(/is a link/);
    expect(await run('mkdir -p .vscode; echo "{}" >.vscode/tasks.json && echo done')).toMatch(
      /Read-only file system/,
    );
    expect(existsSync(path.join(workspace, '.vscode', 'tasks.json'))).toBe(false);
  });
});
