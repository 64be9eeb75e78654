import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusedBy, socketScript } from '../../../src/computer/browser/socketScript.ts';
import { createUrlPolicy, decide, resolverRules } from '../../../src/computer/browser/urlPolicy.ts';

/** A page of `http://page.test/`, with as much of a browser as the script needs. */
const REALM = `
globalThis.asked = [];
globalThis.WebSocket = class { constructor(url) { asked.push(url); } };
globalThis.SharedWorker = class { constructor(url, options) { this.name = options.name; } };
globalThis.location = { href: 'http://page.test/' };
`;

interface Page {
  run(code: string): unknown;
  /** The address that the browser is asked for when a page asks for `url`. */
  ask(url: string): string | undefined;
}

function pageWith(allowed: string[], blocked: string[], workerMark?: string): Page {
  const policy = createUrlPolicy({ allowed, blocked });
  const context = vm.createContext({ URL, DOMException, encodeURIComponent });
  const run = (code: string): unknown => vm.runInContext(code, context);
  run(REALM);
  run(socketScript({ policy, workerMark }));
  return {
    run,
    ask(url) {
      return String(run(`asked.length = 0; new WebSocket(${JSON.stringify(url)}); asked[0]`));
    },
  };
}

describe('a page', () => {
  test.each<[string[], string[], string, boolean]>([
    [[], [], 'ws://example.com/', true],
    [[], [], 'wss://8.8.8.8/', true],
    [[], [], 'wss://[2606:4700::1111]/', true],
    [[], [], 'ws://localhost:3000/', true],
    [[], [], 'ws://app.localhost:3000/', true],
    [[], [], 'ws://127.0.0.1:3000/', true],
    [[], [], 'ws://[::1]:3000/', true],
    [[], [], 'ws://10.0.0.1/', false],
    [[], [], 'ws://0xa000001/', false],
    [[], [], 'ws://printer.local/', false],
    [[], [], 'ws://[fd00::1]/', false],
    [[], [], 'ws://[::ffff:10.0.0.1]/', false],
    [[], ['localhost:9999'], 'ws://localhost:9999/', false],
    [[], ['localhost:9999'], 'ws://localhost.:9999/', false],
    [[], ['localhost:9999'], 'ws://localhost:9998/', true],
    [[], ['ws://localhost:9999'], 'ws://localhost:9999/', false],
    [[], ['ws://localhost:9999'], 'wss://localhost:9999/', true],
    [[], ['https://example.com'], 'wss://example.com/', false],
    [[], ['example.com:443'], 'wss://example.com/', false],
    [[], ['example.com/admin*'], 'wss://example.com/admin/x?y', false],
    [[], ['example.com/admin*'], 'wss://example.com/%61dmin', false],
    [[], ['example.com/admin*'], 'wss://example.com/open?%61dmin', true],
    [['*.example.com'], [], 'wss://a.example.com/', true],
    [['*.example.com'], [], 'wss://example.org/', false],
    [['*.example.com:8443'], [], 'wss://a.example.com/', false],
    [['*.corp.test'], ['db.corp.test'], 'wss://db.corp.test/', false],
    [['*', '192.168.1.*'], [], 'ws://192.168.1.7/', true],
  ])('allowed %j, blocked %j: gets a socket to %s: %j', (allowed, blocked, url, expected) => {
    const asked = pageWith(allowed, blocked).ask(url) ?? '';
    expect(refusedBy(asked)).toBe(expected ? undefined : new URL(url).href);
  });

  test('gets no socket that the policy refuses', () => {
    const label = fc.constantFrom('a', 'ads', 'example', 'test', 'internal', 'local', 'localhost', '10');
    const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    const host = fc.oneof(
      fc.ipV4(),
      fc.constantFrom('127.0.0.1', '169.254.169.254', '172.20.1.1', '100.100.0.1', '255.0.0.1'),
      fc.ipV6().map((address) => `[${address}]`),
      name,
    );
    const port = fc.constantFrom('', ':80', ':443', ':9999');
    const path = fc.constantFrom(
      '/',
      '/admin',
      '/%61dmin',
      '/docs/../admin',
      '/a?b=c',
      '/docs/x?q=%20',
      '//admin',
    );
    const urls = fc
      .tuple(fc.constantFrom('ws', 'wss', 'http', 'https'), host, port, path)
      .map(([scheme, at, to, rest]) => URL.parse(`${scheme}://${at}${to}${rest}`)?.href)
      .filter((url) => url !== undefined);
    const entry = fc
      .tuple(
        fc.constantFrom('', '', 'http://', 'wss://', '*://'),
        fc.oneof(
          host,
          name.map((at) => `*.${at}`),
          fc.constantFrom('*', '1*', '*a*'),
        ),
        fc.constantFrom('', '', ':9999', ':80'),
        fc.constantFrom('', '', '/admin*', '/a?b=*', '/docs/*'),
      )
      .map((parts) => parts.join(''));
    const entries = fc.array(entry, { maxLength: 2 });
    fc.assert(
      fc.property(
        entries,
        entries,
        fc.array(urls, { minLength: 5, maxLength: 5 }),
        (allowed, blocked, some) => {
          const page = pageWith(allowed, blocked);
          const policy = createUrlPolicy({ allowed, blocked });
          for (const url of some) {
            const isRefused = refusedBy(page.ask(url) ?? '') !== undefined;
            if (!decide(policy, url).isAllowed) expect(isRefused, url).toBe(true);
            else if (!/\[|%/.test(url)) expect(isRefused, url).toBe(false);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('gets none but our own where no entry of the allowed ones is understood', () => {
    const page = pageWith(['a.10'], []);
    expect(refusedBy(page.ask('ws://example.com/') ?? '')).toBe('ws://example.com/');
    expect(refusedBy(page.ask('ws://localhost:9999/') ?? '')).toBeUndefined();
  });

  test('does not get at what it has been kept from', () => {
    const page = pageWith([], []);
    const refused = (code: string) => expect(refusedBy(String(page.run(code))), code).toBe('ws://10.0.0.1/');
    const ask = `asked.length = 0; new WebSocket('ws://10.0.0.1/'); asked[0]`;
    refused(`new (WebSocket.prototype.constructor)('ws://10.0.0.1/'); asked[0]`);
    refused(`asked.length = 0; new (class extends WebSocket {})('ws://10.0.0.1/'); asked[0]`);
    refused(`asked.length = 0; Reflect.construct(WebSocket, ['ws://10.0.0.1/'], Array); asked[0]`);
    refused(
      `asked.length = 0; let turn = 0;
       new WebSocket({ toString: () => turn++ === 0 ? 'ws://10.0.0.1/' : 'ws://10.0.0.2/' }); asked[0]`,
    );
    refused(`Object.prototype.get = (target) => { globalThis.leaked = target; }; ${ask}`);
    expect(page.run(`WebSocket.x; delete Object.prototype.get; typeof globalThis.leaked`)).toBe('undefined');
    refused(
      `RegExp.prototype.exec = RegExp.prototype.test = () => null; Function.prototype.call = () => null;
       Array.prototype[Symbol.iterator] = function* () {}; String = () => 'ws://example.com/'; ${ask}`,
    );
    refused(`globalThis.URL = null; globalThis.encodeURIComponent = null; ${ask}`);
  });

  test('names its shared workers so that they are known, whatever it does', () => {
    const page = pageWith([], [], 'mark ');
    for (const [given, name] of [
      [`'/w.js'`, 'mark '],
      [`'/w.js', 'x'`, 'mark x'],
      [`'/w.js', { name: 'y' }`, 'mark y'],
      [`'/w.js', null`, 'mark '],
    ])
      expect(page.run(`new SharedWorker(${given}).name`), given).toBe(name);
    page.run(`Object.defineProperty(Array.prototype, '1', { set() {}, get: () => ({ name: 'unmarked' }) })`);
    expect(page.run(`new SharedWorker('/w.js').name`)).toBe('mark ');
  });
});

test('an entry with a port counts before the machine’s own hosts and those that the user opened', () => {
  const rules = (allowed: string[], blocked: string[]) =>
    resolverRules(createUrlPolicy({ allowed, blocked })).split(',');
  const before = (list: string[], first: string, second: string) => {
    expect(list).toEqual(expect.arrayContaining([first, second]));
    expect(list.indexOf(first)).toBeLessThan(list.indexOf(second));
  };
  const own = rules([], ['localhost:9999', '[::1]:9999']);
  before(own, 'MAP localhost:9999 ~NOTFOUND', 'MAP localhost localhost');
  before(own, 'MAP localhost.:9999 ~NOTFOUND', 'MAP localhost. localhost');
  before(own, 'MAP 127.0.0.1 127.0.0.1', 'MAP 127.*.*.* ~NOTFOUND');
  before(own, 'MAP [::1]:9999 ~NOTFOUND', 'MAP ::1 [::1]');
  before(own, 'MAP ::1 [::1]', 'MAP [::* ~NOTFOUND');
  expect(own.filter((rule) => rule.startsWith('EXCLUDE'))).toEqual([]);
  before(rules(['10.0.0.5'], ['10.0.0.5:22']), 'MAP 10.0.0.5:22 ~NOTFOUND', 'MAP 10.0.0.5 10.0.0.5');
  expect(rules(['a.test:8080'], [])).toEqual(
    expect.arrayContaining(['MAP a.test:8080 a.test', 'MAP * ~NOTFOUND']),
  );
});
