import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildAndPackage } from '../../scripts/lib/package.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { atMost, type Figure, reported } from './figure.ts';

/** Sizes of what is shipped, after a production build. */
export async function bundles(): Promise<Figure[]> {
  await buildAndPackage();
  const chunks = readdirSync(join(root, 'dist', 'chunks')).map((name) => join('chunks', name));
  const size = (name: string) => {
    const path = join(root, 'dist', name);
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
    reported('bundle-vnc-kb', size('webview-vnc.js'), 'KB, loaded with the first desktop that is shown'),
    atMost('vsix-kb', size('computer-use-chat.vsix'), 'KB', 4_096),
  ];
}
