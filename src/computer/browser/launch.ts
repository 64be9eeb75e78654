/**
 * Starts a browser and ends it without a trace: with a profile of its own that nobody keeps, or with a named one of which
 * nothing but that is left.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, LaunchOptions as PuppeteerLaunchOptions } from 'puppeteer-core';
import { isRunning } from '../../base/processes.ts';
import { bounded } from '../bounded.ts';
import type { FallbackCause } from '../computer.ts';
import { cut } from '../cut.ts';
import { BrowserUnavailableError } from './errors.ts';
import type { InstalledBrowser } from './findBrowser.ts';
import { VIEWPORT } from './limits.ts';
import { preloadNothing } from './preferences.ts';
import { type HeldProfile, holdProfile, isProfileName, type NamedProfile } from './profile.ts';

/** A running browser. */
export interface LaunchedBrowser {
  readonly browser: Browser;
  /** Undefined for a browser that the user has started, whose downloads go where the user wants them. */
  readonly downloadFolder: string | undefined;
  /** How the process ended, once it has: `signal SIGSEGV`. Empty when that cannot be told. Never rejects. */
  howEnded(): Promise<string>;
  /** Ends the process and removes the folder. Safe to call twice; never rejects. */
  close(): Promise<void>;
}

export interface LaunchOptions {
  readonly installed: InstalledBrowser;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly tempRoot: string;
  readonly limitMs: number;
  /** What is kept from one session to the next; nothing without one. */
  readonly profile: NamedProfile | undefined;
  /** Whether it has a window, where there is a display for one. */
  readonly isVisible: boolean;
  /** Chromium's `--host-resolver-rules`. */
  readonly resolverRules: string;
  /** Told when `profile` or `isVisible` cannot be followed. */
  readonly onFallback: (cause: FallbackCause, detail: string) => void;
  /** Ends the start, and nothing after it. */
  readonly signal: AbortSignal;
}

/** Of the folders made here. The owner's process id follows, so that a later start can tell whose are orphaned. */
const FOLDER_PREFIX = 'computer-use-chat-browser-';

/** Of named profiles, below a confined browser's own folder. */
const PROFILES_FOLDER = 'computer-use-chat-profiles';

/** How long a browser may take to leave when asked. Then it is killed. */
const CLOSE_LIMIT_MS = 3_000;

/** How long a browser that has hung up may take to be gone, for its user to be told how it ended. */
const EXIT_LIMIT_MS = 1_000;

/** Puppeteer's defaults that a person's browser does not have: hidden scrollbars, windows opened without a click. */
const UNWANTED_DEFAULTS = ['--hide-scrollbars', '--disable-popup-blocking', 'about:blank'];

const ARGUMENTS = [
  '--no-startup-window', // tabs are opened once everything listens
  `--window-size=${VIEWPORT.width},${VIEWPORT.height}`,
  '--force-device-scale-factor=1',
  '--disable-smooth-scrolling', // a scroll has ended when its event has been handled
  '--disable-back-forward-cache', // a page that comes back is loaded: one path for all navigations
  '--deny-permission-prompts',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--no-default-browser-check',
  '--hide-crash-restore-bubble',
  '--no-pings',
  '--mute-audio',
  '--disable-print-preview',
  // WebRTC over UDP cannot be held, and its candidates tell this machine's addresses: it is left with TCP, which keeps to
  // the resolver's rules. Older versions know only the second name.
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  // A screenshot is copied from a surface made for it, which takes a frame less than the copy of a frame that is forced.
  '--enable-features=CDPScreenshotNewSurface',
  // Merged with puppeteer's own list. Https upgrades would change an address the model wrote; prerendered pages are
  // tabs nobody opened.
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,Prerender2',
];

/**
 * The variables a browser needs. The rest stays here: the host's environment holds keys (`ANTHROPIC_API_KEY`) and
 * Electron's own switches.
 */
const PASSED_VARIABLES =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TMP|TEMP|SHELL|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|FONTCONFIG_\w+|LD_LIBRARY_PATH|SSL_CERT_\w+|(https?|ftp|all|no)_proxy|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|PROGRAMFILES.*|PROGRAMW6432|PROGRAMDATA|COMMONPROGRAM.*|ALLUSERSPROFILE|LOCALAPPDATA|APPDATA|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH|PROCESSOR_ARCHITECTURE)$/i;

/**
 * Starts the browser over a pipe: no port that another program could connect to, and a browser whose host dies reads
 * the pipe's end and exits.
 * @throws BrowserUnavailableError when it does not start; the signal's reason when that aborts
 */
export async function launchBrowser(options: LaunchOptions): Promise<LaunchedBrowser> {
  const { installed, signal } = options;
  signal.throwIfAborted();
  const root = installed.profileRoot ?? options.tempRoot;
  let folder: string | undefined;
  let profile: HeldProfile | undefined;
  try {
    await mkdir(root, { recursive: true });
    await removeOrphans(root);
    folder = await mkdtemp(path.join(root, `${FOLDER_PREFIX}${process.pid}-`));
    const downloadFolder = path.join(folder, 'downloads');
    await mkdir(downloadFolder);
    profile = await namedProfile(options);
    const userDataDir = profile?.folder ?? path.join(folder, 'profile');
    await preloadNothing(userDataDir);
    const browser = await start(options, userDataDir);
    const close = closer(browser, folder, profile);
    return { browser, downloadFolder, howEnded: () => howEnded(browser), close };
  } catch (error) {
    await profile?.release();
    if (folder !== undefined) await removeFolder(folder);
    signal.throwIfAborted();
    const detail = detailOf(error);
    throw new BrowserUnavailableError(
      `${installed.name} (${installed.executablePath}) did not start: ${firstLines(detail)}`,
      helpFor(detail),
    );
  }
}

