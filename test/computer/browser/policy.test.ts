import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostKind, isPrivateAddress } from '../../../src/base/net/hostRanges.ts';
import { parseUrlPattern } from '../../../src/base/net/urlPattern.ts';
import {
  createUrlPolicy,
  type Decision,
  decide,
  mayShow,
  type RefusalReason,
  resolverRules,
  suspectGlobs,
} from '../../../src/computer/browser/urlPolicy.ts';

const policy = (allowed: string[] = [], blocked: string[] = []) => createUrlPolicy({ allowed, blocked });
const plain = policy();

function outcome(decision: Decision): RefusalReason | 'allowed' {
  return decision.isAllowed ? 'allowed' : decision.reason;
}

describe('without lists', () => {
  test.each([
    'https://example.com/',
    'http://example.com:8080/x?y#z',
    'wss://example.com/socket',
    'https://8.8.8.8/',
    'https://172.15.0.1/',
    'https://172.32.0.1/',
    'https://100.63.0.1/',
    'https://100.128.0.1/',
    'https://11.0.0.1/',
    'https://[2606:4700::1111]/',
    'https://[64:ff9b::8.8.8.8]/',
    'https://10.example.com/',
    'https://192.168.0.1.example.com/',
    'https://internal.example.com/',
    'http://localhost/',
    'http://LOCALHOST:3000/',
    'http://localhost.:3000/',
    'http://app.localhost:5173/',
    'http://127.0.0.1:8080/',
    'http://[::1]:9000/',
    'ws://localhost:3000/hmr',
    'data:image/png;base64,AAAA',
    'blob:https://example.com/3f1c',
    'about:blank',
    'about:srcdoc',
  ])('%s is loaded', (url) => {
    expect(outcome(decide(plain, url))).toBe('allowed');
  });

  test.each([
    'http://10.0.0.1/',
    'http://10.255.255.255:8080/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://100.100.100.200/latest/meta-data/', // Alibaba
    'http://169.254.169.254/latest/meta-data/', // AWS, Azure, Google
    'http://169.254.170.2/v2/credentials', // ECS
    'http://192.0.0.192/', // Oracle
    'http://168.63.129.16/', // Azure
    'http://[fd00:ec2::254]/', // AWS
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://METADATA.google.internal./',
    'http://metadata/',
    'http://instance-data/latest/',
    'http://host.docker.internal:2375/',
    'http://printer.local/',
    'http://router.lan/',
    'http://nas.home.arpa/',
    'http://intranet/',
    'http://0.0.0.0:3000/',
    'http://0/',
    'http://[::]/',
    'http://127.0.0.2/',
    'http://127.1.1.1:8080/',
    'http://2852039166/', // 169.254.169.254 in decimal
    'http://0xa9fea9fe/', // in hexadecimal
    'http://0251.0376.0251.0376/', // in octal
    'http://0xa9.254.0251.254/', // mixed
    'http://169.254.43518/', // of three parts
    'http://192.168.257/',
    'http://10.1/',
    'http://167772161/', // 10.0.0.1
    'http://012.0.0.1/',
    'http://10.0.0.1./',
    'http://１０.0.0.1/', // full-width digits
    'http://10。0。0。1/', // ideographic full stops
    'http://①⓪.0.0.1/', // enclosed digits
    'http://%31%30.0.0.1/',
    'http://user:password@10.0.0.1/',
    'http://example.com@10.0.0.1/',
    'http:\\\\10.0.0.1\\x',
    'http:10.0.0.1/',
    ' http://10.0.0.1/',
    'ht\ntp://10.0.\t0.1/',
    'ws://10.0.0.1/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[0:0:0:0:0:ffff:7f00:1]/',
    'http://[::10.0.0.1]/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:a00:1::]/', // 6to4 of 10.0.0.1
    'http://[fc00::1]/',
    'http://[fdff::1]/',
    'http://[fe80::1]/',
    'http://[febf::1]/',
    'http://[ff02::1]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('%s is in a private network', (url) => {
    expect(outcome(decide(plain, url))).toBe('private');
  });

  test.each([
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    'javascript:alert(1)',
    'view-source:https://example.com/',
    'chrome://version/',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop/x.html',
    'devtools://devtools/bundled/inspector.html',
    'ftp://example.com/',
    'filesystem:https://example.com/temporary/x',
    'not an address',
    'http://[::1',
    'http://256.256.256.256/',
    '',
  ])('%j is not of the web', (url) => {
    expect(outcome(decide(plain, url))).toBe('scheme');
  });

  test.each([
    ['about:blank', true],
    ['', true],
    ['https://example.com/', true],
    ['chrome-error://chromewebdata/', true],
    ['blob:https://example.com/1', true],
    ['file:///etc/passwd', false],
    ['data:text/html,hello', false],
    ['javascript:void 0', false],
    ['view-source:https://example.com/', false],
    ['chrome://settings/', false],
    ['chrome://newtab/', false],
    ['devtools://devtools/x', false],
    ['about:srcdoc', false],
    ['about:blankety', false],
    ['http://10.0.0.1/', false],
  ])('a tab may show %j: %j', (url, expected) => {
    expect(mayShow(plain, url)).toBe(expected);
  });
});

