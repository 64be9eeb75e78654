/** Claude's editor in a desktop's sandbox and in a container, beside hostile programs there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DesktopMachine } from '../../src/computer/desktop/machine.ts';
import { dockerDesktopSource } from '../../src/computer/desktop/sources/docker.ts';
import { virtualDesktopSource } from '../../src/computer/desktop/sources/virtual.ts';
import { computerFiles } from '../../src/tools/computerFiles.ts';
import { runScript } from '../../src/tools/runScript.ts';
import { DockerStandIn } from '../support/desktop/docker/standIn.ts';
import { requireDesktopPrograms } from '../support/desktop/programs.ts';
import { editing } from '../tools/editor/editing.ts';

const { signal } = new AbortController();

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** An editor there, and a way to do what a program there can. */
function editingOn(machine: DesktopMachine) {
  const spawn = machine.spawnShell?.bind(machine);
  if (!spawn) throw new Error('The machine has no shell.');
  const inside = async (script: string) => {
    const run = { script, words: [], maxOutput: 100_000, limitMs: 20_000 };
    return (await runScript({ spawn }, run, signal)).output.toString();
  };
  return { ...editing({ place: computerFiles({ spawn }) }), inside };
}

describe('in the sandbox of a virtual desktop', () => {
  let folder: string;
  let secret: string;
  let machine: DesktopMachine;

  beforeAll(async () => {
    requireDesktopPrograms();
    folder = await mkdtemp(path.join(tmpdir(), 'editor-desktop-'));
    secret = path.join(folder, 'secret.txt');
    const env = { ...process.env, ANTHROPIC_API_KEY: 'the-key-of-the-user' };
    machine = await virtualDesktopSource({
      tempRoot: folder,
      sandbox: 'required',
      network: 'none',
      env,
    }).start(signal);
  });

  afterAll(async () => {
    await machine.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    expect(await readFile(secret, 'utf8')).toBe('the secret');
  });

  it('files are made, changed, listed and shown', async () => {
    await writeFile(secret, 'the secret');
    const { text, edits } = editingOn(machine);
    const file = '/home/desktop/a b/-rf\n\u202E.txt';
    await text({ command: 'create', path: file, file_text: 'one\ntwo\n' });
    await text({ command: 'str_replace', path: file, old_str: 'two', new_str: 'three' });
    expect(await text({ command: 'view', path: file })).toContain('     2\tthree\n');
    expect(await text({ command: 'view', path: '/home/desktop/a b' })).toContain('\n-rf\\u{a}\\u{202e}.txt');
    expect(edits.map(({ diff }) => diff)).toEqual([
      '@@ -0,0 +1,2 @@\n+one\n+two',
      '@@ -1,2 +1,2 @@\n one\n-two\n+three',
    ]);
  });

  it('nothing of the machine is there, by whatever name', async () => {
    await writeFile(secret, 'the secret');
    const { inside, refusal } = editingOn(machine);
    await inside(
      `ln -s '${secret}' /tmp/link; ln -s '${folder}' /home/desktop/folder; ln -s /proc/1/root /tmp/root`,
    );
    const names = [
      ...[
        secret,
        '/tmp/link',
        '/home/desktop/folder/secret.txt',
        `/tmp/root${secret}`,
        `/proc/self/root${secret}`,
      ],
      ...[`${homedir()}/.ssh/id_rsa`, `${homedir()}/.bashrc`, '/etc/shadow', `/proc/1/cwd/${secret}`],
    ];
    for (const name of names) {
      expect(await refusal({ command: 'view', path: name })).toMatch(/does not exist|does not allow/);
      expect(await refusal({ command: 'str_replace', path: name, old_str: 'the', new_str: 'x' })).toMatch(
        /does not exist|does not allow/,
      );
    }
    for (const name of ['/usr/bin/new', '/etc/new', '/proc/sys/kernel/new'])
      expect(await refusal({ command: 'create', path: name, file_text: 'x' })).toContain('does not allow');
  });

  it('the environment has none of the user’s keys', async () => {
    const { text } = editingOn(machine);
    for (const process of ['self', '1', '2'])
      expect(await text({ command: 'view', path: `/proc/${process}/environ` }).catch(String)).not.toContain(
        'the-key-of-the-user',
      );
  });

  it('what never ends is not waited for', async () => {
    const { inside, refusal } = editingOn(machine);
    await inside('mkfifo /tmp/pipe; truncate -s 1T /tmp/huge || truncate -s 15G /tmp/huge');
    for (const name of ['/dev/zero', '/dev/random', '/dev/tty', '/tmp/pipe'])
      expect(await refusal({ command: 'view', path: name })).toContain('neither a file nor a folder');
    expect(await refusal({ command: 'view', path: '/tmp/huge' })).toContain('larger than 10 MB');
  });

  it('a program that swaps files, folders and links without pause gains nothing', async () => {
    const { inside, run, edits } = editingOn(machine);
    await inside('mkdir -p /tmp/race/sub; echo inside >/tmp/race/sub/file');
    await inside(`cd /tmp/race; (
      while [ ! -e stop ]; do
        mv -T sub aside; ln -sT '${folder}' sub; rm -rf sub; mv -T aside sub
        mv sub/file kept; ln -s '${secret}' sub/file; rm sub/file; mkfifo sub/file; rm sub/file; mv kept sub/file
        # Whatever the editor did meanwhile.
        mkdir -p sub; [ -f sub/file ] || echo inside >sub/file
        sleep 0.02; echo x >>/tmp/race/rounds
      done
    ) </dev/null >/dev/null &`);
    let shown = 0;
    const isEnough = () => shown > 0 && edits.length > 0;
    for (let turn = 0; turn < 8 || (turn < 60 && !isEnough()); turn += 1) {
      const file = '/tmp/race/sub/file';
      const view = await run({ command: 'view', path: file }).catch((error: Error) => error.message);
      expect(String(view)).not.toContain('the secret');
      if (String(view).includes('inside')) shown += 1;
      await run({ command: 'str_replace', path: file, old_str: 'inside', new_str: 'inside' }).catch(
        () => undefined,
      );
      await run({ command: 'create', path: `/tmp/race/sub/new${turn}`, file_text: 'x' }).catch(
        () => undefined,
      );
    }
    expect(Number(await inside('touch /tmp/race/stop; wc -l </tmp/race/rounds'))).toBeGreaterThan(5);
    expect(isEnough()).toBe(true);
  });

  it('a program that ends or floods what we run there is answered with a refusal', async () => {
    const { inside, run } = editingOn(machine);
    await inside(`(
      while [ ! -e /tmp/stop ]; do
        for pipe in /run/desktop/*.out; do echo flood >"$pipe"; done
        echo x >>/tmp/rounds
        for name in /proc/[0-9]*; do
          read -r comm <$name/comm && [ "$comm" = head ] && kill -9 \${name#/proc/}
        done
      done
    ) </dev/null >/dev/null 2>&1 &`);
    for (let turn = 0; turn < 10; turn += 1) {
      const view = await run({ command: 'view', path: '/etc/hostname' }).catch(
        (error: Error) => error.message,
      );
      expect(typeof view).toBe('string');
    }
    await inside('touch /tmp/stop; sleep 0.5');
    expect(Number(await inside('wc -l </tmp/rounds'))).toBeGreaterThan(0);
  });
});

describe('in a container', () => {
  it('files are changed through docker exec', async () => {
    const docker = await DockerStandIn.create();
    const source = dockerDesktopSource({
      image: { kind: 'named', name: 'an/image' },
      env: docker.env(),
      limitMs: 10_000,
    });
    const machine = await source.start(signal);
    try {
      const { at, text, refusal } = editingOn(machine);
      await text({ command: 'create', path: at('a/b.txt'), file_text: 'one\r\n\x1e\x04two\r\n' });
      expect(await readFile(at('a/b.txt'), 'utf8')).toBe('one\r\n\x1e\x04two\r\n');
      await writeFile(at('a/b.txt'), 'one\r\ntwo\r\n');
      await text({ command: 'str_replace', path: at('a/b.txt'), old_str: 'two', new_str: 'three' });
      expect(await readFile(at('a/b.txt'), 'utf8')).toBe('one\r\nthree\r\n');
      expect(await refusal({ command: 'view', path: at('none') })).toContain('does not exist');
      await docker.answer({ exec: { status: 1, stderr: 'no such container' } });
      expect(await refusal({ command: 'view', path: at('a/b.txt') })).toContain('cannot be had');
    } finally {
      await machine.close();
      await docker.close();
    }
  });
});
