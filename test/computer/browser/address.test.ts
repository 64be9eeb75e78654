import { expect, test } from 'vitest';
import { toAddress } from '../../../src/computer/browser/address.ts';

test.each([
  ['example.com', 'https://example.com/'],
  ['example.com:8080/path?q=1#part', 'https://example.com:8080/path?q=1#part'],
  ['http://example.com', 'http://example.com/'],
  ['HTTPS://Example.com/A', 'https://example.com/A'],
  ['localhost:3000', 'http://localhost:3000/'],
  ['app.localhost/x', 'http://app.localhost/x'],
  ['127.0.0.1:8000', 'http://127.0.0.1:8000/'],
  ['[::1]:8000', 'http://[::1]:8000/'],
  ['localhost.example.com', 'https://localhost.example.com/'],
  [' about:blank ', 'about:blank'],
])('%j opens %s', (written, address) => {
  expect(toAddress(written)).toBe(address);
});

test.each([
  'file:///etc/passwd',
  'FILE:/etc/passwd',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,hello',
  'chrome://settings',
  'view-source:http://example.com',
  'about:config',
  'blob:https://example.com/1',
  'ws://example.com',
  'mailto:a@example.com',
])('%j is refused', (written) => {
  expect(() => toAddress(written)).toThrow(/^Refused/);
});

test.each(['', '   ', '/etc/passwd', '\\\\server\\share', 'hello world', 'http://', 'https://exa mple.com'])(
  '%j is no address',
  (written) => {
    expect(() => toAddress(written)).toThrow(/^Refused/);
  },
);
