import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readSuiteResults } from '../../scripts/lib/vscode-suite.mjs';
import { atMost, type Figure } from './figure.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** How long a real VS Code takes to load and activate the extension, as seen from within its extension host. */
export function activation(): Figure[] {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'test-vscode.mjs')], { cwd: ROOT, stdio: 'ignore' });
  return [atMost('activation-ms', readSuiteResults().figures['activation-ms'] ?? Number.NaN, 'ms', 50)];
}
