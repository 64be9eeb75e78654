// @ts-check
/**
 * Builds the extension host's bundle, the webview's script and its styles into dist/.
 *
 *   node esbuild.mjs [--production] [--watch]
 *
 * `--production` minifies and leaves the source maps out. dist/meta-*.json say what is in each bundle.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { thirdPartyNotices } from './scripts/lib/notices.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * Leaves out the parts of puppeteer-core that a browser driven over a pipe never reaches: the WebDriver BiDi protocol,
 * WebSockets, and the downloading of browsers. They would be most of its size.
 *
 * @type {esbuild.Plugin}
 */
const leaveOutUnused = {
  name: 'leave-out-unused',
  setup(build) {
    const unused = { path: 'unused', namespace: 'unused' };
    build.onResolve({ filter: /^(ws|chromium-bidi(\/.*)?|webdriver-bidi-protocol)$/ }, ({ importer }) =>
      /[\\/]puppeteer-core[\\/]/.test(importer) ? unused : undefined,
    );
    build.onResolve({ filter: /[\\/](bidi|BidiOverCdp)[\\/.]/ }, ({ importer }) =>
      /[\\/]puppeteer-core[\\/]/.test(importer) ? unused : undefined,
    );
    build.onResolve(
      { filter: /^\.\.?\/(install|CLI|DefaultProvider|fileUtil|httpUtil)\.js$/ },
      ({ importer }) => (/[\\/]@puppeteer[\\/]browsers[\\/]/.test(importer) ? unused : undefined),
    );
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** @type {(name: string) => esbuild.Plugin} */
const writeMetafile = (name) => ({
  name: 'write-metafile',
  setup(build) {
    build.onEnd(({ metafile }) => {
      if (metafile) writeFileSync(join(root, 'dist', `meta-${name}.json`), JSON.stringify(metafile));
    });
  },
});

/**
 * @param {{ production: boolean }} mode
 * @returns {Record<'host' | 'webp' | 'webview' | 'vnc', esbuild.BuildOptions>}
 */
export function bundles({ production }) {
  /** @type {esbuild.BuildOptions} */
  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
  };
  return {
    host: {
      ...common,
      entryPoints: { extension: 'src/extension.ts' },
      outdir: 'dist',
      platform: 'node',
      // In chunks, so that activation reads what it needs and the first run the rest.
      format: 'esm',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      target: 'node22',
      external: ['vscode'],
      // Some libraries are CommonJS and require Node's own modules.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      // Class names are part of error messages and logs.
      keepNames: true,
      plugins: [leaveOutUnused, writeMetafile('host')],
    },
    // A thread of the host's own, and its encoder.
    webp: {
      ...common,
      entryPoints: [
        { in: 'src/computer/desktop/webpWorker.ts', out: 'webp-worker' },
        { in: 'node_modules/@jsquash/webp/codec/enc/webp_enc_simd.wasm', out: 'webp' },
      ],
      outdir: 'dist',
      platform: 'node',
      format: 'esm',
      target: 'node22',
      loader: { '.wasm': 'copy' },
      plugins: [writeMetafile('webp')],
    },
    webview: {
      ...common,
      entryPoints: [
        { in: 'webview/main.tsx', out: 'webview' },
        { in: 'webview/styles/main.css', out: 'webview' },
      ],
      outdir: 'dist',
      platform: 'browser',
      format: 'iife',
      target: 'es2024',
      alias: { entities: './webview/markdown/html-entities.ts' },
      jsx: 'automatic',
      jsxImportSource: 'preact',
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
      plugins: [writeMetafile('webview')],
    },
    // noVNC, which waits at its top level: only a module may.
    vnc: {
      ...common,
      entryPoints: [{ in: 'webview/vnc/main.ts', out: 'webview-vnc' }],
      outdir: 'dist',
      platform: 'browser',
      format: 'esm',
      target: 'es2024',
      plugins: [writeMetafile('vnc')],
    },
  };
}

/**
 * Builds once, and writes the licences of what is in the bundles beside them.
 *
 * @param {{ production: boolean }} mode
 * @throws when a bundle has an error; esbuild has printed it
 */
export async function build(mode) {
  // Chunks are named by their content: those of the build before would pile up.
  rmSync(join(root, 'dist', 'chunks'), { recursive: true, force: true });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const results = await Promise.all(Object.values(bundles(mode)).map((options) => esbuild.build(options)));
  const metafiles = results.flatMap(({ metafile }) => metafile ?? []);
  writeFileSync(join(root, 'dist', 'ThirdPartyNotices.txt'), thirdPartyNotices(metafiles));
}

/** Builds and builds again on every change, until the process ends. */
async function watch() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const options of Object.values(bundles({ production: false }))) {
    const context = await esbuild.context({ ...options, logLevel: 'info' });
    await context.watch();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--watch')) await watch();
  else await build({ production: process.argv.includes('--production') });
}
