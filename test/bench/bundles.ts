import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type Figure, reported } from './figure.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Sizes of what is shipped, after a production build. */
export function bundles(): Figure[] {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'package.mjs')], { cwd: ROOT, stdio: 'ignore' });
  const chunks = readdirSync(join(ROOT, 'dist', 'chunks')).map((name) => join('chunks', name));
  const size = (name: string) => {
    const path = join(ROOT, 'dist', name);
    return existsSync(path) ? statSync(path).size / 1_024 : Number.NaN;
  };
  return [
    atMost(
      'bundle-host-kb',
      ['extension.js', ...chunks].reduce((sum, name) => sum + size(name), 0),
      'KB',
      2_048,
    ),
    reported('bundle-activation-kb', size('extension.js'), 'KB, entry alone'),
    atMost('bundle-webview-kb', size('webview.js'), 'KB', 200),
    atMost('vsix-kb', size('computer-use-chat.vsix'), 'KB', 4_096),
  ];
}
