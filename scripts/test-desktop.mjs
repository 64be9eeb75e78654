// @ts-check
/**
 * Runs test/vscode inside a desktop VS Code, which @vscode/test-electron downloads. Needs a display: on a Linux machine
 * without one, `xvfb-run -a npm run test:desktop`.
 */
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from '../esbuild.mjs';
import { cacheDir, root } from './lib/paths.mjs';
import { runMain } from './lib/run.mjs';
import {
  prepareSuite,
  RESULTS_VARIABLE,
  readSuiteResults,
  reportSuite,
  suitePath,
  suiteResultsPath,
} from './lib/vscode-suite.mjs';

/** @returns {Promise<unknown>} what went wrong, or undefined */
async function runInDesktop() {
  // Chromium's sandbox does not work for root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  try {
    await runTests({
      cachePath: join(cacheDir, 'vscode-desktop'),
      extensionDevelopmentPath: root,
      extensionTestsPath: suitePath,
      extensionTestsEnv: { [RESULTS_VARIABLE]: suiteResultsPath, ANTHROPIC_API_KEY: undefined },
      launchArgs: ['--disable-extensions', '--disable-workspace-trust', ...asRoot],
    });
    return undefined;
  } catch (error) {
    return error;
  }
}

await runMain(async () => {
  await build({ production: true });
  await prepareSuite();
  const failure = await runInDesktop();
  const summary = readSuiteResults();
  // Without a result VS Code itself did not come up, and why is all there is to say.
  if (summary.results.length === 0 && failure) throw failure;
  reportSuite(summary);
  if (failure) throw failure;
});
