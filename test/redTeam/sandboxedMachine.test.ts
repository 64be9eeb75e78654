/** Commands in the sandbox of this machine, which has a workspace that is read or may be written to, and limits. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { obstacle, run, SECRET, sandboxed, useShells, useStage } from './sandboxStage.ts';

const stage = useStage();
const shells = useShells(stage, 'read');

const WISH = { access: 'read', readable: [], hosts: [], memoryMb: 512 } as const;

describe.skipIf(obstacle !== undefined)('the sandbox of this machine', () => {
  test('has the workspace, a home and a temporary folder of its own', async () => {
    const text = await run(
      shells.read,
      'cat src/main.txt; echo a >~/a; echo b >/tmp/b; cat ~/a /tmp/b; touch src/x',
    );
    expect(text).toMatch(/plain work\na\nb\n.*Read-only file system/);
  });

  test('makes no namespaces of its own', async () => {
    const text = await run(shells.read, 'unshare --user --map-root-user echo done');
    expect(text).toMatch(/No space left|not permitted/i);
  });

  test('has no more processes and no more memory than it is given', async () => {
    // Given to a user that the kernel counts: root's processes are not.
    const tool = new BashTool({ place: sandboxed(stage, 'read', { processes: 60 }), limitMs: () => 30_000 });
    const bomb =
      'my @p; for (1 .. 150) { my $p = fork; last unless defined $p; if (!$p) { sleep 60; exit } push @p, $p } ' +
      'print scalar(@p) < 60 ? "kept\\n" : "done\\n"; kill 9, @p';
    try {
      if ((await run(tool, 'ulimit -u')) !== '60') throw new Error('There is no limit.');
      expect(await run(tool, `perl -e '${bomb}'`)).toBe('kept');
      expect(await run(tool, `perl -e 'my $x = "a" x (700 << 20); print "done\\n"'`)).toMatch(
        /Out of memory/i,
      );
    } finally {
      await tool.close();
    }
  });

  test.each(['', '/..', '/home'])('does not show the home folder as a workspace: %j', async (name) => {
    const folder = name === '' ? stage.home : path.join(stage.home, name === '/..' ? '..' : '../home');
    const place = sandboxed(stage, 'read', { wish: { ...WISH, folders: [folder] }, env: stage.env });
    await withHome(async () => {
      await expect(place.spawn(['true'], new AbortController().signal)).rejects.toThrow(/cannot be shown/);
    });
  });
});

describe.skipIf(obstacle !== undefined)('a workspace that may be written to', () => {
  let tool: BashTool;

  beforeAll(() => {
    writeFileSync(path.join(stage.workspace, '.npmrc'), 'fund=false\n');
    tool = new BashTool({ place: sandboxed(stage, 'write'), limitMs: () => 30_000 });
  });
  afterAll(async () => {
    await tool.close();
    expect(readdirSync(stage.workspace).sort()).toEqual(['.git', '.npmrc', 'keys', 'out', 'src']);
  });

  test('is written to', async () => {
    await run(tool, 'echo new >src/new.txt');
    expect(readFileSync(path.join(stage.workspace, 'src', 'new.txt'), 'utf8')).toBe('new\n');
  });

  test('does not lead out by links', async () => {
    const text = await run(
      tool,
      `ln -s ${stage.home} out; echo x >out/x; cat out/notes.txt; ln ${stage.home}/notes.txt hard`,
    );
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/No such file/);
    expect(existsSync(path.join(stage.home, 'x'))).toBe(false);
  });

  test.each([
    ['hooks of git', 'echo evil >.git/hooks/pre-commit'],
    ['the configuration of git', 'echo evil >>.git/config'],
    ['another place for it', 'echo ../evil >.git/commondir'],
    ['the repository in another place', 'mv .git .git2 && mkdir .git'],
    ['the repository gone', 'rm -rf .git/HEAD .git/config .git/hooks'],
    ['settings of the editor', 'mkdir -p .vscode && echo "{}" >.vscode/settings.json'],
    ['settings of the editor under another name', 'mkdir v && echo "{}" >v/tasks.json && mv -T v .vscode'],
    ['settings of the editor by a link', 'ln -sfn src .vscode/x || ln -sfnT src .vscode'],
    ['a container for the editor', 'mkdir -p .devcontainer && echo "{}" >.devcontainer/devcontainer.json'],
    ['what a package manager runs', 'echo script-shell=./evil >.npmrc'],
    ['that file replaced', 'echo evil >n && mv -f n .npmrc'],
    ['that file gone', 'rm -f .npmrc'],
  ])('is kept from having %s', async (_what, command) => {
    const before = snapshot();
    const text = await run(tool, `${command} && echo succeeded`);
    expect(text).not.toMatch(/^succeeded/m);
    expect(text).toMatch(/Read-only file system|Device or resource busy|Permission denied|cannot overwrite/i);
    expect(snapshot()).toEqual(before);
    await run(tool, 'rm -rf v n');
  });

  test('is only read where a link stands for what is to be kept', async () => {
    const folder = path.join(stage.root, 'linked');
    mkdirSync(folder);
    symlinkSync(path.join(stage.workspace, 'src'), path.join(folder, '.vscode'));
    const place = sandboxed(stage, 'write', { wish: { ...WISH, access: 'write', folders: [folder] } });
    await expect(place.spawn(['true'], new AbortController().signal)).rejects.toThrow(/is a link/);
  });

  /** Of what is kept. */
  function snapshot(): unknown {
    const { workspace } = stage;
    const git = path.join(workspace, '.git');
    return [
      readdirSync(git, { recursive: true }),
      readFileSync(path.join(git, 'config'), 'utf8'),
      readFileSync(path.join(workspace, '.npmrc'), 'utf8'),
      ...['.vscode', '.devcontainer'].map((name) => readdirSync(path.join(workspace, name))),
    ];
  }
});

/** With the stage's home folder as the user's, as a host knows it. */
async function withHome(does: () => Promise<void>): Promise<void> {
  const before = process.env.HOME;
  process.env.HOME = stage.home;
  try {
    await does();
  } finally {
    process.env.HOME = before;
  }
}
