// @ts-check
/** Starts VS Code, as its users see it and as its tests need it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeServerEntry, vscodeServerEntry } from './code-server.mjs';
import { nodePath, root } from './paths.mjs';
import { startService, waitUntilServing } from './process.mjs';
import { run } from './run.mjs';

const START_TIMEOUT_MS = 60_000;

/** A workbench that shows what is asked for and nothing else: no welcome, no telemetry, no updates, no questions. */
const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * Variables of a VS Code around us: with them the one we start would open its window over there. And code-server reads
 * PORT and PASSWORD.
 */
const FOREIGN_VARIABLES = [
  'VSCODE_IPC_HOOK_CLI',
  'VSCODE_PID',
  'VSCODE_CWD',
  'PASSWORD',
  'HASHED_PASSWORD',
  'PORT',
];

const cleanEnv = () => Object.fromEntries(FOREIGN_VARIABLES.map((name) => [name, undefined]));

/**
 * @typedef {object} CodeServerOptions
 * @property {string} dataDir - holds all its state; created when missing. Keep its path short: a socket goes in there
 * @property {string} vsix - the extension to install
 * @property {string} folder - the folder to open
 * @property {number} port
 * @property {Record<string, unknown>} [settings] - user settings for a new `dataDir`, over the quiet ones. Folders are
 *   trusted unless `security.workspace.trust.enabled` is among them
 * @property {Record<string, string | undefined>} [env]
 */

/**
 * Installs a packed extension into VS Code and starts it as a web server on 127.0.0.1, as a user would.
 *
 * @param {CodeServerOptions} options
 * @returns {Promise<import('./process.mjs').Service & { url: string, logFile: string }>}
 */
export async function startCodeServer({ dataDir, vsix, folder, port, settings = {}, env = {} }) {
  const userDataDir = join(dataDir, 'data');
  writeSettings(join(userDataDir, 'User'), { ...QUIET_SETTINGS, ...settings });
  writeSettings(join(userDataDir, 'Machine'), machineSettings(settings));
  const directories = [
    ...['--config', join(dataDir, 'config.yaml')],
    ...['--user-data-dir', userDataDir],
    ...['--extensions-dir', join(dataDir, 'extensions')],
  ];
  const serverEnv = { ...cleanEnv(), ...env };
  await run(nodePath, [codeServerEntry, ...directories, '--install-extension', vsix, '--force'], {
    env: serverEnv,
    quiet: true,
  });

  const url = `http://127.0.0.1:${port}`;
  const logFile = join(dataDir, 'code-server.log');
  const flags = [
    '--auth',
    'none',
    '--disable-telemetry',
    '--disable-update-check',
    // The plain address leads to the folder, not to that of an earlier run with the same `dataDir`.
    '--ignore-last-opened',
    ...(settings['security.workspace.trust.enabled'] === true ? [] : ['--disable-workspace-trust']),
  ];
  const service = startService(
    nodePath,
    [codeServerEntry, ...directories, ...flags, '--bind-addr', `127.0.0.1:${port}`, folder],
    { logFile, env: serverEnv },
  );
  return serving({ service, url, logFile, probe: `${url}/healthz` });
}

/**
 * Starts VS Code's own server in the mode in which a page can ask it to run tests in its extension host.
 *
 * @param {{ dataDir: string, port: number, settings?: Record<string, unknown>, env?: Record<string, string | undefined> }} options
 * @returns {Promise<import('./process.mjs').Service & { url: string, logFile: string }>}
 */
export async function startTestServer({ dataDir, port, settings = {}, env = {} }) {
  writeSettings(join(dataDir, 'data', 'Machine'), { ...QUIET_SETTINGS, ...settings });
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(dataDir, 'vscode-server.log');
  const args = [
    ...[
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--server-data-dir',
      dataDir,
      '--telemetry-level',
      'off',
    ],
    ...['--without-connection-token', '--accept-server-license-terms'],
    ...['--enable-smoke-test-driver', '--disable-workspace-trust'],
  ];
  const service = startService(nodePath, [vscodeServerEntry, ...args], {
    logFile,
    env: { ...cleanEnv(), ...env },
  });
  return serving({ service, url, logFile, probe: `${url}/version` });
}

/** @param {{ service: import('./process.mjs').Service, url: string, logFile: string, probe: string }} server */
async function serving({ service, url, logFile, probe }) {
  try {
    await waitUntilServing(probe, { service, logFile, timeoutMs: START_TIMEOUT_MS });
  } catch (error) {
    await service.stop();
    throw error;
  }
  return { ...service, url, logFile };
}

/**
 * Variables that put temporary files and sockets into `dataDir`, so that they go when it goes. VS Code leaves some.
 *
 * @param {string} dataDir - with a short path: that of a socket may have about 100 characters
 */
export function temporaryFolderEnv(dataDir) {
  const folder = join(dataDir, 'tmp');
  mkdirSync(folder, { recursive: true });
  return { TMPDIR: folder, XDG_RUNTIME_DIR: undefined };
}

/**
 * The settings that VS Code reads from the machine its extension host runs on, and not from the user's own settings.
 *
 * @param {Record<string, unknown>} settings
 */
function machineSettings(settings) {
  /** @type {Record<string, { scope?: string }>} */
  const declared = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).contributes.configuration
    .properties;
  const isMachines = (/** @type {string} */ name) => declared[name]?.scope?.startsWith('machine') ?? false;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => isMachines(name)));
}

/**
 * Settings that are there already are kept: the user may have changed them since.
 *
 * @param {string} folder
 * @param {Record<string, unknown>} settings
 */
function writeSettings(folder, settings) {
  const path = join(folder, 'settings.json');
  if (existsSync(path)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify(settings, null, 2));
}
