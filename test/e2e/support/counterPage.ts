import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page with one big button that counts its clicks and tells the server, so that a test can ask the page's side. */
export interface CounterPage {
  readonly url: string;
  /** What the page itself says it counted: trusted clicks only, as the page saw them. */
  readonly clicks: number;
  close(): Promise<void>;
}

/** The middle of the button in a 1280x800 viewport. */
export const BUTTON_CENTRE = { x: 640, y: 360 };

const HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Light switch</title>
<style>
  body { margin: 0; height: 100vh; font: 20px/1.5 system-ui, sans-serif; background: #10243e; color: #fff; }
  body.on { background: #ffe9a8; color: #222; }
  button { position: absolute; left: 490px; top: 310px; width: 300px; height: 100px; font: inherit; font-size: 28px;
    border: 0; border-radius: 16px; background: #2f80ed; color: #fff; box-shadow: 0 8px 24px #0006; }
  h1 { position: absolute; top: 120px; width: 100%; text-align: center; font-size: 56px; margin: 0; }
  p { position: absolute; top: 450px; width: 100%; text-align: center; }
</style></head>
<body><h1>The light is off</h1><button>Switch</button><p>0 clicks</p>
<script>
  let clicks = 0;
  document.querySelector('button').addEventListener('click', (event) => {
    if (!event.isTrusted) return;
    clicks += 1;
    document.body.classList.toggle('on');
    document.querySelector('h1').textContent = document.body.classList.contains('on') ? 'The light is on' : 'The light is off';
    document.querySelector('p').textContent = clicks + (clicks === 1 ? ' click' : ' clicks');
    document.title = document.querySelector('h1').textContent;
    fetch('/clicks', { method: 'POST', body: String(clicks) });
  });
</script></body></html>`;

/** Serves the page on a free port of the loopback interface. */
export async function serveCounterPage(): Promise<CounterPage> {
  let clicks = 0;
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      request.on('data', (chunk: Buffer) => {
        clicks = Number(chunk.toString());
      });
      request.on('end', () => response.writeHead(204).end());
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(HTML);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get clicks() {
      return clicks;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
