/** Commands that leave links in a workspace they may write to, so that the next sandbox shows what they lead to. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { sandboxedMachine } from '../../src/tools/sandbox/sandboxedPlace.ts';
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

function session(...more: string[]): (command: string) => Promise<string> {
  const folders = [workspace, ...more.map((name) => path.join(workspace, name))] as [string, ...string[]];
  const wish = { folders, access: 'write', readable: [], hosts: [], memoryMb: 512 } as const;
  const tool = new BashTool({ place: sandboxedMachine({ wish }), limitMs: () => 20_000 });
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
    const run = session(...more);
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

  test('a link that has come since shows nothing to the next shell', async () => {
    const run = session();
    await run('true');
    // As another session's command could: to that one, what is there since is not protected.
    rmSync(path.join(workspace, 'lib', '.git'), { recursive: true });
    symlinkSync(path.relative(path.join(workspace, 'lib'), '/tmp'), path.join(workspace, 'lib', '.git'));
    await run('restart');
    const text = await run(`ls /tmp; cat ${root}/beside/.git/secret`);
    expect(text).toMatch(/lib\/\.git is gone, or a link has taken its place/);
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
