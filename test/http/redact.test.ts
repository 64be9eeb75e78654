import { describe, expect, test } from 'vitest';
import { cut, isSecretName, REDACTED, redactedJson, redactText, secretsOf } from '../../src/http/redact.ts';

describe('a field with a secret name', () => {
  test.each([
    ['text', 'hunter2'],
    ['an empty text', ''],
    ['a list', ['hunter2', { deep: 'hunter2' }]],
    ['an object', { value: 'hunter2', of: { any: ['depth', 'hunter2'] } }],
    ['an image', { media_type: 'image/png', data: 'hunter2' }],
  ])('is not written when it holds %s', (_what, value) => {
    for (const name of ['password', 'api_key', 'access_token', 'client-secret', 'credentials', 'Cookie']) {
      expect(redactedJson({ before: 1, nested: [{ [name]: value }] })).toBe(
        JSON.stringify({ before: 1, nested: [{ [name]: REDACTED }] }),
      );
    }
  });

  test.each([32_000, 0, true, false, null])('is written when it holds %j, which is no secret', (value) => {
    expect(redactedJson({ token: value })).toBe(JSON.stringify({ token: value }));
  });
});

test('names that only sound like secrets are none', () => {
  const innocent = ['input_tokens_used', 'tokenizer', 'author', 'keyboard', 'passwords_seen'];
  expect(innocent.filter(isSecretName)).toEqual([]);
  expect(redactedJson({ author: 'Ada', keyboard: ['Enter'] })).toBe('{"author":"Ada","keyboard":["Enter"]}');
});

test('what looks like a key is not written wherever it stands', () => {
  expect(redactText('use sk-ant-abcdefgh12345 or Bearer abc.def-ghi, please', [])).toBe(
    `use ${REDACTED} or ${REDACTED}, please`,
  );
});

test('the secrets of the headers are found again in texts', () => {
  const secrets = secretsOf(new Headers({ authorization: 'Basic dXNlcjpwdw==', 'x-api-key': 'short' }));
  expect(secrets).toEqual(['dXNlcjpwdw==']);
  expect(redactText('It is dXNlcjpwdw==.', secrets)).toBe(`It is ${REDACTED}.`);
});

test('what cannot be JSON is null, and long texts say how long they were', () => {
  expect(redactedJson(undefined)).toBe('null');
  expect(cut('abcdef', 3)).toBe('abc… [6 characters]');
});
