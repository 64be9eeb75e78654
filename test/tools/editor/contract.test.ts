/**
 * What the reference demo's published tests ask of its edit tool, asked of this one: with files of this machine, and with
 * those of a computer where programs can be run.
 *
 * Where the contract differs, on purpose:
 * - The demo keeps the content before each edit in memory, for a command `undo_edit` that this version of the tool does
 *   not have. Here the user, not the model, undoes edits; see the tests of edits in the editor.
 * - The demo fakes the file system. Here the files are real, as links and races are what matters.
 * - The demo checks that an absolute path is accepted by itself. Here, on this machine, one must also be in a folder that
 *   is allowed, and whether a file outside exists is not told. On another computer it must not have `..` in it.
 * - A heading and the numbers of lines are there for a range as for a whole file; the words of the heading are others.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { computerFiles } from '../../../src/tools/computerFiles.ts';
import type { FilePlace } from '../../../src/tools/filePlace.ts';
import { thisMachine } from '../../../src/tools/thisMachine.ts';
import { editing as editingIn } from './editing.ts';

const machine = thisMachine({ folder: '/' });

const PLACES: readonly [string, FilePlace | undefined][] = [
  ['on this machine', undefined],
  ...(machine ? [['on a computer', computerFiles(machine)] as [string, FilePlace]] : []),
];

describe.each(PLACES)('%s', (_where, place) => {
  const editing = () => editingIn(place && { place });

  describe('view', () => {
    it('shows a file', async () => {
      const { at, text } = editing();
      writeFileSync(at('file.txt'), 'File content');
      expect(await text({ command: 'view', path: at('file.txt') })).toContain('     1\tFile content\n');
    });

    it('shows what is in a folder', async () => {
      const { folder, at, text } = editing();
      writeFileSync(at('file1.txt'), '');
      writeFileSync(at('file2.txt'), '');
      expect(await text({ command: 'view', path: folder })).toMatch(/file1\.txt\nfile2\.txt$/);
    });

    it('shows a range of lines', async () => {
      const { at, text } = editing();
      writeFileSync(at('file.txt'), 'Line 1\nLine 2\nLine 3\nLine 4');
      const shown = await text({ command: 'view', path: at('file.txt'), view_range: [2, 3] });
      expect(shown).toMatch(/\n {5}2\tLine 2\n {5}3\tLine 3\n$/);
      const end = await text({ command: 'view', path: at('file.txt'), view_range: [4, -1] });
      expect(end).toMatch(/:\n {5}4\tLine 4\n$/);
    });

    it.each([[[3, 2]], [[0, 2]], [[5, 6]], [[1, 9]], [[1]], [['1', '2']], [[1.5, 2]], ['1-2']])(
      'refuses the range %j',
      async (range) => {
        const { at, refusal } = editing();
        writeFileSync(at('file.txt'), 'Line 1\nLine 2\nLine 3\nLine 4');
        const told = await refusal({ command: 'view', path: at('file.txt'), view_range: range });
        expect(told).toContain('Invalid `view_range`');
      },
    );

    it('says that a file does not exist', async () => {
      const { at, refusal } = editing();
      expect(await refusal({ command: 'view', path: at('none/file.txt') })).toContain('does not exist');
    });

    it('refuses a range of a folder', async () => {
      const { folder, refusal } = editing();
      const told = await refusal({ command: 'view', path: folder, view_range: [1, 2] });
      expect(told).toContain('`view_range` parameter is not allowed');
    });
  });

  describe('create', () => {
    it('makes a file with its content', async () => {
      const { at, text } = editing();
      const told = await text({ command: 'create', path: at('new.txt'), file_text: 'New file content' });
      expect(told).toContain('File created successfully');
      expect(readFileSync(at('new.txt'), 'utf8')).toBe('New file content');
    });

    it('needs the content', async () => {
      const { at, refusal } = editing();
      const told = await refusal({ command: 'create', path: at('new.txt') });
      expect(told).toContain('Parameter `file_text` is required');
    });

    it('refuses to make a file that is there', async () => {
      const { at, asked, refusal } = editing();
      writeFileSync(at('old.txt'), 'old');
      const told = await refusal({ command: 'create', path: at('old.txt'), file_text: 'Content' });
      expect(told).toContain('File already exists');
      expect(readFileSync(at('old.txt'), 'utf8')).toBe('old');
      expect(asked).toEqual([]);
    });
  });

  describe('str_replace', () => {
    it('replaces what is there once', async () => {
      const { at, text } = editing();
      writeFileSync(at('file.txt'), 'Original content');
      const told = await text({
        command: 'str_replace',
        path: at('file.txt'),
        old_str: 'Original',
        new_str: 'New',
      });
      expect(told).toContain('has been edited');
      expect(told).toContain('     1\tNew content');
      expect(readFileSync(at('file.txt'), 'utf8')).toBe('New content');
    });

    it('says that the text is not there', async () => {
      const { at, refusal } = editing();
      writeFileSync(at('file.txt'), 'Original content');
      const told = await refusal({
        command: 'str_replace',
        path: at('file.txt'),
        old_str: 'Nonexistent',
        new_str: 'New',
      });
      expect(told).toContain('did not appear verbatim');
    });

    it('refuses what is there more than once, and says where', async () => {
      const { at, refusal } = editing();
      writeFileSync(at('file.txt'), 'Test test\ntest');
      const told = await refusal({
        command: 'str_replace',
        path: at('file.txt'),
        old_str: 'test',
        new_str: 'x',
      });
      expect(told).toContain('Multiple occurrences');
      expect(told).toContain('lines 1, 2.');
    });

    it('takes text away where there is none to put in its place', async () => {
      const { at, text } = editing();
      writeFileSync(at('file.txt'), 'a b c');
      await text({ command: 'str_replace', path: at('file.txt'), old_str: ' b' });
      expect(readFileSync(at('file.txt'), 'utf8')).toBe('a c');
    });
  });

  describe('insert', () => {
    it.each([
      ['Line 1\nLine 2\nLine 3', 2, 'New', 'Line 1\nLine 2\nNew\nLine 3'],
      ['Line 1\nLine 2', 0, 'New', 'New\nLine 1\nLine 2'],
      ['Line 1\nLine 2', 2, 'New', 'Line 1\nLine 2\nNew'],
      ['Line 1\nLine 2\n', 2, 'New\n', 'Line 1\nLine 2\nNew\n'],
      ['Line 1\n', 1, 'New', 'Line 1\nNew'],
      ['', 0, 'New\n', 'New\n'],
    ])('into %j after line %i', async (before, line, added, after) => {
      const { at, text } = editing();
      writeFileSync(at('file.txt'), before);
      const told = await text({
        command: 'insert',
        path: at('file.txt'),
        insert_line: line,
        insert_text: added,
      });
      expect(told).toContain('has been edited');
      expect(readFileSync(at('file.txt'), 'utf8')).toBe(after);
    });

    it.each([5, -1])('refuses line %i of two', async (line) => {
      const { at, refusal } = editing();
      writeFileSync(at('file.txt'), 'Line 1\nLine 2');
      const told = await refusal({
        command: 'insert',
        path: at('file.txt'),
        insert_line: line,
        insert_text: 'x',
      });
      expect(told).toContain('Invalid `insert_line` parameter');
    });
  });

  describe('every command', () => {
    it('refuses a path that is not absolute, and says which it may be', async () => {
      const { at, refusal } = editing();
      const told = await refusal({ command: 'view', path: 'relative/path.txt' });
      expect(told).toContain('not an absolute path');
      if (!place) expect(told).toContain(at('relative/path.txt'));
    });

    it('but view refuses a folder', async () => {
      const { at, refusal } = editing();
      mkdirSync(at('folder'));
      const path = at('folder');
      expect(await refusal({ command: 'str_replace', path, old_str: 'a', new_str: 'b' })).toContain(
        'is a directory',
      );
      expect(await refusal({ command: 'insert', path, insert_line: 0, insert_text: 'b' })).toContain(
        'is a directory',
      );
      expect(await refusal({ command: 'create', path, file_text: '' })).toContain('is a directory');
    });

    it('says of a command that there is none', async () => {
      const { at, refusal } = editing();
      expect(await refusal({ command: 'undo_edit', path: at('a') })).toContain(
        'Unrecognized command "undo_edit"',
      );
      expect(await refusal([])).toContain('`path` is required');
    });
  });
});
