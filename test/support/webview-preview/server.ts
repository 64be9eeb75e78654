/** Serves the webview with a fake host on the loopback interface, under the content security policy of the real one. */
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type ScreenshotRef, screenshotFileName } from '../../../src/protocol/transcript.ts';
import { THEMES, type ThemeName, themeCss } from './themes.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NONCE = 'preview';
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  ttf: 'font/ttf',
  png: 'image/png',
};

export interface WebviewPreview {
  /** Without a slash at its end. Query: `theme`, and what fake-host.ts takes. */
  readonly address: string;
  close(): Promise<void>;
}

/** @param screenshot - the PNG every sample screenshot shows, 1280x800 */
export async function startWebviewPreview(screenshot: Buffer): Promise<WebviewPreview> {
  const image: ScreenshotRef = {
    sha256: createHash('sha256').update(screenshot).digest('hex'),
    mediaType: 'image/png',
    width: 1280,
    height: 800,
  };
  const files = await bundle();
  files.set(`/screenshots/${screenshotFileName(image)}`, screenshot);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/') {
      send(response, 'text/html', page((url.searchParams.get('theme') ?? 'dark') as ThemeName, image));
      return;
    }
    if (url.pathname === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const body = files.get(url.pathname);
    const type = TYPES[url.pathname.split('.').at(-1) ?? ''];
    if (body && type) send(response, type, body);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function bundle(): Promise<Map<string, Uint8Array | string>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: {
      webview: 'webview/main.tsx',
      styles: 'webview/styles/main.css',
      'fake-host': 'test/support/webview-preview/fake-host.ts',
    },
    outdir: '/',
    bundle: true,
    write: false,
    format: 'iife',
    alias: { entities: './webview/markdown/html-entities.ts' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    logLevel: 'error',
  });
  return new Map(outputFiles.map((file) => [file.path, file.contents]));
}

function page(theme: ThemeName, image: ScreenshotRef): string {
  const policy = [
    `default-src 'none'`,
    `img-src 'self'`,
    `font-src 'self'`,
    `style-src 'self' 'nonce-${NONCE}'`,
    `script-src 'nonce-${NONCE}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style nonce="${NONCE}">${themeCss(theme)}</style>
    <link rel="stylesheet" href="/styles.css">
    <title>Computer Use Chat</title>
  </head>
  <body class="${THEMES[theme].className}" data-screenshot='${JSON.stringify(image)}'>
    <div id="root"></div>
    <script nonce="${NONCE}" src="/fake-host.js"></script>
    <script nonce="${NONCE}" src="/webview.js"></script>
  </body>
</html>`;
}

function send(response: ServerResponse, type: string, body: Uint8Array | string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