describe('with lists', () => {
  test.each<[string[], string[], string, RefusalReason | 'allowed']>([
    // An allow list is exclusive; this machine is there still.
    [['*.example.com'], [], 'https://example.com/', 'allowed'],
    [['*.example.com'], [], 'https://a.b.example.com:8443/x', 'allowed'],
    [['*.example.com'], [], 'https://badexample.com/', 'not-listed'],
    [['*.example.com'], [], 'https://example.com.evil.test/', 'not-listed'],
    [['*.example.com'], [], 'https://evil.test/?https://example.com/', 'not-listed'],
    [['*.example.com'], [], 'https://example.com@evil.test/', 'not-listed'],
    [['*.example.com'], [], 'http://localhost:3000/', 'allowed'],
    [['*.example.com'], [], 'http://10.0.0.1/', 'private'],
    [['example.com'], [], 'https://www.example.com/', 'not-listed'],
    [['https://example.com'], [], 'http://example.com/', 'not-listed'],
    [['https://example.com'], [], 'wss://example.com/', 'allowed'],
    [['example.com:8080'], [], 'http://example.com:8080/', 'allowed'],
    [['example.com:8080'], [], 'http://example.com/', 'not-listed'],
    [['example.com:443'], [], 'https://example.com/', 'allowed'],
    [['https://example.com/docs/*'], [], 'https://example.com/docs/a/b?c', 'allowed'],
    [['https://example.com/docs/*'], [], 'https://example.com/docs', 'not-listed'],
    [['https://example.com/docs/*'], [], 'https://example.com/docs/../admin', 'not-listed'],
    [['https://example.com/docs/*'], [], 'https://example.com/docs/%2e%2e/admin', 'not-listed'],
    [['https://example.com/docs/*'], [], 'https://example.com/docs/..%2fadmin', 'not-listed'],
    [['bücher.example'], [], 'https://xn--bcher-kva.example/', 'allowed'],
    [['*.bücher.example'], [], 'https://www.xn--bcher-kva.example/', 'allowed'],
    [['nonsense here'], [], 'https://example.com/', 'not-listed'],
    // Private addresses are opened by their names only.
    [['*', '192.168.1.5'], [], 'http://192.168.1.5:8080/', 'allowed'],
    [['*', '192.168.1.5'], [], 'http://192.168.1.6/', 'private'],
    [['*', '192.168.1.*'], [], 'http://192.168.1.77/', 'allowed'],
    [['*', '192.168.1.*'], [], 'http://192.168.2.77/', 'private'],
    [['*'], [], 'http://169.254.169.254/', 'private'],
    [['*'], [], 'https://example.com/', 'allowed'],
    [['https://*'], [], 'http://example.com/', 'not-listed'],
    [['*', '*.internal'], [], 'http://wiki.internal/', 'allowed'],
    [['*', '[fd00::5]'], [], 'http://[fd00:0:0::5]/', 'allowed'],
    [['*', '0xa000001'], [], 'http://10.0.0.1/', 'allowed'],
    // What is blocked is blocked.
    [[], ['*.ads.test'], 'https://x.ads.test/', 'blocked'],
    [[], ['*.ads.test'], 'https://ADS.test./', 'blocked'],
    [['*.ads.test'], ['*.ads.test'], 'https://x.ads.test/', 'blocked'],
    [[], ['localhost:2375'], 'http://localhost:2375/', 'blocked'],
    [[], ['localhost:2375'], 'http://localhost:3000/', 'allowed'],
    [[], ['https://example.com/admin*'], 'https://example.com/admin/users', 'blocked'],
    [[], ['https://example.com/admin*'], 'https://example.com/%61dmin', 'blocked'],
    [[], ['https://example.com/admin*'], 'https://example.com/%61dmin/%ff', 'blocked'],
    [[], ['https://example.com/admin*'], 'https://example.com/%2561dmin', 'blocked'],
    [[], ['https://example.com/admin*'], 'https://example.com/x/..%2Fadmin', 'blocked'],
    [[], ['https://example.com/admin*'], 'https://example.com/', 'allowed'],
    [[], ['https://example.com/'], 'https://example.com/x', 'blocked'],
    [[], ['example.com/a?b=*'], 'https://example.com/a?b=c', 'blocked'],
    [[], ['ws://example.com'], 'http://example.com/', 'blocked'],
  ])('allowed %j, blocked %j: %s is %s', (allowed, blocked, url, expected) => {
    expect(outcome(decide(policy(allowed, blocked), url))).toBe(expected);
  });

  test.each([
    '',
    'a b',
    'ftp://example.com',
    'https://',
    '/path',
    'user@host',
    '[::1',
    'a:b',
    `${'*'.repeat(11)}.com`,
  ])('%j is no entry', (text) => expect(parseUrlPattern(text)).toBeUndefined());

  test('entries that are not understood are named', () => {
    expect(policy(['a b', 'example.com', ' '], ['file:///x']).invalid).toEqual(['a b', 'file:///x']);
  });
});

