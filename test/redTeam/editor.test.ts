/** What a hostile workspace, a hostile program beside the editor, and a misled model try. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decide } from '../../src/agent/approvals/policy.ts';
import { questionOf } from '../../src/agent/approvals/questions.ts';
import { FileRefusedError } from '../../src/tools/filePlace.ts';
import { localFiles } from '../../src/tools/localFiles.ts';
import { editing, temporaryFolder } from '../tools/editor/editing.ts';

const SECRET = 'the secret';

/** A file outside of what is allowed. */
function secretFile(): string {
  const file = path.join(temporaryFolder(), 'secret.txt');
  writeFileSync(file, SECRET);
  return file;
}

/** Each command on a path, as one that would work there. */
const commandsOn = (file: string) => [
  { command: 'view', path: file },
  { command: 'create', path: file, file_text: 'x' },
  { command: 'str_replace', path: file, old_str: SECRET, new_str: 'x' },
  { command: 'insert', path: file, insert_line: 0, insert_text: 'x' },
];

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

describe('what decides what runs', () => {
  it.each([
    '.git/hooks/pre-commit',
    '.GIT/config',
    'sub/.git',
    '.g\u200Bit/config',
    '.git./hooks/x',
    'GIT~1/hooks/x',
    '.git::$INDEX_ALLOCATION/x',
    '\uFF0Egit/x',
    '.vscode/settings.json',
    'deep/.VSCode/tasks.json',
    'x.code-workspace',
    'X.CODE-WORKSPACE ',
    '.devcontainer/devcontainer.json',
    '.husky/pre-commit',
    '.envrc',
    '.pre-commit-config.yaml',
    'lefthook.yml',
    '.npmrc',
    '.mcp.json',
    'sub/.claude/settings.json',
    '.Cursor/mcp.json',
    '.yarnrc.yml',
    '.gitattributes',
  ])('is asked about as such: %s', async (name) => {
    const { at, asked, text } = editing();
    const path = at(name);
    await text({ command: 'create', path, file_text: SECRET });
    await text({ command: 'str_replace', path, old_str: SECRET, new_str: 'x' });
    expect(asked.map(({ decidesWhatRuns }) => decidesWhatRuns)).toEqual([true, true]);
  });

  it.each(['src/a.ts', 'git/hooks/x', '.github/readme.md', 'vscode/x', 'x.code-workspace.md'])(
    'is not: %s',
    async (name) => {
      const { at, asked, text } = editing();
      await text({ command: 'create', path: at(name), file_text: 'x' });
      expect(asked.map(({ decidesWhatRuns }) => decidesWhatRuns)).toEqual([false]);
    },
  );

  it('is known by way of a link', async () => {
    const { at, asked, text } = editing();
    mkdirSync(at('.git/hooks'), { recursive: true });
    symlinkSync('.git/hooks', at('innocent'));
    await text({ command: 'create', path: at('innocent/pre-commit'), file_text: 'x' });
    expect(asked).toMatchObject([{ path: at('.git/hooks/pre-commit'), decidesWhatRuns: true }]);
  });

  it('is not written by a link that comes while the user is asked about something else', async () => {
    const swap = { folder: '', to: '' };
    const { at, refusal } = editing({
      confirm: async () => {
        symlinkSync(swap.to, swap.folder);
        return true;
      },
    });
    Object.assign(swap, { folder: at('innocent'), to: at('.git/hooks') });
    mkdirSync(at('.git/hooks'), { recursive: true });
    const file = at('innocent/pre-commit');
    expect(await refusal({ command: 'create', path: file, file_text: 'x' })).toContain('by another program');
    expect(readdirSync(at('.git/hooks'))).toEqual([]);
  });
});

