// @ts-check
/** The Chromium family browser that tests look at VS Code with. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from './run.mjs';
import { ensureSystemPackages, isDebian } from './system-packages.mjs';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** Without them pages and screenshots show boxes instead of letters and emoji. */
const FONTS = ['fonts-liberation', 'fonts-noto-color-emoji'];

/** @returns {string | undefined} the path of an executable; `CHROME_PATH` overrides the search */
export function findBrowser() {
  const { CHROME_PATH, PATH = '', PROGRAMFILES, 'PROGRAMFILES(X86)': X86, LOCALAPPDATA } = process.env;
  if (CHROME_PATH) return CHROME_PATH;
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return apps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`).find(isExecutable);
  }
  if (process.platform === 'win32') {
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    const folders = [PROGRAMFILES, X86, LOCALAPPDATA].filter((folder) => folder !== undefined);
    return folders.flatMap((folder) => programs.map((program) => join(folder, program))).find(isExecutable);
  }
  const folders = PATH.split(delimiter);
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the browser's path
 * @throws {UserError} when there is none and it cannot be installed here
 */
export async function ensureBrowser(log) {
  const isRoot = process.getuid?.() === 0;
  const wanted = [...(findBrowser() ? [] : ['chromium']), ...(isRoot ? FONTS : [])];
  await ensureSystemPackages(wanted, 'Driving a browser', log);
  const found = findBrowser();
  if (found) return found;
  const hint = isDebian() ? 'apt-get install chromium' : 'https://www.google.com/chrome/';
  throw new UserError(`No Chrome, Edge or Chromium was found. Install one (${hint}) or set CHROME_PATH.`);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
