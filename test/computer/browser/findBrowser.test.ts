import { describe, expect, test } from 'vitest';
import {
  browserAt,
  findBrowser,
  howToInstall,
  type MachineFacts,
} from '../../../src/computer/browser/findBrowser.ts';

function facts(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, ...files: string[]): MachineFacts {
  return { platform, env, exists: (file) => files.includes(file) };
}

const WINDOWS_ENV = {
  ProgramFiles: 'C:\\Program Files',
  'PROGRAMFILES(X86)': 'C:\\Program Files (x86)',
  LocalAppData: 'C:\\Users\\Ada\\AppData\\Local',
};

describe('findBrowser', () => {
  test.each([
    ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'Chrome'],
    ['C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe', 'Edge'],
    ['C:\\Users\\Ada\\AppData\\Local\\Chromium\\Application\\chrome.exe', 'Chromium'],
  ])('finds %s on Windows', (executablePath, name) => {
    expect(findBrowser(facts('win32', WINDOWS_ENV, executablePath))).toEqual({ name, executablePath });
  });

  test('prefers Chrome to Edge', () => {
    const chrome = 'C:\\Users\\Ada\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe';
    const edge = 'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe';
    expect(findBrowser(facts('win32', WINDOWS_ENV, edge, chrome))?.executablePath).toBe(chrome);
  });

  test.each([
    ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'Chrome'],
    ['/Users/ada/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge', 'Edge'],
    ['/Applications/Chromium.app/Contents/MacOS/Chromium', 'Chromium'],
  ])('finds %s on macOS', (executablePath, name) => {
    expect(findBrowser(facts('darwin', { HOME: '/Users/ada' }, executablePath))).toEqual({
      name,
      executablePath,
    });
  });

  test.each([
    ['/opt/tools/google-chrome', 'Chrome'],
    ['/usr/bin/microsoft-edge-stable', 'Edge'],
    ['/usr/bin/chromium', 'Chromium'],
  ])('finds %s on Linux', (executablePath, name) => {
    const env = { PATH: '/opt/tools:relative:/home/ada/bin', HOME: '/home/ada' };
    expect(findBrowser(facts('linux', env, executablePath))).toEqual({ name, executablePath });
  });

  test('gives confined Linux packages a profile folder they can write to', () => {
    const env = { PATH: '/snap/bin:/usr/bin', HOME: '/home/ada' };
    expect(findBrowser(facts('linux', env, '/snap/bin/chromium'))).toMatchObject({
      name: 'Chromium',
      profileRoot: '/home/ada/snap/chromium/common',
    });
    const flatpak = '/home/ada/.local/share/flatpak/exports/bin/com.google.Chrome';
    expect(findBrowser(facts('linux', env, flatpak))).toEqual({
      name: 'Chrome',
      executablePath: flatpak,
      profileRoot: '/home/ada/.var/app/com.google.Chrome/cache',
    });
  });

  test('does not look into relative folders of PATH', () => {
    const asked: string[] = [];
    findBrowser({
      platform: 'linux',
      env: { PATH: '.:bin::/usr/bin' },
      exists: (file) => asked.push(file) === 0,
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((file) => !file.startsWith('/'))).toEqual([]);
  });

  test('finds nothing where nothing is', () => {
    for (const platform of ['win32', 'darwin', 'linux'] as const)
      expect(findBrowser(facts(platform, {}))).toBe(undefined);
  });
});

describe('browserAt', () => {
  test('takes the path the user set, wherever it is', () => {
    const executablePath = '/home/ada/chromium-dev/chrome';
    expect(browserAt(executablePath, facts('linux', {}, executablePath))).toEqual({
      name: 'Chromium',
      executablePath,
    });
    expect(browserAt('/nowhere/chrome', facts('linux', {}, executablePath))).toBe(undefined);
  });

  test('knows the confined ones', () => {
    const found = browserAt(
      '/snap/bin/chromium',
      facts('linux', { HOME: '/home/ada' }, '/snap/bin/chromium'),
    );
    expect(found?.profileRoot).toBe('/home/ada/snap/chromium/common');
  });
});

test('the help fits the system', () => {
  expect(howToInstall({ platform: 'darwin', env: {} })).toContain('/Applications');
  expect(howToInstall({ platform: 'linux', env: { WSL_DISTRO_NAME: 'Debian' } })).toContain('WSL');
  expect(howToInstall({ platform: 'win32', env: {} })).toContain('Edge');
});