/** Undefined where the session has a temporary one. */
async function namedProfile(options: LaunchOptions): Promise<HeldProfile | undefined> {
  const { profile, installed, onFallback } = options;
  if (profile === undefined) return undefined;
  if (!isProfileName(profile.name)) {
    onFallback('profile-name', profile.name);
    return undefined;
  }
  // A confined browser can write to its own folders only.
  const root =
    installed.profileRoot === undefined ? profile.root : path.join(installed.profileRoot, PROFILES_FOLDER);
  const held = await holdProfile({ ...profile, root }, installed.name);
  if (held === undefined) onFallback('profile-in-use', profile.name);
  return held;
}

/** Whether there is a display for a window. Says so where one was asked for in vain. */
function hasWindow({ isVisible, platform, env, onFallback }: LaunchOptions): boolean {
  if (!isVisible) return false;
  const hasDisplay = platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  if (!hasDisplay) onFallback('no-display', '');
  return hasDisplay;
}

async function start(options: LaunchOptions, userDataDir: string): Promise<Browser> {
  // Loaded here, not at the top: the extension's start does not pay for a browser it may never need.
  const { default: puppeteer } = await import('puppeteer-core');
  const { signal } = options;
  signal.throwIfAborted();
  // Puppeteer kills the browser whenever its signal aborts, long after the start too; the caller's lives on.
  const launching = new AbortController();
  const onAbort = () => launching.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const starting = puppeteer.launch(launchOptions(options, userDataDir, launching.signal));
  try {
    return await bounded(starting, [], options.limitMs, () => noAnswer(options.limitMs));
  } catch (error) {
    // Its process is to be gone before its folder is.
    launching.abort(error);
    await bounded(starting, [], CLOSE_LIMIT_MS, () => undefined).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function launchOptions(
  options: LaunchOptions,
  userDataDir: string,
  signal: AbortSignal,
): PuppeteerLaunchOptions {
  return {
    executablePath: options.installed.executablePath,
    pipe: true,
    headless: !hasWindow(options),
    userDataDir,
    env: passedVariables(options.env),
    args: [
      ...ARGUMENTS,
      `--host-resolver-rules=${options.resolverRules}`,
      ...(needsNoSandbox(options.platform) ? ['--no-sandbox'] : []),
    ],
    ignoreDefaultArgs: UNWANTED_DEFAULTS,
    // The tabs are driven by sessions of our own: puppeteer's page objects know no hung or crashed page.
    defaultViewport: null,
    waitForInitialPage: false,
    targetFilter: () => false,
    // What a hung page never answers is forgotten after this long; callers have given up on it much earlier.
    protocolTimeout: 60_000,
    signal,
  };
}

/** Chromium's sandbox refuses to work for root on Linux, which is what containers and development machines run as. */
function needsNoSandbox(platform: NodeJS.Platform): boolean {
  return platform === 'linux' && process.getuid?.() === 0;
}

function passedVariables(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_VARIABLES.test(name)));
}

function closer(browser: Browser, folder: string, profile: HeldProfile | undefined): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= endBrowser(browser)
      .then(() => profile?.release())
      .then(() => removeFolder(folder));
    return closing;
  };
}

function exitOf(child: ChildProcess | null): Promise<void> {
  return new Promise<void>((resolve) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

async function howEnded(browser: Browser): Promise<string> {
  const child = browser.process();
  // The pipe may end a moment before the process.
  await bounded(exitOf(child), [], EXIT_LIMIT_MS, () => undefined).catch(() => undefined);
  if (child?.signalCode) return `signal ${child.signalCode}`;
  return typeof child?.exitCode === 'number' ? `exit code ${child.exitCode}` : '';
}

async function endBrowser(browser: Browser): Promise<void> {
  const child = browser.process();
  const exited = exitOf(child);
  // Already gone is as good as closed; `exited` decides.
  browser.close().catch(() => undefined);
  await bounded(exited, [], CLOSE_LIMIT_MS, () => undefined).catch(() => child?.kill('SIGKILL'));
  await bounded(exited, [], CLOSE_LIMIT_MS, () => undefined).catch(() => undefined);
}

/** Retries: helper processes may still write for a moment after the browser's own has ended. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }).catch(() => undefined);
}

/** Removes the folders of hosts that were killed before they could. */
async function removeOrphans(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const owner = new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) await removeFolder(path.join(root, name));
  }
}

function noAnswer(limitMs: number): Error {
  return new Error(`The program did not answer within ${limitMs / 1000} s.`);
}

function firstLines(text: string): string {
  return cut(text.split('\n').slice(0, 5).join('\n'), 1_000);
}

/** A program that ends at once is met as a pipe that ends. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /\b(?:target|connection) closed\b/i.test(error.message)
    ? 'The program ended at once, without an answer.'
    : error.message;
}

function helpFor(detail: string): string {
  if (/no usable sandbox/i.test(detail))
    return "This system does not let the browser build its sandbox. Install the system's own Chrome or Chromium package.";
  return 'Try to start it by hand, or set "computerUseChat.browser.executablePath" to another browser.';
}

/** Where profiles go unless told otherwise. */
export function defaultTempRoot(): string {
  return os.tmpdir();
}
