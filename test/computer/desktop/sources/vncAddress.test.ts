import { expect, test } from 'vitest';
import { sshArguments } from '../../../../src/computer/desktop/sources/ssh.ts';
import { isLoopback, parseVncAddress } from '../../../../src/computer/desktop/sources/vncAddress.ts';

test.each([
  ['vnc://host', { kind: 'tcp', username: undefined, host: 'host', port: 5900 }],
  ['host', { kind: 'tcp', username: undefined, host: 'host', port: 5900 }],
  ['host:1', { kind: 'tcp', username: undefined, host: 'host', port: 5901 }],
  ['VNC://host:5/', { kind: 'tcp', username: undefined, host: 'host', port: 5905 }],
  [' vnc://10.0.0.7:5999 ', { kind: 'tcp', username: undefined, host: '10.0.0.7', port: 5999 }],
  ['vnc://[2001:db8::1]:5901', { kind: 'tcp', username: undefined, host: '2001:db8::1', port: 5901 }],
  ['vnc://[::1]', { kind: 'tcp', username: undefined, host: '::1', port: 5900 }],
  ['vnc://Ann%20Lee@mac.local', { kind: 'tcp', username: 'Ann Lee', host: 'mac.local', port: 5900 }],
  ['vnc+unix:///run/a%20b/rfb.sock', { kind: 'unix', path: '/run/a b/rfb.sock' }],
  ['vnc+unix:///run/a@b:c', { kind: 'unix', path: '/run/a@b:c' }],
  ['vnc+unix://Ann%20Lee@/run/rfb.sock', { kind: 'unix', path: '/run/rfb.sock', username: 'Ann Lee' }],
  [
    'vnc+ssh://ann@gate/Bob%40home@inner:1',
    {
      kind: 'ssh',
      ssh: { host: 'gate', port: undefined, username: 'ann' },
      username: 'Bob@home',
      host: 'inner',
      port: 5901,
    },
  ],
  [
    'vnc+ssh://gate/bob@',
    {
      kind: 'ssh',
      ssh: { host: 'gate', port: undefined, username: undefined },
      username: 'bob',
      host: 'localhost',
      port: 5900,
    },
  ],
  [
    'vnc+ssh://ann@gate:2222/inner:1',
    { kind: 'ssh', ssh: { host: 'gate', port: 2222, username: 'ann' }, host: 'inner', port: 5901 },
  ],
  [
    'vnc+ssh://my_alias',
    {
      kind: 'ssh',
      ssh: { host: 'my_alias', port: undefined, username: undefined },
      host: 'localhost',
      port: 5900,
    },
  ],
  [
    'vnc+ssh://[fe80::2]:22/[::1]:5902',
    { kind: 'ssh', ssh: { host: 'fe80::2', port: 22, username: undefined }, host: '::1', port: 5902 },
  ],
])('%s is read', (text, address) => {
  expect(parseVncAddress(text)).toEqual(address);
});

test.each([
  '',
  'vnc://',
  'vnc://-oProxyCommand=touch /tmp/x',
  'vnc://-oProxyCommand=x',
  'vnc+ssh://-oProxyCommand=x',
  'vnc+ssh://-oProxyCommand=x@host',
  'vnc+ssh://ann@-host',
  'vnc+ssh://host/-inner',
  'vnc+ssh://host/inner/more',
  'vnc+ssh://ann:secret@host',
  'vnc+ssh://host/ann:secret@inner',
  'vnc+ssh://host/@inner',
  'vnc+unix://ann:secret@/path',
  'vnc+unix://@/path',
  'vnc+unix://ann@path',
  'vnc://ann:secret@host',
  'vnc://ann%3Asecret@host',
  'vnc://host?VncPassword=secret',
  'vnc://host:5900/path',
  'vnc://ho st',
  'vnc://ho\nst',
  'vnc://host:0x10',
  'vnc://host:65536',
  'vnc://host:-1',
  'vnc://host:5900:1',
  'vnc://2001:db8::1',
  'vnc://[2001:db8::1',
  'vnc://[fe80::1%eth0]',
  'vnc://%68ost',
  'vnc://$(id)',
  'vnc://host;id',
  'http://host',
  'file:///etc/passwd',
  'vnc+unix://relative',
  'vnc+unix:///a%00b',
  'vnc+unix:///%zz',
  `vnc://${'a'.repeat(254)}`,
  'x'.repeat(5_000),
])('%s is refused', (text) => {
  const address = parseVncAddress(text);
  expect(address.kind).toBe('invalid');
  expect(address.kind === 'invalid' && address.reason).toMatch(/^.{5,1300}\.$/s);
});

test('no port from 100 on is a display', () => {
  expect(parseVncAddress('host:99')).toMatchObject({ port: 5999 });
  expect(parseVncAddress('host:100')).toMatchObject({ port: 100 });
  expect(parseVncAddress('host:0')).toMatchObject({ port: 5900 });
});

test('only names and addresses of this machine are loopback', () => {
  for (const host of ['localhost', 'LOCALHOST.', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1'])
    expect(isLoopback(host), host).toBe(true);
  for (const host of ['localhost.example', '128.0.0.1', '127.example', '::2', 'host'])
    expect(isLoopback(host), host).toBe(false);
});

test('ssh is asked for a stream, cannot ask anything, and takes the host for nothing else', () => {
  const args = sshArguments({ host: 'gate', port: 2222, username: 'ann' }, { host: '::1', port: 5901 });
  expect(args.slice(-2)).toEqual(['--', 'gate']);
  expect(args.join(' ')).toContain('-p 2222 -l ann -W [::1]:5901');
  expect(args).toContain('BatchMode=yes');
  expect(
    sshArguments({ host: 'h', port: undefined, username: undefined }, { host: 'x', port: 1 }),
  ).not.toContain('-l');
});
