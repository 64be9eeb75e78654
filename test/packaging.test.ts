import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '@vscode/vsce';
import { beforeAll, expect, test } from 'vitest';
import { build } from '../esbuild.mjs';
import { root } from '../scripts/lib/paths.mjs';

/** Everything a user gets, apart from the pages of the demo. */
const PACKED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/ThirdPartyNotices.txt',
  'dist/codicon.ttf',
  'dist/extension.js',
  'dist/webp-worker.js',
  'dist/webp.wasm',
  'dist/webview-vnc.js',
  'dist/webview.css',
  'dist/webview.js',
  'docker/Dockerfile',
  'docker/desktop.sh',
  'docker/menu.xml',
  'media/activity.svg',
  'media/desktop.png',
  'media/icon.png',
  'media/panel-dark.svg',
  'media/panel-light.svg',
  'media/screenshot.png',
  'package.json',
  'package.nls.json',
];

const DEMO_FOLDER = 'media/demo/';
const CHUNK = /^dist\/chunks\/[\w-]+\.js$/;

let packed: readonly string[];

beforeAll(async () => {
  if (!PACKED.every((path) => existsSync(join(root, path)))) await build({ production: true });
  // An empty list of dependencies: they are in the bundles.
  packed = (await listFiles({ cwd: root, packagedDependencies: [] })).map((path) =>
    path.replaceAll('\\', '/'),
  );
});

test('the package contains these files, the chunks of the bundle, and no others', () => {
  const others = packed.filter((path) => !path.startsWith(DEMO_FOLDER) && !CHUNK.test(path));
  expect(others.sort()).toEqual(PACKED);
});

test('the demo pages are web pages, their styles, scripts and pictures', () => {
  for (const path of packed.filter((path) => path.startsWith(DEMO_FOLDER))) {
    expect(path).toMatch(/\.(html|css|js|svg|png|webp|ico|json|md)$/);
  }
});

test('no source map, test or source file is packed', () => {
  for (const path of packed) {
    expect(path).not.toMatch(/\.(map|ts|tsx|mts|jsonl|db|vsix)$|(^|\/)(test|src|out|scripts|node_modules)\//);
  }
});

test('everything the manifest points to is packed', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const paths = [
    manifest.main,
    manifest.icon,
    ...manifest.contributes.viewsContainers.activitybar.map(iconOf),
  ];
  for (const path of paths) expect(packed).toContain(path.replace('./', ''));
});

test('every text that the manifest refers to exists, and no other does', () => {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
  const referredTo = new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
  expect(Object.keys(texts).sort()).toEqual([...referredTo].sort());
});

test('the icon is a PNG of 256 by 256', () => {
  const png = readFileSync(join(root, 'media/icon.png'));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256]);
  expect(statSync(join(root, 'media/icon.png')).size).toBeLessThan(100_000);
});

function iconOf({ icon }: { icon: string }): string {
  return icon;
}
