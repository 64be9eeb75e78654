import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/tools/editor/diff.ts';
import { temporaryFolder } from './editing.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');

it.each([
  ['', 'one\ntwo'],
  ['one\ntwo', ''],
  ['one\n', 'one'],
  ['one', 'one\ntwo\n'],
  [lines(1, 20), `${lines(1, 9)}new\n${lines(11, 20)}`],
  [lines(1, 20), lines(1, 9) + lines(12, 20)],
  [lines(1, 20), `${lines(1, 10)}added\n${lines(11, 20)}`],
  [`${lines(1, 3)}end`, `${lines(1, 3)}END`],
])('a change of one part is what others read as one: %j', (before, after) => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'file'), before);
  const patch = `--- a/file\n+++ b/file\n${unifiedDiff(before, after)}\n`;
  execFileSync('git', ['apply', '-'], { input: patch, cwd: folder });
  expect(readFileSync(path.join(folder, 'file'), 'utf8')).toBe(after);
});

it('lines that stay are cut where they are long, others are whole', () => {
  const long = 'x'.repeat(1_000);
  const diff = unifiedDiff(`${long}\na\n`, `${long}\n${long}\n`).split('\n');
  expect(diff.map((line) => line.length)).toEqual([15, 202, 2, 1_001]);
});
