import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type Figure } from './figure.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** How long VS Code's extension host is busy with loading and activating the extension, in a real VS Code. */
export function activation(): Figure[] {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'test-vscode.mjs'), '--production'], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  const { activationMs } = JSON.parse(readFileSync(join(ROOT, 'out', 'activation.json'), 'utf8'));
  return [atMost('activation-ms', Number(activationMs), 'ms', 50)];
}
