/** Programs beside the editor that put something else in the place of its files while it works, or while the user is asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileRefusedError } from '../../src/tools/filePlace.ts';
import { editing, temporaryFolder } from '../tools/editor/editing.ts';
import { SECRET, secretFile } from './hostileFiles.ts';

describe('a race', () => {
  it('while the user is asked: a link in the place of the file is not written through', async () => {
    const secret = secretFile();
    const swap = { file: '' };
    const { at, refusal } = editing({
      confirm: async () => {
        rmSync(swap.file);
        symlinkSync(secret, swap.file);
        return true;
      },
    });
    swap.file = at('file.txt');
    writeFileSync(swap.file, SECRET);
    const told = await refusal({ command: 'str_replace', path: swap.file, old_str: SECRET, new_str: 'x' });
    expect(told).toContain('outside');
    expect(readFileSync(secret, 'utf8')).toBe(SECRET);
  });

  it('while the user is asked: a link in the place of the folder is not written through', async () => {
    const secret = secretFile();
    const swap = { folder: '' };
    const { at, refusal } = editing({
      confirm: async () => {
        rmSync(swap.folder, { recursive: true });
        symlinkSync(path.dirname(secret), swap.folder);
        return true;
      },
    });
    swap.folder = at('folder');
    mkdirSync(swap.folder);
    const file = at('folder/new.txt');
    expect(await refusal({ command: 'create', path: file, file_text: 'x' })).toContain('outside');
    expect(readdirSync(path.dirname(secret))).toEqual(['secret.txt']);
  });

  it('while the user is asked: what another program wrote is not overwritten', async () => {
    const swap = { file: '' };
    const { at, refusal } = editing({
      confirm: async () => {
        writeFileSync(swap.file, 'by another program');
        return true;
      },
    });
    swap.file = at('file.txt');
    writeFileSync(swap.file, 'one');
    const told = await refusal({ command: 'str_replace', path: swap.file, old_str: 'one', new_str: 'two' });
    expect(told).toContain('changed or moved by another program');
    const made = await refusal({ command: 'create', path: at('file.txt'), file_text: 'x' });
    expect(made).toContain('already exists');
    expect(readFileSync(swap.file, 'utf8')).toBe('by another program');
    expect(readdirSync(path.dirname(swap.file))).toEqual(['file.txt']);
  });

  it('with a program that swaps folders without pause: nothing outside is read or written', async () => {
    const { folder, at, place } = editing();
    const outside = temporaryFolder();
    writeFileSync(path.join(outside, 'file.txt'), SECRET);
    mkdirSync(at('sub'));
    writeFileSync(at('sub/file.txt'), 'inside');
    symlinkSync(outside, at('link'));
    let isOver = false;
    // Long inside, short outside, neither ever the same, so that each step of the editor is hit between two others.
    const pause = async (ticks: number) => {
      for (let tick = 0; tick < ticks; tick += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const swap = (from: string, to: string) => {
      try {
        renameSync(at(from), at(to));
      } catch {
        // Between two of these there is no such folder, so the editor may make it.
        rmSync(at(to), { recursive: true, force: true });
        renameSync(at(from), at(to));
      }
    };
    const swapping = (async () => {
      for (let round = 0; !isOver; round += 1) {
        await pause((round * 7) % 61);
        swap('sub', 'aside');
        swap('link', 'sub');
        await pause(1 + (round % 3));
        swap('sub', 'link');
        swap('aside', 'sub');
      }
    })();
    let refusals = 0;
    let reads = 0;
    let writes = 0;
    for (let turn = 0; turn < 300; turn += 1) {
      const found = await place.find(path.join(folder, 'sub/file.txt')).catch(() => undefined);
      if (found?.kind !== 'file') {
        refusals += 1;
        continue;
      }
      reads += 1;
      expect(Buffer.from(found.bytes).toString()).not.toContain(SECRET);
      const written = await place.replace(found, Buffer.from(`inside ${turn}`)).catch(() => undefined);
      if (written) writes += 1;
      await place
        .create({ path: path.join(folder, `sub/new${turn}`), decidesWhatRuns: false }, Buffer.from('x'))
        .catch(() => undefined);
    }
    isOver = true;
    await swapping;
    expect(refusals).toBeGreaterThan(0);
    expect(reads).toBeGreaterThan(0);
    expect(writes).toBeGreaterThan(0);
    expect(readFileSync(path.join(outside, 'file.txt'), 'utf8')).toBe(SECRET);
    expect(readdirSync(outside)).toEqual(['file.txt']);
  });
});

/** A program of its own that puts links, pipes and other files in the place of a file and its folder, without pause. */
const SWAPPER = `
const fs = require('node:fs');
const [outside] = process.argv.slice(1);
const attempt = (action) => { try { action(); } catch {} };
const { execFileSync } = require('node:child_process');
attempt(() => execFileSync('mkfifo', ['pipe']));
fs.symlinkSync(outside, 'folder-link');
process.stdout.write('ready');
for (let round = 0; ; round += 1) {
  attempt(() => fs.renameSync('sub', 'aside'));
  attempt(() => fs.renameSync('folder-link', 'sub'));
  attempt(() => fs.renameSync('sub', 'folder-link'));
  attempt(() => fs.renameSync('aside', 'sub'));
  attempt(() => fs.renameSync('sub/file.txt', 'kept'));
  attempt(() => fs.symlinkSync(outside + '/file.txt', 'sub/file.txt'));
  attempt(() => fs.unlinkSync('sub/file.txt'));
  attempt(() => fs.linkSync('pipe', 'sub/file.txt'));
  attempt(() => fs.unlinkSync('sub/file.txt'));
  attempt(() => fs.renameSync('kept', 'sub/file.txt'));
  // Whatever the editor made in between.
  if (!fs.existsSync('sub/file.txt')) attempt(() => {
    fs.mkdirSync('sub', { recursive: true });
    fs.writeFileSync('sub/file.txt', 'inside');
  });
  const end = Date.now() + (round % 4);
  while (Date.now() < end);
}`;

