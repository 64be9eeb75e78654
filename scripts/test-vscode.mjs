// @ts-check
/** Runs test/vscode inside the extension host of a real VS Code, whose page a headless browser opens. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from '../esbuild.mjs';
import { launchHeadless } from './lib/headless.mjs';
import { root } from './lib/paths.mjs';
import { freePort } from './lib/process.mjs';
import { runMain } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { startTestServer, temporaryFolderEnv } from './lib/vscode.mjs';
import {
  prepareSuite,
  RESULTS_VARIABLE,
  readSuiteResults,
  reportSuite,
  suitePath,
  suiteResultsPath,
} from './lib/vscode-suite.mjs';

const TIMEOUT_MS = 5 * 60 * 1000;
const POLL_INTERVAL_MS = 200;

/** @param {string} dataDir */
async function runInServer(dataDir) {
  const workspace = join(dataDir, 'workspace');
  mkdirSync(workspace, { recursive: true });
  const port = await freePort();
  const env = {
    [RESULTS_VARIABLE]: suiteResultsPath,
    ANTHROPIC_API_KEY: undefined,
    ...temporaryFolderEnv(dataDir),
  };
  const server = await startTestServer({ dataDir, port, env });
  const browser = await launchHeadless();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(testUrl(server.url, workspace));
    const deadline = Date.now() + TIMEOUT_MS;
    while (!readSuiteResults().complete && server.isRunning() && Date.now() < deadline) {
      await delay(POLL_INTERVAL_MS);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * The address that makes the workbench load the extension from the repository and call the suite's `run()`.
 *
 * @param {string} url
 * @param {string} workspace
 */
function testUrl(url, workspace) {
  const authority = new URL(url).host;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', `vscode-remote://${authority}${root}`],
    ['extensionTestsPath', `vscode-remote://${authority}${suitePath}`],
  ]);
  return `${url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`;
}

await runMain(async () => {
  await setup();
  await build({ production: true });
  await prepareSuite();
  const dataDir = mkdtempSync(join(tmpdir(), 'cuc-'));
  try {
    await runInServer(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
  reportSuite(readSuiteResults());
});
