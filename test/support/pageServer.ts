/** Serves the pages of `test/support/pages` on the loopback interface and keeps what they report. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const PAGES = path.join(import.meta.dirname, 'pages');
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** What a page said happened in it. */
export interface Recorded {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface PageServer {
  /** Ends in a slash. */
  readonly url: string;
  /** All reports since the last `clear`, in order. */
  readonly recorded: readonly Recorded[];
  clear(): void;
  close(): Promise<void>;
}

/**
 * Besides the pages: `/slow?ms=`, `/never` (no answer), `/status/404` (with a page), `/empty/500` (without one),
 * `/no-content`, `/download/NAME`, `/redirect` (to the input page), `/cut` (a page whose connection breaks), `/drip` (one
 * that never ends), `/login` (asks for a password), `/paper.pdf`, `/scan.pdf` (without words).
 */
export async function startPageServer(): Promise<PageServer> {
  const recorded: Recorded[] = [];
  const server = createServer((request, response) => {
    answer(request, response, recorded).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    recorded,
    clear: () => {
      recorded.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  recorded: Recorded[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, first = '', second = ''] = url.pathname.split('/');
  switch (first) {
    case 'record':
      recorded.push(...((await bodyOf(request)) as Recorded[]));
      response.writeHead(204).end();
      return;
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get('ms'))));
      sendPage(response, 200, 'Slow');
      return;
    case 'never':
      return;
    case 'status':
      sendPage(response, Number(second), `Status ${second}`);
      return;
    case 'empty':
      response.writeHead(Number(second)).end();
      return;
    case 'no-content':
      response.writeHead(204).end();
      return;
    case 'redirect':
      response.writeHead(302, { location: '/input.html' }).end();
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 10_000 });
      response.write('<!doctype html><title>Cut</title><link rel="icon" href="data:,"><p>The first half.');
      await new Promise((resolve) => setTimeout(resolve, 100));
      response.destroy();
      return;
    case 'drip': {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.write('<!doctype html><title>Drip</title><link rel="icon" href="data:,">');
      const timer = setInterval(() => response.write('<p>drop'), 50);
      response.on('close', () => clearInterval(timer));
      return;
    }
    case 'login':
      response.writeHead(401, { 'www-authenticate': 'Basic realm="members"', 'content-type': 'text/html' });
      response.end('<!doctype html><title>Members only</title><p>Members only');
      return;
    case 'paper.pdf':
      response.writeHead(200, { 'content-type': 'application/pdf' }).end(pdfOf('A paper on bread'));
      return;
    case 'scan.pdf':
      response.writeHead(200, { 'content-type': 'application/pdf' }).end(pdfOf(''));
      return;
    case 'download':
      response
        .writeHead(200, { 'content-disposition': `attachment; filename="${second}"` })
        .end('a,b\n1,2\n');
      return;
    default:
      await sendFile(response, first);
  }
}

async function sendFile(response: ServerResponse, name: string): Promise<void> {
  const type = TYPES[path.extname(name)];
  if (type === undefined) {
    response.writeHead(404).end();
    return;
  }
  const content = await readFile(path.join(PAGES, path.basename(name)));
  response.writeHead(200, { 'content-type': type }).end(content);
}

function sendPage(response: ServerResponse, status: number, title: string): void {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end(`<!doctype html><title>${title}</title><link rel="icon" href="data:,"><p>${title}`);
}

/** A PDF of one page with one line of ASCII (ISO 32000-1, 7.5). Readers mend the missing table of objects. */
function pdfOf(line: string): string {
  const content = `BT /F1 24 Tf 72 700 Td (${line}) Tj ET`;
  return [
    '%PDF-1.4',
    '1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
    '2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj',
    '3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R',
    '/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj',
    `4 0 obj << /Length ${content.length} >> stream`,
    content,
    'endstream endobj',
    'trailer << /Root 1 0 R >>',
    '%%EOF',
  ].join('\n');
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