describe.skipIf(process.platform === 'win32')('a race with a program of its own', () => {
  it('reads and writes nothing outside, and waits for nothing', async () => {
    const { folder, at, place } = editing();
    const outside = temporaryFolder();
    writeFileSync(path.join(outside, 'file.txt'), SECRET);
    mkdirSync(at('sub'));
    writeFileSync(at('sub/file.txt'), 'inside');
    const swapper = spawn(process.execPath, ['-e', SWAPPER, outside], { cwd: folder });
    onTestFinished(() => void swapper.kill('SIGKILL'));
    await once(swapper.stdout, 'data');
    const count = { reads: 0, writes: 0, refusals: 0 };
    const file = at('sub/file.txt');
    for (let turn = 0; turn < 600; turn += 1) {
      const found = await place.find(file).catch((error: unknown) => {
        expect(error).toBeInstanceOf(FileRefusedError);
        return undefined;
      });
      if (found?.kind === 'file') {
        count.reads += 1;
        expect(Buffer.from(found.bytes).toString()).not.toContain(SECRET);
        const bytes = Buffer.from(`inside ${turn}`);
        if (await place.replace(found, bytes).catch(() => undefined)) count.writes += 1;
      } else count.refusals += 1;
      const target = await place.target(at(`sub/new${turn % 50}`)).catch(() => undefined);
      if (target) await place.create(target, Buffer.from('x')).catch(() => undefined);
      const listing = await place.list(at('sub')).catch(() => undefined);
      expect(listing?.entries.map((entry) => entry.path) ?? []).not.toContain('only-outside');
    }
    expect(Math.min(count.reads, count.writes, count.refusals)).toBeGreaterThan(0);
    expect(readFileSync(path.join(outside, 'file.txt'), 'utf8')).toBe(SECRET);
    expect(readdirSync(outside)).toEqual(['file.txt']);
  }, 120_000);
});

describe('calls at the same time', () => {
  it('are done one after another', async () => {
    const { at, text } = editing();
    writeFileSync(at('file.txt'), 'a b c d e');
    const replace = (old: string) =>
      text({ command: 'str_replace', path: at('file.txt'), old_str: old, new_str: old.toUpperCase() });
    await Promise.all([...'abcde'].map(replace));
    expect(readFileSync(at('file.txt'), 'utf8')).toBe('A B C D E');
  });
});
