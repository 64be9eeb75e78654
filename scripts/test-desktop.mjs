// @ts-check
/**
 * Runs test/vscode inside a desktop VS Code, which @vscode/test-electron downloads. Needs a display: on a Linux machine
 * without one, `xvfb-run -a npm run test:desktop`.
 */
import { runTests } from '@vscode/test-electron';
import { build } from '../esbuild.mjs';
import { root } from './lib/paths.mjs';
import { runMain } from './lib/run.mjs';
import {
  prepareSuite,
  RESULTS_VARIABLE,
  readSuiteResults,
  reportSuite,
  suitePath,
  suiteResultsPath,
} from './lib/vscode-suite.mjs';

await runMain(async () => {
  await build({ production: true });
  await prepareSuite();
  try {
    await runTests({
      extensionDevelopmentPath: root,
      extensionTestsPath: suitePath,
      extensionTestsEnv: { [RESULTS_VARIABLE]: suiteResultsPath, ANTHROPIC_API_KEY: undefined },
      launchArgs: ['--disable-extensions', '--disable-workspace-trust'],
    });
  } finally {
    reportSuite(readSuiteResults());
  }
});
