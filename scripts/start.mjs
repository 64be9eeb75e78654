// @ts-check
/**
 * Starts a real VS Code with the extension installed, in the browser.
 *
 *   npm start [-- FOLDER] [--open]
 *
 * FOLDER is opened as the workspace; without it, a sample folder. `--open` opens the address in the default browser.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheDir, nodePath, root, vsixPath } from './lib/paths.mjs';
import { freePort } from './lib/process.mjs';
import { run, runMain, UserError } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { startCodeServer } from './lib/vscode.mjs';

const FIRST_PORT = 8123;

const SAMPLE_README = `# Sample workspace

1. Press Ctrl+Shift+P and run **Open Computer Use Chat**.
2. Say what should be done, for example: "Open example.com and tell me what the page says."
`;

/** @param {string | undefined} wanted */
function workspaceFolder(wanted) {
  if (wanted !== undefined) {
    const folder = resolve(process.env.INIT_CWD ?? '.', wanted);
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new UserError(`${folder} is not a folder.`);
    return folder;
  }
  const sample = join(cacheDir, 'sample-workspace');
  mkdirSync(sample, { recursive: true });
  const readme = join(sample, 'README.md');
  if (!existsSync(readme)) writeFileSync(readme, SAMPLE_README);
  return sample;
}

/** @param {string} url */
function openInBrowser(url) {
  const command = { darwin: 'open', win32: 'explorer' }[String(process.platform)] ?? 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`${command} is not available: open the address yourself.`));
  child.unref();
}

/** @param {string} url */
function printWelcome(url) {
  const key = process.env.ANTHROPIC_API_KEY
    ? 'ANTHROPIC_API_KEY is set: you are asked whether it may be used, then Claude answers.'
    : 'ANTHROPIC_API_KEY is not set: set a key with "Computer Use Chat: Set API Key", or choose the demo in the panel.';
  console.log(`
VS Code is running at ${url}

  1. Open that address in a browser.
  2. Press Ctrl+Shift+P and run "Open Computer Use Chat".
  ${key}

Press Ctrl+C to end.`);
}

await runMain(async () => {
  const args = process.argv.slice(2);
  const folder = workspaceFolder(args.find((arg) => !arg.startsWith('--')));
  await setup();
  console.log('Building and packing the extension…');
  await run(nodePath, [join(root, 'scripts', 'package.mjs')], { quiet: true });
  console.log('Starting VS Code…');
  const port = await freePort(FIRST_PORT);
  const server = await startCodeServer({ dataDir: join(cacheDir, 'vscode'), vsix: vsixPath, folder, port });
  printWelcome(server.url);
  if (args.includes('--open')) openInBrowser(server.url);
  await server.ended;
});
