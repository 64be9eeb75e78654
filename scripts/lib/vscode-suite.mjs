// @ts-check
/** The tests that run inside VS Code's extension host: one bundle, for the web server and for the desktop alike. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { outDir, root } from './paths.mjs';

const SUITE_FOLDER = join(root, 'test', 'vscode');

/** The module whose `run()` VS Code calls. */
export const suitePath = join(outDir, 'test', 'vscode', 'index.cjs');

/** Where the suite writes what it found, one JSON object a line. The suite is told through this variable. */
export const RESULTS_VARIABLE = 'COMPUTER_USE_CHAT_TEST_RESULTS';
export const suiteResultsPath = join(outDir, 'test-results', 'vscode.jsonl');

/** Bundles every test/vscode/*.test.ts with the runner, and removes the results of the run before. */
export async function prepareSuite() {
  rmSync(suiteResultsPath, { force: true });
  mkdirSync(join(outDir, 'test-results'), { recursive: true });
  const tests = readdirSync(SUITE_FOLDER).filter((name) => name.endsWith('.test.ts'));
  const imports = tests.sort().map((name) => `import ${JSON.stringify(`./${name}`)};`);
  await esbuild.build({
    stdin: {
      contents: [...imports, "export { run } from './support/runner.ts';"].join('\n'),
      resolveDir: SUITE_FOLDER,
      loader: 'ts',
    },
    outfile: suitePath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

/**
 * @typedef {object} SuiteResults
 * @property {{ name: string, ok: boolean, durationMs: number, error?: string }[]} results
 * @property {Record<string, number>} figures - measurements by their id
 * @property {boolean} complete - false when the suite has not come to its end
 */

/** What the suite has written so far. @returns {SuiteResults} */
export function readSuiteResults() {
  /** @type {SuiteResults} */
  const summary = { results: [], figures: {}, complete: false };
  for (const line of readLines(suiteResultsPath)) {
    const entry = JSON.parse(line);
    if (entry.type === 'result') summary.results.push(entry);
    if (entry.type === 'figure') summary.figures[entry.id] = entry.value;
    if (entry.type === 'end') summary.complete = true;
  }
  return summary;
}

/** Complete lines: the last one may still be being written. @param {string} path */
function readLines(path) {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Prints one line for each test. @param {SuiteResults} summary @throws when not every test passed */
export function reportSuite({ results, figures, complete }) {
  for (const { name, ok, durationMs, error } of results) {
    console.log(` ${ok ? '✓' : '✗'} ${name} (${durationMs} ms)`);
    if (error) console.log(error.replace(/^/gm, '     '));
  }
  for (const [id, value] of Object.entries(figures)) console.log(`   ${id}: ${value}`);
  const failed = results.filter(({ ok }) => !ok).length;
  if (!complete) throw new Error('The suite did not come to its end.');
  if (failed > 0) throw new Error(`${failed} of ${results.length} tests failed.`);
}
