// @ts-check
import { chromium } from 'playwright-core';
import { findBrowser } from './browser.mjs';
import { UserError } from './run.mjs';

/**
 * @param {readonly string[]} extraArgs - command line switches
 * @returns {Promise<import('playwright-core').Browser>} a headless Chromium; the caller closes it
 */
export async function launchHeadless(extraArgs = []) {
  const executablePath = findBrowser();
  if (!executablePath) throw new UserError('No Chrome, Edge or Chromium was found. Run: npm run setup');
  // Chromium's sandbox does not work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath,
    args: [...args, '--disable-gpu', '--disable-quic', ...extraArgs],
  });
}
