/** What a hostile workspace has the editor find: paths and links that lead out, what is huge or no file, names. */
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
import { describe, expect, it } from 'vitest';
import { localFiles } from '../../src/tools/localFiles.ts';
import { editing } from '../tools/editor/editing.ts';
import { commandsOn, SECRET, secretFile } from './hostileFiles.ts';

describe('what is outside', () => {
  it('is not told of, whether it exists or not', async () => {
    const { refusal } = editing();
    const secret = secretFile();
    for (const file of [secret, `${secret}.none`, '/proc/self/environ', '/', path.dirname(secret)])
      for (const input of commandsOn(file))
        expect(await refusal(input)).toContain('is outside of the folders whose files may be used');
    expect(readFileSync(secret, 'utf8')).toBe(SECRET);
  });

  it('is not reached by ..', async () => {
    const { folder, at, refusal } = editing();
    const secret = secretFile();
    const up = `${folder}/../${path.basename(path.dirname(secret))}/secret.txt`;
    for (const file of [up, `${folder}/a/../../x`, `${folder}/..`, at('a').concat('\\..\\..\\x')])
      for (const input of commandsOn(file)) expect(await refusal(input)).toContain('outside');
    expect(readFileSync(secret, 'utf8')).toBe(SECRET);
  });

  it('is not reached by a folder whose name only begins the same', async () => {
    const { folder, refusal } = editing();
    for (const input of commandsOn(`${folder}-other/file`)) expect(await refusal(input)).toContain('outside');
  });

  it('is not reached by a link, to a file, to a folder or to nothing yet', async () => {
    const { at, refusal } = editing();
    const secret = secretFile();
    symlinkSync(secret, at('file'));
    symlinkSync(path.dirname(secret), at('folder'));
    for (const file of [at('file'), at('folder/secret.txt')])
      for (const input of commandsOn(file)) expect(await refusal(input)).toContain('outside');
    for (const input of commandsOn(at('folder'))) expect(await refusal(input)).toContain('outside');
    expect(await refusal({ command: 'create', path: at('folder/new'), file_text: 'x' })).toContain('outside');
    symlinkSync(path.join(path.dirname(secret), 'later'), at('nothing'));
    expect(await refusal({ command: 'create', path: at('nothing'), file_text: 'x' })).toContain(
      'already exists',
    );
    expect(readdirSync(path.dirname(secret))).toEqual(['secret.txt']);
    expect(readFileSync(secret, 'utf8')).toBe(SECRET);
  });

  it('keeps its content where a hard link to it is written to', async () => {
    const { at, text } = editing();
    const secret = secretFile();
    linkSync(secret, at('linked.txt'));
    const told = await text({
      command: 'str_replace',
      path: at('linked.txt'),
      old_str: SECRET,
      new_str: 'changed',
    });
    expect(told).toContain('hard links, under which the old content is kept');
    expect(readFileSync(secret, 'utf8')).toBe(SECRET);
    expect(readFileSync(at('linked.txt'), 'utf8')).toBe('changed');
  });

  it('is all there is where no folder is allowed, or a whole disk is', async () => {
    const secret = secretFile();
    for (const roots of [[], ['/'], ['.'], ['/tmp/..']]) {
      const { refusal } = editing({ place: localFiles(() => roots) });
      expect(await refusal({ command: 'view', path: secret })).toContain('outside');
    }
  });
});

describe('a link inside', () => {
  it('is followed to what is inside, and stays one', async () => {
    const { at, text } = editing();
    writeFileSync(at('real.txt'), 'one');
    symlinkSync('real.txt', at('link.txt'));
    await text({ command: 'str_replace', path: at('link.txt'), old_str: 'one', new_str: 'two' });
    expect(readFileSync(at('real.txt'), 'utf8')).toBe('two');
    expect(readdirSync(path.dirname(at('x'))).sort()).toEqual(['link.txt', 'real.txt']);
  });
});

describe('what is huge', () => {
  it.skipIf(process.platform === 'win32')(
    'is cut, not gone through: a folder with 100,000 files',
    async () => {
      const { folder, at, text } = editing();
      execFileSync('sh', ['-c', 'mkdir many && cd many && seq 1 100000 | xargs touch'], { cwd: folder });
      for (const name of [folder, at('many')]) {
        const before = process.cpuUsage();
        const shown = await text({ command: 'view', path: name });
        expect(shown.split('\n').length).toBeLessThan(1_010);
        expect(shown).toContain('There is more than is listed here.');
        expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
      }
    },
    60_000,
  );

  it.skipIf(process.platform === 'win32')(
    'is refused or shown: folders within folders',
    async () => {
      const { folder, at, text, refusal } = editing();
      const script = "for (let i = 0; i < 2500; i++) { fs.mkdirSync('d'); process.chdir('d'); }";
      execFileSync(process.execPath, ['-e', script], { cwd: folder });
      expect(await text({ command: 'view', path: folder })).toMatch(/:\nd\/\nd\/d\/$/);
      const deep = (levels: number) => at(Array.from({ length: levels }, () => 'd').join('/'));
      expect(await text({ command: 'view', path: deep(1_000) })).toMatch(/\nd\/\nd\/d\/$/);
      for (const input of commandsOn(deep(2_500))) expect(await refusal(input)).toContain('ENAMETOOLONG');
      execFileSync('rm', ['-rf', at('d')]);
    },
    120_000,
  );
});

