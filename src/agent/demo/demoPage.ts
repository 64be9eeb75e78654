/** The page the demo model works on, served from the extension's own files to this machine only. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Disposable } from '../../base/lifecycle.ts';

/** A served demo page. Disposing it ends the server and its connections. */
export interface DemoPage extends Disposable {
  /** Where it is: `http://127.0.0.1:PORT/`. */
  readonly url: string;
}

/** All that is served; a request never becomes a file name. */
const FILES = new Map([
  ['/', { name: 'index.html', type: 'text/html; charset=utf-8' }],
  ['/style.css', { name: 'style.css', type: 'text/css; charset=utf-8' }],
  ['/cafe.js', { name: 'cafe.js', type: 'text/javascript; charset=utf-8' }],
]);

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the demo page on a free port of the loopback interface.
 * @param directory - the folder that holds it (`media/demo`)
 * @throws when a file is missing or no port can be had
 */
export async function serveDemoPage(directory: string): Promise<DemoPage> {
  const contents = new Map<string, { type: string; bytes: Buffer }>();
  for (const [address, { name, type }] of FILES) {
    contents.set(address, { type, bytes: await readFile(path.join(directory, name)) });
  }
  const server = createServer((request, response) => answer(contents, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // Nothing else keeps the host alive for the sake of this page.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    dispose() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(
  contents: ReadonlyMap<string, { type: string; bytes: Buffer }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = contents.get(request.url?.split('?', 1)[0] ?? '');
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (file === undefined || !reads) {
    response.writeHead(reads ? 404 : 405, { 'content-type': 'text/plain' }).end();
    return;
  }
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': file.bytes.length,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}
