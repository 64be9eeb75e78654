/** A browser with an open debugging port, as a user would start it for the extension to attach to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findBrowser, isProgram } from '../../../src/computer/browser/findBrowser.ts';

export interface UserBrowser {
  /** Of its debugging port. */
  readonly address: string;
  readonly process: ChildProcess;
  /** The addresses of its tabs. */
  tabs(): Promise<string[]>;
  openTab(url: string): Promise<void>;
  /** Ends it and removes its profile. */
  close(): Promise<void>;
}

/** A browser as the user would start it, with a tab of their own. @param args - more of its command line */
export async function startUserBrowser(url: string, ...args: string[]): Promise<UserBrowser> {
  const found = findBrowser({ platform: process.platform, env: process.env, exists: isProgram });
  const profile = await mkdtemp(path.join(os.tmpdir(), 'user-browser-'));
  const child = spawn(
    found?.executablePath ?? '',
    ['--headless', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...args, url],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve) => {
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /ws:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const address = `http://127.0.0.1:${port}`;
  return {
    address,
    process: child,
    async tabs() {
      const targets = (await (await fetch(`${address}/json/list`)).json()) as { type: string; url: string }[];
      return targets.filter(({ type }) => type === 'page').map((target) => target.url);
    },
    async openTab(tabUrl) {
      await fetch(`${address}/json/new?${tabUrl}`, { method: 'PUT' });
    },
    async close() {
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
