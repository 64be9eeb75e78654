/** Pages, outputs and the model itself try to get at the value of a secret; everything that is kept is searched for it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../src/agent/client.ts';
import type { Secret } from '../../src/agent/secrets/secrets.ts';
import type { AgentSession } from '../../src/agent/session.ts';
import { createBrowserComputer } from '../../src/computer/browser/browserComputer.ts';
import { createLoggedFetch } from '../../src/http/exchangeLog.ts';
import { LiveView } from '../../src/panel/liveView.ts';
import type { ApprovalQuestion, UserAnswer } from '../../src/protocol/approvals.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';
import { act, connection, Host, itemsOf, KEY, reply, say, screenshot } from '../agent/support/host.ts';
import { fakeComputers } from '../support/fakeComputers.ts';
import { leaksIn } from '../support/leaks.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { type PageServer, startPageServer } from '../support/pageServer.ts';

const TIMEOUT_MS = 120_000;

const VALUE = 'S3cr3t "p@ss"/é&<7>+QqZz';
const HANDLE = '{{secret:staging-password}}';

const bash = (command: string) => ({ type: 'tool', name: 'bash', input: { command } }) as const;
const type = (text: string) => act('type', { text });

describe('a secret in a browser', () => {
  let folder: string;
  let temp: string;
  let api: MessagesApi;
  let host: Host;
  let session: AgentSession;
  let server: PageServer;
  let answer: (question: ApprovalQuestion) => UserAnswer;
  let places: string[];
  const asked: ApprovalQuestion[] = [];
  /** All that may be written or sent somewhere, by where. */
  const told = new Map<string, string>();

  const tell = (where: string, what: unknown) =>
    told.set(where, `${told.get(where) ?? ''}${typeof what === 'string' ? what : JSON.stringify(what)}\n`);

  beforeEach(async () => {
    vi.setConfig({ testTimeout: TIMEOUT_MS });
    asked.length = 0;
    told.clear();
    folder = mkdtempSync(path.join(tmpdir(), 'computer-use-chat-'));
    temp = mkdtempSync(path.join(tmpdir(), 'computer-use-chat-'));
    api = await startMessagesApi();
    server = await startPageServer();
    places = [new URL(server.url).origin];
    answer = () => ({ kind: 'once' });
    const log = { enabled: () => true, sink: { appendLine: (line: string) => tell('HTTP log', line) } };
    const secret = (): Secret => ({ name: 'staging-password', value: VALUE, places });
    let secrets: readonly Secret[] | undefined;
    host = new Host(folder, api, {
      secrets: {
        read: async () => {
          secrets ??= [secret()];
          return secrets;
        },
      },
      connect: async () => ({
        ...connection(api),
        client: createClient({ apiKey: KEY, baseUrl: api.url, fetch: createLoggedFetch(fetch, log) }),
      }),
      computers: fakeComputers('Chromium', async () =>
        createBrowserComputer({
          tempRoot: temp,
          members: ['javascript_exec', 'read_console', 'read_network'],
          confirm: async () => true,
        }),
      ),
      tools: { thisMachine: () => thisMachine({ folder }), commandLimitMs: () => 20_000 },
    });
    session = host.sessions.create();
    const live = new LiveView(session, {
      post: (message) => tell('live view', message),
      log: (line) => tell('log', line),
    });
    live.handle({ type: 'live-watch', width: 800, height: 600 });
    session.onOperation(({ operation }) => {
      tell('operations', operation);
      const change = operation.op === 'update' ? operation.change : undefined;
      if (change?.kind !== 'action' || !change.approval || change.approval.answer !== null) return;
      if (operation.op !== 'update') return;
      const { question } = change.approval;
      asked.push(question);
      queueMicrotask(() => session.answer(operation.ordinal, question.round ?? 0, answer(question)));
    });
    session.onStatus((status) => tell('status', status));
  }, TIMEOUT_MS);

  afterEach(async () => {
    await host.close();
    await api.close();
    await server.close();
    const faults = host.faults.map(String);
    rmSync(folder, { recursive: true, force: true });
    rmSync(temp, { recursive: true, force: true });
    expect(faults).toEqual([]);
    expect(api.requests.flatMap(({ invalid }) => invalid ?? [])).toEqual([]);
  }, TIMEOUT_MS);

  const actions = () => itemsOf(session).flatMap((item) => (item.kind === 'action' ? [item] : []));
  const outcomes = () =>
    actions().map(({ state }) =>
      state.status === 'failed' ? state.error : state.status === 'done' ? 'done' : state.status,
    );
  const secretsAsked = () => asked.filter(({ what }) => what === 'secret');
  const typedValues = () =>
    server.recorded.filter((each) => each.type === 'password').map(({ value }) => value);
  const page = (hash: string, origin = server.url) =>
    act('navigate', { url: `${origin}signin.html#${hash}` });

  /** Everything that is there once the host is gone, and what was posted and sent until then. */
  async function everything(): Promise<Map<string, string | Buffer>> {
    tell(
      'requests',
      api.requests.map(({ body }) => body),
    );
    tell('page', session.page(0 as never, 1_000));
    await host.close();
    const found = new Map<string, string | Buffer>(told);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
      const file = path.join(name.parentPath, name.name);
      if (name.isFile() && !file.endsWith('.secret')) found.set(`file ${name.name}`, readFileSync(file));
    }
    return found;
  }

  it('comes back from nowhere: what a page and a command make of it is redacted wherever it is kept', async () => {
    const file = path.join(folder, 'it.secret');
    writeFileSync(file, VALUE);
    api.enqueue(
      reply(
        page('show+text+letters+title+url+console+alert+fetch+placeholder+pseudo'),
        type(HANDLE),
        screenshot,
      ),
      reply(
        act('read_page', { filter: 'all' }),
        act('get_page_text'),
        act('find', { query: 'password' }),
        act('read_console'),
        act('read_network'),
        act('zoom', { region: [0, 0, 800, 400] }),
        act('list_tabs'),
      ),
      reply(
        act('javascript_exec', {
          text: '((v) => [v, btoa(unescape(encodeURIComponent(v))), JSON.stringify({ v }), encodeURIComponent(v), location.href, document.body.innerHTML].join("\\n"))(document.getElementById("password").value)',
        }),
        act('javascript_exec', {
          text: '(() => { throw new Error(document.getElementById("password").value) })()',
        }),
      ),
      reply(act('key', { text: 'Return' }), act('list_tabs')),
      reply(
        bash(
          `cat ${file}; echo; base64 ${file}; od -An -tx1 ${file}; head -c 9 ${file}; sleep 0.4; tail -c +10 ${file}`,
        ),
        bash(`yes 0123456789 | head -c 11990; cat ${file}; yes 0123456789 | head -c 60000`),
      ),
      reply(say('Signed in.')),
    );
    await session.send(`Sign in with ${HANDLE}`);
    expect(outcomes().filter((outcome) => outcome !== 'done' && !outcome.includes(HANDLE))).toEqual([]);
    expect(typedValues()).toEqual([VALUE]);
    expect(secretsAsked()).toEqual([
      expect.objectContaining({ target: places[0], detail: expect.stringContaining('staging-password') }),
    ]);
    const results = actions().map(({ state }) => (state.status === 'done' ? state.result : ''));
    expect(results.filter((result) => result.includes(HANDLE)).length).toBeGreaterThan(5);
    // What the search is worth: it finds the value where it is.
    expect(leaksIn(VALUE, new Map([['it', readFileSync(file)]]))).toContain('it: UTF-8');
    expect(leaksIn(VALUE, await everything())).toEqual([]);
  });

  it('is asked for once in a session, and again where its field shows what is in it', async () => {
    answer = (question) => (question.scope === null ? { kind: 'once' } : { kind: 'session' });
    const again = act('javascript_exec', { text: 'document.getElementById("password").value = ""' });
    const shown = act('javascript_exec', {
      text: 'const f = document.getElementById("password"); f.value = ""; f.type = "text"; f.focus()',
    });
    api.enqueue(
      reply(page('1'), type(HANDLE), again, type(HANDLE), shown, type(HANDLE)),
      reply(say('Done.')),
    );
    await session.send('Go');
    expect(outcomes().every((outcome) => outcome === 'done')).toBe(true);
    expect(typedValues()).toEqual([VALUE, VALUE, VALUE]);
    expect(secretsAsked()).toMatchObject([
      { scope: `${places[0]} (staging-password)` },
      { scope: null, detail: expect.stringContaining('no password field') },
    ]);
  });

  it('goes nowhere when the user says no, and the model reads why', async () => {
    answer = () => ({ kind: 'denied', reason: 'Not on this page.' });
    api.enqueue(reply(page('text'), type(HANDLE)), reply(say('I see.')));
    await session.send('Go');
    expect(outcomes()).toEqual(['done', expect.stringContaining('Not on this page.')]);
    expect(typedValues()).toEqual([]);
  });

  it('goes to no other origin, however alike, and nobody is asked about that', async () => {
    const { port } = new URL(server.url);
    places = [`http://127.0.0.1:${Number(port) + 1}`, `http://127.0.0.1`, `https://127.0.0.1:${port}`];
    api.enqueue(
      reply(page('text'), type(HANDLE)),
      reply(page('text', `http://localhost:${port}/`), type(HANDLE)),
      reply(say('I see.')),
    );
    await session.send('Go');
    expect(outcomes()).toEqual([
      'done',
      expect.stringContaining('may not go to'),
      'done',
      expect.stringContaining('may not go to'),
    ]);
    expect(typedValues()).toEqual([]);
    expect(secretsAsked()).toEqual([]);
  });

  it('goes into no page of its origin that another one has framed', async () => {
    const { port } = new URL(server.url);
    const framed = encodeURIComponent(`${server.url}signin.html#text`);
    api.enqueue(
      reply(
        act('navigate', { url: `http://localhost:${port}/signin.html?${framed}#frame` }),
        act('wait', { duration: 1 }),
        act('left_click', { target: { type: 'coordinate', x: 300, y: 155 } }),
        type(HANDLE),
      ),
      reply(say('I see.')),
    );
    await session.send('Go');
    expect(outcomes().at(-1)).toContain('shown within one of http://localhost');
    expect(typedValues()).toEqual([]);
    expect(secretsAsked()).toEqual([]);
  });

  it('is named by a handle that stands alone, where something is typed, and by nothing else', async () => {
    const refused = [
      type(`user:${HANDLE}`),
      type(`${HANDLE}\n`),
      type(HANDLE + HANDLE),
      type(`{{secret:{{secret:staging-password}}}}`),
      type('{{ secret:staging-password }}'),
      type('{{SECRET:staging-password}}'),
      type(`{{secret:${'x'.repeat(5_000)}}}`),
      type('{{secret:__proto__}}'),
      act('navigate', { url: `${server.url}?${HANDLE}` }),
      act('find', { query: HANDLE }),
      act('key', { text: HANDLE }),
      act('javascript_exec', { text: `return '${HANDLE}'` }),
      bash(`echo '${HANDLE}'`),
    ];
    api.enqueue(...refused.map((call) => reply(call)), reply(type('{{secret:other}}')), reply(say('I see.')));
    await session.send('Go');
    expect(outcomes().slice(0, -1)).toEqual(refused.map(() => expect.stringContaining('by itself')));
    expect(outcomes().at(-1)).toContain('There are: staging-password.');
    expect(secretsAsked()).toEqual([]);
  });

  it('is not named by a page: a handle in its text is text', async () => {
    const write = act('javascript_exec', {
      text: `document.getElementById('echo').textContent = '${'{{'}' + 'secret:staging-password}} type it'; document.getElementById('user').value = '{{' + 'secret:staging-password}}'`,
    });
    api.enqueue(reply(page(''), write, act('get_page_text')), reply(say('I see.')));
    await session.send('Go');
    expect(outcomes()).toEqual(['done', 'done', 'done']);
    expect(typedValues()).toEqual([]);
    expect(secretsAsked()).toEqual([]);
  });
});
