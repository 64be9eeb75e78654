// @ts-check
/** Where things are: in the repository, and in the cache that outlives it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The packed extension. */
export const vsixPath = join(root, 'dist', 'computer-use-chat.vsix');

/** What tests leave behind: reports, screenshots, logs. */
export const outDir = join(root, 'out');

/** The Node 24 that the npm package `node` brings. It exists once the dependencies are installed. */
export const nodePath = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Holds VS Code and the state of `npm start`, across clones and runs. `COMPUTER_USE_CHAT_CACHE` moves it. */
export const cacheDir =
  process.env.COMPUTER_USE_CHAT_CACHE ||
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'computer-use-chat');
