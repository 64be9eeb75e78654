import { describe, expect, test } from 'vitest';
import { createHostPolicy, decideHost, mayDial } from '../../../src/base/net/hostPolicy.ts';

const decided = (entries: readonly string[], host: string, port = 443) => {
  const decision = decideHost(createHostPolicy(entries), host, port);
  return decision.isAllowed ? 'allowed' : decision.reason;
};

test('nothing is allowed where nothing is listed', () => {
  expect(decided([], 'example.com')).toBe('not-listed');
});

test.each([
  ['example.com', 'example.com', 443, 'allowed'],
  ['example.com', 'EXAMPLE.com.', 80, 'allowed'],
  ['example.com', 'sub.example.com', 443, 'not-listed'],
  ['example.com', 'example.com.evil.test', 443, 'not-listed'],
  ['example.com', 'notexample.com', 443, 'not-listed'],
  ['example.com', 'example.com', 22, 'port'],
  ['example.com:22', 'example.com', 22, 'allowed'],
  ['example.com:22', 'example.com', 443, 'port'],
  ['example.com:*', 'example.com', 9999, 'allowed'],
  ['*.example.com', 'a.b.example.com', 443, 'allowed'],
  ['*.example.com', 'example.com', 443, 'allowed'],
  ['*', 'anything.test', 443, 'allowed'],
  ['*', 'anything.test', 25, 'port'],
])('%s: %s:%d is %s', (entry, host, port, expected) => {
  expect(decided([entry], host, port)).toBe(expected);
});

test.each([
  ...[
    '127.0.0.1',
    '::1',
    'localhost',
    'a.localhost',
    '10.1.2.3',
    '192.168.0.1',
    '172.16.0.1',
    '169.254.169.254',
  ],
  ...[
    '0x7f000001',
    '2130706433',
    '::ffff:127.0.0.1',
    'fd00:ec2::254',
    'metadata.google.internal',
    'router',
    '0.0.0.0',
  ],
])('no glob opens %s', (host) => {
  expect(decided(['*', '*.*', '*.internal', '*.localhost'], host)).toBe('private');
});

test('what is private is reached by its own name only', () => {
  expect(decided(['localhost:3000'], 'localhost', 3000)).toBe('allowed');
  expect(decided(['localhost:3000'], '127.0.0.1', 3000)).toBe('not-listed');
  expect(decided(['localhost:3000'], 'localhost', 80)).toBe('port');
  expect(decided(['10.0.0.5'], '10.0.0.5')).toBe('allowed');
  expect(decided(['10.0.0.5'], '10.0.0.6')).toBe('not-listed');
});

test.each(['https://example.com', 'example.com/path', 'a b', 'user@example.com', '[', ''])(
  'an entry that is none opens nothing and is told: %j',
  (entry) => {
    const { entries, invalid } = createHostPolicy([entry]);
    expect(entries).toEqual([]);
    expect(invalid).toEqual(entry === '' ? [] : [entry]);
  },
);

test.each([
  'example.com/x',
  'example.com?x',
  'user@example.com',
  'example.com#',
  'exa mple.com',
  '',
  'a:b@example.com',
])('a host that is none is not listed: %j', (host) =>
  expect(decided(['example.com', '*'], host)).toBe('not-listed'),
);

describe('where a name leads', () => {
  const may = (entries: readonly string[], host: string, address: string, port = 443) => {
    const policy = createHostPolicy(entries);
    const decision = decideHost(policy, host, port);
    if (!decision.isAllowed) throw new Error(decision.reason);
    return mayDial(policy, decision, address, port, new Set(['203.0.113.7']));
  };

  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fe80::1', '203.0.113.7'])(
    'a public name does not lead to %s',
    (address) => {
      expect(may(['example.com'], 'example.com', address)).toBe(false);
      expect(may(['*'], 'example.com', address)).toBe(false);
    },
  );

  test('it does where the address is allowed as well', () => {
    expect(may(['corp.example.com', '10.0.0.1'], 'corp.example.com', '10.0.0.1')).toBe(true);
    expect(may(['corp.example.com', '10.0.0.1:81'], 'corp.example.com', '10.0.0.1')).toBe(false);
  });

  test('a private name leads to private addresses, though not to those of metadata services', () => {
    expect(may(['db.internal'], 'db.internal', '10.0.0.9')).toBe(true);
    expect(may(['db.internal'], 'db.internal', '169.254.169.254')).toBe(false);
  });

  test('a public address of this machine itself is for those only who list it', () => {
    expect(may(['*'], '203.0.113.7', '203.0.113.7')).toBe(false);
    expect(may(['*'], 'example.com', '::ffff:203.0.113.7')).toBe(false);
    expect(may(['*', '203.0.113.7'], '203.0.113.7', '203.0.113.7')).toBe(true);
  });

  test('public addresses are', () => {
    expect(may(['example.com'], 'example.com', '93.184.216.34')).toBe(true);
    expect(may(['*'], '93.184.216.34', '93.184.216.34')).toBe(true);
  });
});
