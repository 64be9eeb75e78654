/** Commands in sandboxes that look for a way out over the network: that of this machine, and that of a virtual desktop. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { obstacle, run, SECRET, sandboxed, useShells, useStage } from './sandboxStage.ts';

const stage = useStage();
const shells = useShells(stage, 'desktop');

describe.skipIf(obstacle !== undefined)('a network with a list', () => {
  const asked: string[] = [];
  let tool: BashTool;

  beforeAll(() => {
    const lookUp = async (name: string) => {
      asked.push(name);
      if (name === 'localhost') return ['127.0.0.1'];
      if (name === 'rebound.test') return ['127.0.0.1', '169.254.169.254'];
      throw new Error('No such name.');
    };
    const hosts = [`localhost:${stage.port}`, `rebound.test:${stage.port}`, '*.allowed.test', '*'];
    tool = new BashTool({ place: sandboxed(stage, 'read', { lookUp }, hosts), limitMs: () => 30_000 });
  });
  afterAll(() => tool.close());

  const curl = (url: string, more = '') => `curl -sS -m 10 --noproxy '' ${more} ${url}`;

  test('reaches what is listed, also through a tunnel', async () => {
    expect(await run(tool, `curl -sS http://localhost:${stage.port}/`)).toContain(SECRET);
    expect(await run(tool, curl(`http://localhost:${stage.port}/`))).toContain(SECRET);
    expect(await run(tool, curl(`http://localhost:${stage.port}/`, '--proxytunnel'))).toContain(SECRET);
  });

  test.each([
    [
      'the metadata service of clouds',
      'http://169.254.169.254/latest/',
      /refused 169\.254\.169\.254: hosts of private/,
    ],
    ['it written otherwise', 'http://0xa9fea9fe/', /refused .*: hosts of private/],
    ['the loopback by its address', () => `http://127.0.0.1:${stage.port}/`, /refused 127\.0\.0\.1/],
    [
      'other ports of a listed host',
      'http://localhost:1/',
      /refused localhost:1: (this port|hosts of private)/,
    ],
    ['private networks', 'http://10.0.0.1/', /refused 10\.0\.0\.1: hosts of private/],
    [
      'a public name that leads to the loopback',
      () => `http://rebound.test:${stage.port}/`,
      /leads to a private address/,
    ],
    [
      'a port that is not of the web',
      'http://any.allowed.test:22/',
      /refused any\.allowed\.test:22: this port/,
    ],
  ])('refuses %s, and says so to the program and the model', async (_what, url, told) => {
    const address = typeof url === 'string' ? url : url();
    const text = await run(tool, curl(address));
    expect(text).not.toContain(SECRET);
    expect(text.split('\n[')[0]).toMatch(told);
    expect(text).toMatch(/\n\[The network of the sandbox refused /);
    expect(await run(tool, curl(address, '--proxytunnel'))).toMatch(
      /response 403[\s\S]*\n\[The network of the sandbox refused /,
    );
  });

  test('goes by the address, whatever host the request names besides', async () => {
    await run(tool, curl('http://unknown.allowed.test/', `-H 'Host: localhost:${stage.port}'`));
    expect(asked.at(-1)).toBe('unknown.allowed.test');
  });

  test('does not even look up what is not listed', async () => {
    const strict = new BashTool({
      place: sandboxed(
        stage,
        'read',
        {
          lookUp: async (name) => {
            asked.push(name);
            return [];
          },
        },
        ['allowed.test'],
      ),
      limitMs: () => 30_000,
    });
    const text = await run(
      strict,
      `${curl('http://stolen.evil.test/')}; getent hosts stolen.evil.test || echo no name`,
    );
    expect(text).toMatch(/refused stolen\.evil\.test[\s\S]*no name/);
    expect(asked.filter((name) => name.includes('evil'))).toEqual([]);
    await strict.close();
  });

  test('has no other way than the proxy', async () => {
    const text = await run(
      tool,
      `curl -sS -m 5 --noproxy '*' http://127.0.0.1:${stage.port}/; curl -sS -m 5 --noproxy '*' http://192.0.2.1/`,
    );
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/Failed to connect|Couldn't connect/);
  });
});

describe.skipIf(obstacle !== undefined)("a desktop's web", () => {
  const ATTACKS: readonly (readonly [string, string | (() => string), RegExp])[] = [
    ['the metadata service of clouds', 'http://169.254.169.254/latest/meta-data/', /hosts of private/],
    ['it written otherwise', 'http://0xa9fea9fe/', /hosts of private/],
    ['it as an address of IPv6', 'http://[::ffff:169.254.169.254]/', /hosts of private/],
    ['it by the name of a cloud', 'http://metadata.google.internal/', /hosts of private/],
    ['a server on the loopback', () => `http://127.0.0.1:${stage.port}/`, /refused 127\.0\.0\.1/],
    ['a server on the loopback by a name', () => `http://localhost:${stage.port}/`, /refused localhost/],
    ['the loopback at a port of the web', 'http://127.0.0.1/', /hosts of private/],
    ['the loopback of IPv6', 'http://[::1]/', /hosts of private/],
    ['private networks', 'http://10.0.0.1/', /hosts of private/],
    ['the network at home', 'http://192.168.1.1/', /hosts of private/],
    ['a public name that leads to the loopback', 'http://rebound.example.com/', /leads to a private address/],
    ['other ports of public hosts', 'http://www.example.com:25/', /this port/],
  ];

  test.each(ATTACKS)('refuses %s, and says so to the program and the model', async (_what, url, told) => {
    const address = typeof url === 'string' ? url : url();
    const text = await run(shells.desktop, `curl -gsS -m 10 --noproxy '' '${address}'`);
    expect(text).not.toContain(SECRET);
    expect(text.split('\n[')[0]).toMatch(told);
    expect(text).toMatch(/\n\[The network of the sandbox refused /);
    expect(await run(shells.desktop, `curl -gsS -m 10 --noproxy '' --proxytunnel '${address}'`)).toMatch(
      /response 403[\s\S]*\n\[The network of the sandbox refused /,
    );
  });

  test('has no other way, past the proxy or for names', async () => {
    const text = await run(
      shells.desktop,
      `curl -sS -m 5 --noproxy '*' http://127.0.0.1:${stage.port}/; curl -sS -m 5 --noproxy '*' http://192.0.2.1/;
       getent hosts stolen.example.com || echo no name; ls /sys/class/net 2>/dev/null; grep -v lo: /proc/net/dev | wc -l`,
    );
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/(Failed|Couldn't) [\s\S]*(Failed|Couldn't) [\s\S]*no name\n2$/);
  });

  test.each([
    ['the metadata service', 'http://169.254.169.254/', /The network of the sandbox refused/],
    ['a public name that leads there', 'http://rebound.example.com/', /The network of the sandbox refused/],
    // Browsers take no proxy for it: it is the desktop's own.
    ['a server on the loopback', () => `http://127.0.0.1:${stage.port}/`, /nothing came/],
  ])(
    'refuses its browser %s',
    async (_what, url, told) => {
      const address = typeof url === 'string' ? url : url();
      const inside = await run(
        shells.desktop,
        `timeout 40 chromium --headless --no-sandbox --dump-dom '${address}' 2>&1 | grep -v ERROR: || echo nothing came`,
      );
      expect(inside).not.toContain(SECRET);
      expect(inside).toMatch(told);
    },
    60_000,
  );
});
