/** After runs that used a key, it is looked for in all that they have left and started: byte by byte, in several encodings. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClient } from '../../src/agent/client.ts';
import { modelInfo } from '../../src/agent/models.ts';
import type { AgentSession } from '../../src/agent/session.ts';
import { browserProvider } from '../../src/computer/browser/browserProvider.ts';
import { desktopProvider } from '../../src/computer/desktop/desktopProvider.ts';
import { dockerDesktopSource } from '../../src/computer/desktop/sources/docker.ts';
import { remoteDesktopSource } from '../../src/computer/desktop/sources/remote.ts';
import { virtualDesktopSource } from '../../src/computer/desktop/sources/virtual.ts';
import { createLoggedFetch } from '../../src/http/exchangeLog.ts';
import { Outbox } from '../../src/panel/outbox.ts';
import { type HostMessage, PROTOCOL_VERSION } from '../../src/protocol/messages.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';
import { act, Host, itemsOf, noticesOf, reply, say, screenshot } from '../agent/support/host.ts';
import { requireDesktopPrograms } from '../support/desktop/programs.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

/** Unlike anything else, with characters that encodings write differently. */
const KEY = 'sk-ant-Qz7/v+WmE%9x~red/team+key=';

/** What the key looks like to somebody who looks for it. */
const FORMS: Readonly<Record<string, Buffer>> = {
  plain: Buffer.from(KEY),
  'UTF-16LE': Buffer.from(KEY, 'utf16le'),
  'UTF-16BE': Buffer.from(KEY, 'utf16le').swap16(),
  percent: Buffer.from(encodeURIComponent(KEY)),
  'percent, for an address': Buffer.from(encodeURI(KEY)),
  JSON: Buffer.from(KEY.replaceAll('/', '\\/')),
  'JSON, all escapes': Buffer.from(
    [...KEY].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ),
  hex: Buffer.from(Buffer.from(KEY).toString('hex')),
  ...base64Forms('base64'),
  ...base64Forms('base64url'),
};

/** At each of its three alignments, without what depends on its neighbours. */
function base64Forms(encoding: 'base64' | 'base64url'): Record<string, Buffer> {
  return Object.fromEntries(
    [0, 1, 2].map((shift) => {
      const text = Buffer.from(`${'\0'.repeat(shift)}${KEY}`).toString(encoding);
      return [`${encoding} at ${shift}`, Buffer.from(text.slice(shift === 0 ? 0 : shift + 1, -4))];
    }),
  );
}

/** Where the key is in `bytes`, in words; empty when it is not. */
function formsIn(bytes: Buffer, where: string): string[] {
  return Object.entries(FORMS).flatMap(([name, form]) => (bytes.includes(form) ? [`${where}: ${name}`] : []));
}

/** Every file below `folder`, its name too. */
function searchFolder(folder: string): { readonly found: string[]; readonly files: number } {
  const found: string[] = [];
  let files = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    found.push(...formsIn(Buffer.from(file), 'a name'));
    if (!entry.isFile()) continue;
    files += 1;
    found.push(...formsIn(readFileSync(file), file));
  }
  return { found, files };
}

/** The environments and command lines of what descends from this process. */
function searchChildren(): { readonly found: string[]; readonly names: string[] } {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = readOrNothing(`/proc/${name}/status`).toString();
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }
  const isOurs = (id: number): boolean => id === process.pid || (id > 1 && isOurs(parents.get(id) ?? 0));
  const ours = [...parents.keys()].filter((id) => id !== process.pid && isOurs(id));
  return {
    found: ours.flatMap((id) =>
      ['environ', 'cmdline'].flatMap((file) =>
        formsIn(readOrNothing(`/proc/${id}/${file}`), `${file} of ${id}`),
      ),
    ),
    names: ours.map((id) => readOrNothing(`/proc/${id}/comm`).toString().trim()),
  };
}

/** A process may end meanwhile. */
function readOrNothing(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

/** All that a panel of the session is posted. */
function panelOf(session: AgentSession): { readonly posted: HostMessage[]; close(): void } {
  const posted: HostMessage[] = [];
  const receipts = new Receipts();
  const outbox = new Outbox(
    session,
    (message) => {
      posted.push(message);
      const ack = receipts.next(message);
      if (ack) setImmediate(() => outbox.handle(ack));
    },
    { screenshots: 'screens' },
  );
  outbox.handle({ type: 'ready', protocol: PROTOCOL_VERSION, have: null, around: null });
  return { posted, close: () => outbox.dispose() };
}

let folder: string;
let api: MessagesApi;
let log: string[];
/** Answers the next request with an error that says what the key was, in all the ways that come to mind. */
let isEchoing = false;

const logged = createLoggedFetch(
  async (input, init) => {
    if (!isEchoing) return fetch(input, init);
    isEchoing = false;
    const message = `invalid x-api-key: ${KEY} (headers: ${JSON.stringify([...new Headers(init?.headers)])})`;
    return Response.json(
      { type: 'error', error: { type: 'authentication_error', message } },
      { status: 401, headers: { 'x-api-key': KEY, 'x-echo': KEY } },
    );
  },
  { enabled: () => true, sink: { appendLine: (line) => log.push(line) } },
);

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'computer-use-chat-keys-'));
  const temp = path.join(folder, 'tmp');
  mkdirSync(temp);
  vi.stubEnv('TMPDIR', temp);
  vi.stubEnv('ANTHROPIC_API_KEY', KEY);
  vi.stubEnv('ANTHROPIC_AUTH_TOKEN', KEY);
  log = [];
  api = await startMessagesApi({ apiKey: KEY });
});