describe('what is no plain file', () => {
  it.skipIf(process.platform === 'win32')('is not waited for: a pipe', async () => {
    const { at, refusal } = editing();
    execFileSync('mkfifo', [at('pipe')]);
    for (const input of commandsOn(at('pipe')))
      expect(await refusal(input)).toContain('neither a file nor a folder');
  });

  it.skipIf(process.platform === 'win32')('is not opened: a device', async () => {
    const { refusal } = editing({ place: localFiles(() => ['/dev']) });
    for (const device of ['/dev/zero', '/dev/tty', '/dev/null'])
      expect(await refusal({ command: 'view', path: device })).toMatch(/neither a file|outside|not allow/);
  });

  it('is not read: a file too large, without reading it', async () => {
    const { at, refusal } = editing();
    writeFileSync(at('huge'), '');
    truncateSync(at('huge'), 1e12);
    for (const input of commandsOn(at('huge'))) expect(await refusal(input)).toContain('larger than 10 MB');
  });
});

describe('a hostile name', () => {
  const NAMES = [
    '-rf',
    '$(reboot)',
    '`reboot`',
    'line\nbreak.txt',
    'turned\u202Etxt.exe',
    'zero\u200Bwidth',
    'bell\u0007',
    'esc\u001b[2J',
  ];

  it('is shown escaped in a listing, one a line', async () => {
    const { folder, at, text } = editing();
    for (const name of NAMES) writeFileSync(at(name), '');
    const listed = await text({ command: 'view', path: folder });
    expect(listed.split('\n')).toHaveLength(1 + NAMES.length);
    for (const shown of ['line\\u{a}break.txt', 'turned\\u{202e}txt.exe', 'zero\\u{200b}width', 'bell\\u{7}'])
      expect(listed).toContain(shown);
    expect(listed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is shown escaped in what is told of it', async () => {
    const { at, refusal, text } = editing();
    for (const name of NAMES) {
      const told = [
        await refusal({ command: 'view', path: at(name) }),
        await text({ command: 'create', path: at(name), file_text: 'x' }),
        await refusal({ command: 'view', path: `/elsewhere/${name}` }),
      ];
      for (const words of told) expect(words).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(readFileSync(at(name), 'utf8')).toBe('x');
    }
  });

  it('of a huge folder is cut, and links in it are not followed', async () => {
    const { folder, at, text } = editing();
    symlinkSync(path.dirname(secretFile()), at('a-link'));
    mkdirSync(at('deep/er/est'), { recursive: true });
    mkdirSync(at('node_modules/left-pad'), { recursive: true });
    mkdirSync(at('.hidden'));
    const before = await text({ command: 'view', path: folder });
    expect(before).toMatch(/:\na-link \(link\)\ndeep\/\ndeep\/er\/$/);
    mkdirSync(at('many'));
    for (let number = 0; number < 1_200; number += 1) writeFileSync(at(`many/${number}`), '');
    const listed = await text({ command: 'view', path: folder });
    expect(listed.split('\n').length).toBeLessThan(1_010);
    expect(listed).toContain('There is more than is listed here.');
  });
});

describe('a file mode', () => {
  it.skipIf(process.platform === 'win32')('is kept', async () => {
    const { at, text } = editing();
    for (const mode of [0o755, 0o640, 0o600]) {
      writeFileSync(at('script.sh'), 'one');
      chmodSync(at('script.sh'), mode);
      await text({ command: 'str_replace', path: at('script.sh'), old_str: 'one', new_str: 'two' });
      expect(statSync(at('script.sh')).mode & 0o777).toBe(mode);
    }
  });

  it.skipIf(process.getuid?.() === 0)('that forbids writing is respected', async () => {
    const { at, refusal } = editing();
    writeFileSync(at('file.txt'), 'one', { mode: 0o400 });
    const told = await refusal({
      command: 'str_replace',
      path: at('file.txt'),
      old_str: 'one',
      new_str: 'two',
    });
    expect(told).toContain('does not allow');
  });
});
