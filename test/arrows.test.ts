/** The import arrows of ARCHITECTURE.md, planted in a tree of their own and looked at with the project's lint rules. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../scripts/lib/paths.mjs';

const RULE = 'lint/style/noRestrictedImports';

/** Where a file is, and what it imports. */
type Import = readonly [from: string, specifier: string];

const ALLOWED: readonly Import[] = [
  ['src/extension.ts', './agent/session.ts'],
  ['src/ui/a.ts', 'vscode'],
  ['src/ui/a.ts', '../panel/chatPanel.ts'],
  ['src/panel/a.ts', 'vscode'],
  ['src/panel/a.ts', '../agent/session.ts'],
  ['src/agent/a.ts', '../computer/computer.ts'],
  ['src/agent/a.ts', '../tools/bash/bashTool.ts'],
  ['src/tools/bash/a.ts', '../../base/shellPlace.ts'],
  ['src/agent/demo/a.ts', '../../history/sessions.ts'],
  ['src/history/a.ts', '../base/emitter.ts'],
  ['src/computer/browser/a.ts', '../../protocol/guards.ts'],
  ['src/computer/desktop/sources/a.ts', '../../bounded.ts'],
  ['webview/a.ts', '../src/protocol/messages.ts'],
  ['webview/items/a.tsx', '../../src/protocol/messages.ts'],
];

const FORBIDDEN: readonly Import[] = [
  ['src/protocol/a.ts', 'node:fs'],
  ['src/protocol/a.ts', 'vscode'],
  ['src/protocol/a.ts', '../base/emitter.ts'],
  ['src/base/a.ts', '../agent/session.ts'],
  ['src/base/a.ts', 'vscode'],
  ['src/http/a.ts', '../history/sessions.ts'],
  ['src/history/a.ts', '../agent/session.ts'],
  ['src/history/a.ts', 'vscode'],
  ['src/computer/a.ts', '../agent/session.ts'],
  ['src/computer/a.ts', '../tools/thisMachine.ts'],
  ['src/tools/a.ts', '../computer/computer.ts'],
  ['src/tools/bash/a.ts', '../../agent/session.ts'],
  ['src/computer/browser/a.ts', '../../agent/session.ts'],
  ['src/computer/browser/a.ts', 'vscode'],
  ['src/computer/browser/a.ts', '../desktop/machine.ts'],
  ['src/computer/desktop/sources/a.ts', '../../browser/launch.ts'],
  ['src/computer/desktop/sources/a.ts', '../../../agent/session.ts'],
  ['src/agent/a.ts', '../panel/chatPanel.ts'],
  ['src/agent/demo/a.ts', '../../ui/commands.ts'],
  ['src/agent/a.ts', 'vscode'],
  ['src/panel/a.ts', '../ui/commands.ts'],
  ['src/panel/a.ts', '../extension.ts'],
  ['src/ui/a.ts', '../extension.ts'],
  ['src/ui/a.ts', '../../webview/main.tsx'],
  ['webview/a.ts', '../src/agent/session.ts'],
  ['webview/items/a.tsx', '../../src/base/emitter.ts'],
  ['webview/a.ts', 'vscode'],
  ['webview/a.ts', 'node:fs'],
];

let tree: string;
let reported: ReadonlySet<string>;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'arrows-'));
  for (const name of ['biome.json', '.gitignore']) copyFileSync(join(root, name), join(tree, name));
  for (const [index, [from, specifier]] of [...ALLOWED, ...FORBIDDEN].entries()) {
    const path = join(tree, plantedPath(from, index));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import * as all from '${specifier}';\nexport const planted = all;\n`);
  }
  reported = lint(tree);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

test.each(FORBIDDEN.map((planted, index) => [...planted, index + ALLOWED.length] as const))(
  '%s may not import %s',
  (from, _specifier, index) => {
    expect(reported).toContain(plantedPath(from, index));
  },
);

test.each(ALLOWED.map((planted, index) => [...planted, index] as const))(
  '%s may import %s',
  (from, _specifier, index) => {
    expect(reported).not.toContain(plantedPath(from, index));
  },
);

test('every folder of src has its arrows, and there are none for folders that do not exist', () => {
  const { overrides }: { overrides: { includes: string[]; linter: { rules: { style?: object } } }[] } =
    JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  const covered = overrides
    .filter(({ linter }) => linter.rules.style && 'noRestrictedImports' in linter.rules.style)
    .flatMap(({ includes }) => includes.map((pattern) => /^src\/([^/*]+)\/\*\*$/.exec(pattern)?.[1] ?? []));
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(covered.flat().sort()).toEqual(folders.map(({ name }) => name).sort());
});

/** Each import gets a file of its own, except that there is only one extension.ts. */
function plantedPath(from: string, index: number): string {
  return from === 'src/extension.ts' ? from : from.replace(/\.tsx?$/, (extension) => `${index}${extension}`);
}

/** @returns the files that break the rule */
function lint(folder: string): Set<string> {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [
    'lint',
    '--reporter=json',
    '--max-diagnostics=none',
    `--only=${RULE.replace('lint/', '')}`,
    '.',
  ];
  const { stdout } = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: 'utf8' });
  const report: { diagnostics: { category: string; location: { path: string | { file: string } } }[] } =
    JSON.parse(stdout);
  const broken = report.diagnostics.filter(({ category }) => category === RULE);
  return new Set(
    broken.map(({ location: { path } }) =>
      (typeof path === 'string' ? path : path.file).replaceAll('\\', '/'),
    ),
  );
}