afterEach(async () => {
  await api.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const bash = (command: string) => ({ type: 'tool', name: 'bash', input: { command } }) as const;

function hostWith(computers: ConstructorParameters<typeof Host>[2]): Host {
  return new Host(path.join(folder, 'storage'), api, {
    connect: async () => ({
      client: createClient({ apiKey: KEY, baseUrl: api.url, fetch: logged }),
      model: modelInfo('claude-opus-5-5'),
      effort: 'medium',
      customInstructions: '',
    }),
    ...computers,
  });
}

/** Looks everywhere, twice: while all that was started runs, and when it has ended. */
async function search(
  host: Host,
  session: AgentSession,
  panel: ReturnType<typeof panelOf>,
): Promise<string[]> {
  const running = searchFolder(folder);
  const children = searchChildren();
  expect(children.names.length).toBeGreaterThan(0);
  const told = { faults: host.faults.map(String), log, posted: panel.posted, items: itemsOf(session) };
  panel.close();
  await host.close();
  const left = searchFolder(folder);
  expect(left.files).toBeGreaterThan(1);
  const words = Object.entries(told).flatMap(([name, value]) => [
    ...formsIn(Buffer.from(JSON.stringify(value)), name),
    ...formsIn(Buffer.from(value.map(String).join('\n')), name),
  ]);
  return [...running.found, ...children.found, ...words, ...left.found];
}

it('the search finds what there is to find', () => {
  for (const [name, form] of Object.entries(FORMS)) {
    const neighbours = Buffer.concat([Buffer.from('x'), form, Buffer.from('y')]);
    writeFileSync(path.join(folder, 'planted'), neighbours);
    expect(searchFolder(folder).found.join('\n'), name).toContain(name);
  }
  for (const before of ['', 'a', 'ab', 'abc']) {
    const text = Buffer.from(`${before}${KEY}tail`).toString('base64');
    expect(formsIn(Buffer.from(text), 'text')).not.toEqual([]);
  }
});

it('a session with a browser and a shell on this machine leaves it nowhere', async () => {
  const host = hostWith({
    computers: {
      of: () => browserProvider(() => ({ tempRoot: path.join(folder, 'tmp') })),
      preferred: 'browser',
    } as never,
    tools: { thisMachine: () => thisMachine({ folder }), commandLimitMs: () => 20_000 },
  });
  const session = host.sessions.create();
  const panel = panelOf(session);
  api.enqueue(
    reply(act('new_tab', { url: `${api.url}/` }), screenshot, bash('env; set; export -p')),
    reply(bash('cat /proc/self/environ | tr "\\0" "\\n"; ls -R "$TMPDIR"'), act('get_page_text')),
    reply(say('Done.')),
  );
  await session.send('Look around');
  expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
  isEchoing = true;
  await session.send('Again');
  const [failure] = noticesOf(session).slice(-1);
  expect(failure).toMatchObject({ severity: 'error' });
  expect(failure?.detail).toContain('invalid x-api-key');
  expect(log.join('\n')).toContain('POST');
  expect(panel.posted.length).toBeGreaterThan(5);
  expect(await search(host, session, panel)).toEqual([]);
});

it('a session on a virtual desktop with a shell in it leaves it nowhere', async () => {
  requireDesktopPrograms();
  const source = virtualDesktopSource({ tempRoot: path.join(folder, 'tmp') });
  const desktop = desktopProvider({ label: () => 'Desktop', briefing: '', way: async () => ({ source }) });
  const host = hostWith({ computers: { of: () => desktop, preferred: 'virtual' } as never });
  const session = host.sessions.create();
  const panel = panelOf(session);
  const onDesktop = (member: string) => ({ type: 'action', toolset: 'computer', member, input: {} }) as const;
  api.enqueue(
    reply(onDesktop('screenshot'), bash('env; export -p; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"')),
    reply(say('Done.')),
  );
  await session.send('Look around');
  expect(itemsOf(session).at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
  expect(await search(host, session, panel)).toEqual([]);
});

it('the commands for containers and for SSH do not get it', async () => {
  const seen = path.join(folder, 'seen');
  const program = path.join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\nenv >> '${seen}'\nexit 1\n`, { mode: 0o755 });
  const { signal } = new AbortController();
  const docker = dockerDesktopSource({
    dockerCommand: program,
    image: { kind: 'named', name: 'x' },
  } as never);
  await docker.start(signal).catch(() => undefined);
  const machine = await remoteDesktopSource({
    address: 'vnc+ssh://there/localhost',
    password: async () => undefined,
    sshCommand: program,
  } as never)
    .start(signal)
    .catch(() => undefined);
  await machine?.connect(signal).catch(() => undefined);
  const environments = readFileSync(seen, 'utf8');
  expect(environments.match(/^PATH=/gm)?.length).toBeGreaterThanOrEqual(2);
  expect(environments).not.toContain('ANTHROPIC');
  expect(searchFolder(folder).found).toEqual([]);
});
