import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type Figure } from './figure.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Sizes of what is shipped, after a production build. */
export function bundles(): Figure[] {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'package.mjs')], { cwd: ROOT, stdio: 'ignore' });
  const size = (name: string) => {
    const path = join(ROOT, 'dist', name);
    return existsSync(path) ? statSync(path).size / 1_024 : Number.NaN;
  };
  return [
    atMost('bundle-host-kb', size('extension.cjs'), 'KB', 2_048),
    atMost('bundle-webview-kb', size('webview.js'), 'KB', 200),
    atMost('vsix-kb', size('computer-use-chat.vsix'), 'KB', 4_096),
  ];
}