describe('a question about what decides what runs', () => {
  it.each(['ask-everything', 'ask-consequences', 'unattended'] as const)(
    'is asked in the mode %s, whatever was allowed before',
    (mode) => {
      const question = questionOf('edit_config', '/home/me/project/.git/hooks/pre-commit', '+x');
      expect(question.scope).toBeNull();
      expect(question.always).toBeUndefined();
      const decision = decide(question, { mode, isIsolated: true }, () => true);
      expect(decision.verdict).toBe('ask');
    },
  );
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

describe('a refusal of the owner', () => {
  it('changes nothing', async () => {
    const { at, edits, refusal } = editing({ confirm: async () => false });
    writeFileSync(at('file.txt'), 'one');
    const path = at('file.txt');
    expect(await refusal({ command: 'str_replace', path, old_str: 'one', new_str: 'x' })).toContain(
      'the user did not allow',
    );
    expect(await refusal({ command: 'create', path: at('a/b'), file_text: 'x' })).toContain('did not allow');
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(readdirSync(at('.'))).toEqual(['file.txt']);
    expect(edits).toEqual([]);
  });

  it('by the setting holds before anybody is asked', async () => {
    const reader = editing({ access: 'read' });
    writeFileSync(reader.at('file.txt'), SECRET);
    const [view, ...changes] = commandsOn(reader.at('file.txt'));
    expect(await reader.text(view ?? {})).toContain(SECRET);
    for (const input of changes) expect(await reader.refusal(input)).toContain('not change them');
    expect(reader.asked).toEqual([]);
    const off = editing({ access: 'off' });
    for (const input of commandsOn(off.at('x')))
      expect(await off.refusal(input)).toContain('turned this tool off');
  });

  it('by changes that are not saved holds before and after the question', async () => {
    let isDirty = true;
    const { at, asked, refusal, text } = editing({
      hasUnsavedChanges: () => isDirty,
      confirm: async () => {
        isDirty = true;
        return true;
      },
    });
    writeFileSync(at('file.txt'), 'one');
    const input = { command: 'insert', path: at('file.txt'), insert_line: 0, insert_text: 'x' };
    expect(await refusal(input)).toContain('not saved');
    expect(asked).toEqual([]);
    expect(await text({ command: 'view', path: at('file.txt') })).toContain('not shown here');
    isDirty = false;
    expect(await refusal(input)).toContain('not saved');
    expect(asked).toHaveLength(1);
    expect(readFileSync(at('file.txt'), 'utf8')).toBe('one');
  });

  it('by Stop is at once, though nobody has answered', async () => {
    const stop = new AbortController();
    const { at, tool } = editing({
      confirm: () => {
        stop.abort(new Error('stopped'));
        return new Promise(() => {});
      },
    });
    const input = { command: 'create', path: at('file.txt'), file_text: 'x' };
    const toolUse = { type: 'tool_use', id: '1', name: 'str_replace_based_edit_tool', input } as const;
    await expect(tool.run(input, { toolUse, toolUseBlock: toolUse, signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
  });

  it('by Stop leaves the file as it was', async () => {
    const stop = new AbortController();
    const { at, tool } = editing({
      confirm: async () => {
        stop.abort(new Error('stopped'));
        return true;
      },
    });
    writeFileSync(at('file.txt'), 'one');
    const input = { command: 'insert', path: at('file.txt'), insert_line: 0, insert_text: 'x' };
    const toolUse = { type: 'tool_use', id: '1', name: 'str_replace_based_edit_tool', input } as const;
    await expect(tool.run(input, { toolUse, toolUseBlock: toolUse, signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
    expect(readFileSync(at('file.txt'), 'utf8')).toBe('one');
  });
});

describe('what a diff could not show', () => {
  it('is not written: a NUL, by which a text becomes a binary file', async () => {
    const { at, asked, refusal } = editing();
    const path = at('file.sh');
    writeFileSync(path, 'one');
    for (const input of [
      { command: 'create', path: at('new.sh'), file_text: 'reboot\n\0' },
      { command: 'str_replace', path, old_str: 'one', new_str: 'reboot\n\0' },
      { command: 'insert', path, insert_line: 1, insert_text: 'reboot\n\0' },
    ])
      expect(await refusal(input)).toContain('holds a NUL');
    expect(asked).toEqual([]);
    expect(readdirSync(path.replace('/file.sh', ''))).toEqual(['file.sh']);
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
