/** The editor over the files of a computer, by programs there: here, of this machine. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { computerFiles } from '../../src/tools/computerFiles.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';
import { solidPng } from '../support/png.ts';
import { editing, temporaryFolder } from './editor/editing.ts';

vi.setConfig({ testTimeout: 60_000 });

const machine = thisMachine({ folder: '/' });
if (!machine) throw new Error('There is no shell here.');
const place = computerFiles(machine);

const edited = () => editing({ place });

describe('a file', () => {
  it('is made, with the folders that it needs, viewed and changed byte for byte', async () => {
    const { at, text, edits } = edited();
    const file = at('a/b c/é\n.txt');
    await text({ command: 'create', path: file, file_text: 'one\r\ntwo\x1e\x04\r\n' });
    expect(readFileSync(file, 'utf8')).toBe('one\r\ntwo\x1e\x04\r\n');
    writeFileSync(file, '\uFEFFone\r\ntwo\r\n');
    expect(await text({ command: 'view', path: file })).toContain('     2\ttwo\n');
    await text({ command: 'str_replace', path: file, old_str: 'two', new_str: 'three' });
    expect(readFileSync(file, 'utf8')).toBe('\uFEFFone\r\nthree\r\n');
    await text({ command: 'insert', path: file, insert_line: 0, insert_text: '' });
    expect(edits.map(({ path: name }) => name)).toEqual([file, file, file]);
    expect(readdirSync(path.dirname(file))).toEqual(['é\n.txt']);
  });

  it('of some MB goes both ways', async () => {
    const { at, text } = edited();
    const large = `${'x'.repeat(99)}\n`.repeat(90_000);
    writeFileSync(at('large'), `${large}end`);
    await text({ command: 'str_replace', path: at('large'), old_str: '\nend', new_str: '\nEND' });
    expect(readFileSync(at('large'), 'utf8') === `${large}END`).toBe(true);
  });

  it('keeps its mode, and its other names what they had', async () => {
    const { at, text } = edited();
    writeFileSync(at('script.sh'), 'one');
    chmodSync(at('script.sh'), 0o750);
    linkSync(at('script.sh'), at('other'));
    const told = await text({
      command: 'str_replace',
      path: at('script.sh'),
      old_str: 'one',
      new_str: 'two',
    });
    expect(told).toContain('hard links');
    expect(statSync(at('script.sh')).mode & 0o777).toBe(0o750);
    expect(readFileSync(at('other'), 'utf8')).toBe('one');
  });

  it('is an image where it is one', async () => {
    const { at, run } = edited();
    const png = solidPng(20, 10, 7);
    writeFileSync(at('pixel.png'), png);
    expect(await run({ command: 'view', path: at('pixel.png') })).toMatchObject([
      {},
      { type: 'image', source: { data: png.toString('base64') } },
    ]);
  });
});

describe('refused is', () => {
  it('what is not there, not allowed, there already, or no file', async () => {
    const { folder, at, refusal } = edited();
    expect(await refusal({ command: 'view', path: at('none/x') })).toContain('does not exist');
    expect(await refusal({ command: 'view', path: 'x' })).toContain('not an absolute path');
    expect(await refusal({ command: 'view', path: `${folder}/../x` })).toContain("'..'");
    expect(await refusal({ command: 'view', path: `/${'x'.repeat(5_000)}` })).toContain('ENAMETOOLONG');
    expect(await refusal({ command: 'create', path: '/proc/x/y', file_text: '' })).toContain('not allow');
    symlinkSync(at('nowhere'), at('dangling'));
    expect(await refusal({ command: 'create', path: at('dangling'), file_text: '' })).toMatch(
      /exists|missing/,
    );
    execFileSync('mkfifo', [at('pipe')]);
    for (const name of [at('pipe'), '/dev/zero', '/dev/stdin'])
      expect(await refusal({ command: 'view', path: name })).toMatch(/neither a file|does not exist/);
    writeFileSync(at('huge'), '');
    truncateSync(at('huge'), 1e12);
    expect(await refusal({ command: 'view', path: at('huge') })).toContain('larger than 10 MB');
    mkdirSync(at('folder'));
    expect(await refusal({ command: 'create', path: at('folder'), file_text: '' })).toContain(
      'is a directory',
    );
  });

  it('what was changed meanwhile', async () => {
    const { at, refusal } = editing({
      place,
      confirm: async (edit) => {
        writeFileSync(edit.path, 'by another program');
        return true;
      },
    });
    writeFileSync(at('file'), 'one');
    const told = await refusal({ command: 'str_replace', path: at('file'), old_str: 'one', new_str: 'two' });
    expect(told).toContain('changed or moved by another program');
    expect(await refusal({ command: 'create', path: at('new'), file_text: 'x' })).toContain('already exists');
    expect(readFileSync(at('file'), 'utf8')).toBe('by another program');
    expect(readdirSync(at('.')).toSorted()).toEqual(['file', 'new']);
  });

  it('what takes too long, or ends without an answer', async () => {
    for (const script of ['exit 0', 'kill -9 $$', 'printf "ok\\0"; exit', 'while :; do echo flood; done']) {
      const broken = computerFiles({
        spawn: (_command, signal) => machine.spawn(['/bin/sh', '-c', script], signal),
      });
      await expect(broken.find('/x')).rejects.toThrow(/The files of the computer cannot be had/);
    }
    const stop = new AbortController();
    const hanging = computerFiles({
      spawn: (_command, signal) => machine.spawn(['/bin/sh', '-c', 'sleep 600'], signal),
    });
    const found = hanging.find('/x', stop.signal);
    stop.abort(new Error('stopped'));
    await expect(found).rejects.toThrow('stopped');
  });
});

describe('a listing', () => {
  it('has two levels, hostile names escaped, and no hidden ones', async () => {
    const { folder, at, text } = edited();
    for (const name of ['-rf', 'line\nbreak', '$(touch x)', '.hidden/a', 'node_modules/a', 'z/deep/er'])
      mkdirSync(at(name), { recursive: true });
    writeFileSync(at('z/file\u202E'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x62, 0xff])]), '');
    symlinkSync('/', at('link'));
    execFileSync('mkfifo', [at('pipe')]);
    const [, ...lines] = (await text({ command: 'view', path: folder })).split('\n');
    expect(lines).toEqual([
      '$(touch x)/',
      '-rf/',
      'b\uFFFD',
      'line\\u{a}break/',
      'link (link)',
      'pipe (no file)',
      'z/',
      'z/deep/',
      'z/file\\u{202e}',
      expect.stringContaining('not UTF-8'),
    ]);
  });

  it('of an empty folder is empty, and of a huge one cut', async () => {
    const { folder, at, text } = edited();
    expect((await text({ command: 'view', path: folder })).split('\n')).toHaveLength(1);
    execFileSync(
      'sh',
      [
        '-c',
        'mkdir many && cd many && seq -f a-name-of-some-length-so-that-many-are-much-%g 10000 | xargs touch',
      ],
      { cwd: folder },
    );
    for (const name of [folder, at('many')]) {
      const shown = await text({ command: 'view', path: name });
      expect(shown.split('\n').length).toBeLessThan(1_010);
      expect(shown).toContain('There is more than is listed here.');
      expect(shown).not.toContain('|');
    }
  });
});

it('a link is followed on the computer, and stays one', async () => {
  const { at, text } = edited();
  const other = temporaryFolder();
  writeFileSync(path.join(other, 'real'), 'one');
  symlinkSync(path.join(other, 'real'), at('link'));
  await text({ command: 'str_replace', path: at('link'), old_str: 'one', new_str: 'two' });
  expect(readFileSync(path.join(other, 'real'), 'utf8')).toBe('two');
  expect(readdirSync(other)).toEqual(['real']);
});