/** As CDP's `Fetch.RequestPattern` does: `*` and `?`. */
function globMatches(glob: string, url: string): boolean {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(url);
}

describe('in general', () => {
  const ipv4 = fc.ipV4();
  const ipv6 = fc.ipV6();
  const labels = fc.constantFrom('a', 'ads', 'example', 'test', 'internal', 'local', 'xn--bcher-kva', '10');
  const name = fc.array(labels, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.'));
  const host = fc.oneof(
    ipv4,
    ipv6.map((address) => `[${address}]`),
    name,
  );
  const urls = fc
    .tuple(fc.constantFrom('http', 'https'), fc.constantFrom('', 'me@', 'a:b@'), host, fc.webPath())
    .map(([scheme, credentials, at, path]) => URL.parse(`${scheme}://${credentials}${at}/${path}`)?.href)
    .filter((url) => url !== undefined);
  const entries = fc.array(
    fc.oneof(
      name,
      name.map((at) => `*.${at}`),
      ipv4,
      fc.constantFrom('192.168.*', '*.test', 'https://*.example'),
    ),
    { maxLength: 3 },
  );

  test('whatever is refused is asked about', () => {
    fc.assert(
      fc.property(urls, entries, entries, (url, allowed, blocked) => {
        const lists = policy(allowed, blocked);
        const asked = suspectGlobs(lists).some((glob) => globMatches(glob, url));
        return decide(lists, url).isAllowed || asked;
      }),
      { numRuns: 2_000 },
    );
  });

  test('an IPv4 address is judged the same in every spelling, and within IPv6', () => {
    const spell = (bytes: number[]) => {
      const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
      const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
      return [
        bytes.join('.'),
        String(number),
        `0x${number.toString(16)}`,
        bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
        bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
        `[64:ff9b::${hex[0]}${hex[1]}:${hex[2]}${hex[3]}]`,
      ];
    };
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0, 10, 100, 169, 172, 192, 168, 254),
    );
    fc.assert(
      fc.property(fc.array(byte, { minLength: 4, maxLength: 4 }), (bytes) => {
        const isPrivate = isPrivateAddress(bytes.join('.'));
        for (const spelling of spell(bytes)) {
          const kind = hostKind(new URL(`http://${spelling}/`).hostname);
          if (kind === 'loopback') continue;
          expect(kind, spelling).toBe(isPrivate ? 'private' : 'public');
        }
        const mapped = hostKind(new URL(`http://[::ffff:${bytes.join('.')}]/`).hostname);
        expect(mapped).toBe('private');
      }),
      { numRuns: 1_000 },
    );
  });

  test('nothing written makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (url, allowed, blocked) => {
        const lists = policy([allowed], [blocked]);
        decide(lists, url);
        decide(lists, `https://${url}`);
        mayShow(lists, url);
        suspectGlobs(lists);
        resolverRules(lists);
      }),
      { numRuns: 2_000 },
    );
  });

  test('an entry of many stars is answered, where trying all its matches would not end', () => {
    const lists = policy([], [`*a*a*a*a*a*a*a*a*a.com/${'a'.repeat(100)}`]);
    expect(decide(lists, `https://${'a'.repeat(240)}.test/${'a'.repeat(50_000)}`).isAllowed).toBe(true);
  });
});

test('the resolver gets names with a final dot as well', () => {
  const rules = resolverRules(policy([], ['ads.test'])).split(',');
  expect(rules).toEqual(
    expect.arrayContaining([
      'MAP ads.test ~NOTFOUND',
      'MAP ads.test. ~NOTFOUND',
      'MAP localhost localhost',
      'MAP localhost. localhost',
    ]),
  );
});
