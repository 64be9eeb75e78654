import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { browserProvider } from '../../../src/computer/browser/browserProvider.ts';

test('the label names the browser that would be started, as the settings are now', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provider-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const executablePath = join(folder, 'chromium');
  const provider = browserProvider(() => ({ executablePath }));
  expect(provider.label).toBe('Browser (headless)');
  writeFileSync(executablePath, '');
  if (process.platform !== 'win32') expect(provider.label).toBe('Browser (headless)');
  chmodSync(executablePath, 0o755);
  expect(provider.label).toBe('Chromium (headless)');
});
