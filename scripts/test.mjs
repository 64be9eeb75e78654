// @ts-check
/**
 * Runs everything: installs what is missing, then types, lint, unit tests, the build, the tests inside VS Code and the
 * end-to-end tests. A stage that fails does not keep the others from running. The last line is the sum over all of them.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDesktopPrograms } from './lib/desktop.mjs';
import { nodePath, outDir, root } from './lib/paths.mjs';
import { runMain, tryRun } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

const resultsDir = join(outDir, 'test-results');

/**
 * @typedef {{ passed: number, failed: number }} Count
 * @typedef {object} Stage
 * @property {string} name
 * @property {[command: string, args: string[]]} command
 * @property {number} timeoutMin - after this many minutes it counts as dead
 * @property {boolean} [needsBuild]
 * @property {() => Count | undefined} [count] - of the stage's single tests; without it, the stage counts as one
 */

/** @type {Stage[]} */
const STAGES = [
  { name: 'Types', command: ['npm', ['run', '--silent', 'check:types']], timeoutMin: 5 },
  { name: 'Lint', command: ['npm', ['run', '--silent', 'lint']], timeoutMin: 5 },
  vitestStage('Unit tests', 'unit', { timeoutMin: 40 }),
  { name: 'Build', command: [nodePath, [join(root, 'scripts/package.mjs')]], timeoutMin: 5 },
  {
    name: 'Tests inside VS Code',
    command: [nodePath, [join(root, 'scripts/test-vscode.mjs')]],
    timeoutMin: 10,
    needsBuild: true,
    count: countSuite,
  },
  vitestStage('End-to-end tests', 'e2e', { timeoutMin: 30, needsBuild: true }),
];

/**
 * @param {string} name
 * @param {string} project
 * @param {{ timeoutMin: number, needsBuild?: boolean }} options
 * @returns {Stage}
 */
function vitestStage(name, project, options) {
  const file = join(resultsDir, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    ...options,
    name,
    command: [
      nodePath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project, ...reporters],
    ],
    count: () => {
      if (!existsSync(file)) return undefined;
      const report = JSON.parse(readFileSync(file, 'utf8'));
      return { passed: report.numPassedTests, failed: report.numFailedTests };
    },
  };
}

/** @returns {Count | undefined} */
function countSuite() {
  const file = join(resultsDir, 'vscode.jsonl');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const results = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'result');
  const passed = results.filter(({ ok }) => ok).length;
  return { passed, failed: results.length - passed };
}

/**
 * @param {Stage} stage
 * @returns {Promise<Count>} with at least one failure unless the stage's command succeeded
 */
async function runStage({ name, command, timeoutMin, count }) {
  console.log(`\n── ${name} ──`);
  const start = Date.now();
  const env = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
  const { code } = await tryRun(...command, { timeoutMs: timeoutMin * 60_000, env });
  const succeeded = code === 0;
  const counted = count?.() ?? { passed: succeeded ? 1 : 0, failed: 0 };
  // A stage can die with all of its finished tests passed: that is a failure too.
  if (!succeeded && counted.failed === 0) counted.failed = 1;
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${counted.passed} passed, ${counted.failed} failed (${seconds} s)`);
  return counted;
}

await runMain(async () => {
  rmSync(resultsDir, { recursive: true, force: true });
  mkdirSync(resultsDir, { recursive: true });
  const total = { passed: 0, failed: 0 };
  try {
    await setup();
    await ensureDesktopPrograms(console.log);
    let isBuilt = true;
    for (const stage of STAGES) {
      if (stage.needsBuild && !isBuilt) {
        console.log(`\n── ${stage.name} ──\nLeft out, since the build failed.`);
        continue;
      }
      const { passed, failed } = await runStage(stage);
      total.passed += passed;
      total.failed += failed;
      if (stage.name === 'Build') isBuilt = failed === 0;
    }
  } catch (error) {
    total.failed++;
    throw error;
  } finally {
    if (total.failed > 0) process.exitCode = 1;
    process.on('exit', () => console.log(`\n${total.passed} passed, ${total.failed} failed`));
  }
});
