/** A misled model that edits what the user has not allowed, has not seen, or would rather be asked about. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/agent/approvals/policy.ts';
import { questionOf } from '../../src/agent/approvals/questions.ts';
import { editing } from '../tools/editor/editing.ts';
import { commandsOn, SECRET } from './hostileFiles.ts';

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
