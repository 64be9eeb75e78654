import { describe, expect, it } from 'vitest';
import { mentionsSecret, secretNameIn, typedSecret } from '../../../src/agent/secrets/handles.ts';
import { originFor, whyNot } from '../../../src/agent/secrets/places.ts';

describe('where a secret may be bound to', () => {
  it.each([
    ['https://staging.example.com', 'https://staging.example.com'],
    ['staging.example.com/login?x', 'https://staging.example.com'],
    ['https://A.example:8443/', 'https://a.example:8443'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:80/', 'http://[::1]'],
    // What looks alike is another name.
    ['https://stаging.example.com', 'https://xn--stging-4nf.example.com'],
  ])('%s', (written, origin) => {
    expect(originFor(written)).toBe(origin);
  });

  it.each([
    'http://example.com',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'https://user:word@example.com',
    'file:///etc/passwd',
    'data:text/html,x',
    'javascript:alert(1)',
    'ftp://example.com',
    '',
    'a b',
  ])('not %s', (written) => {
    expect(originFor(written)).toBeUndefined();
  });
});

describe('where it may go', () => {
  const bound = 'https://a.example';
  const field = (origin: string, around: readonly string[] = []) =>
    whyNot('it', [bound, 'http://b.example', 'virtual'], {
      ...{ kind: 'field', origin, around, label: '', isPassword: true, sendsTo: undefined },
    });

  it('is its own origins, and documents of these around', () => {
    expect(field(bound)).toBeUndefined();
    expect(field(bound, [bound, bound])).toBeUndefined();
  });

  it.each([
    ['another host', 'https://b.a.example', []],
    ['another port', 'https://a.example:444', []],
    ['another scheme', 'http://a.example', []],
    ['no origin', 'null', []],
    ['a network in the clear, whatever it is bound to', 'http://b.example', []],
    ['a name of a desktop', 'virtual', []],
    ['within another page', bound, ['https://evil.example']],
    ['within its own page within another', bound, [bound, 'https://evil.example']],
  ])('is not %s', (_, origin, around) => {
    expect(field(origin, around)).toContain('may not go');
  });

  it('is its own desktops', () => {
    const places = ['virtual', 'vnc://one.example'];
    expect(whyNot('it', places, { kind: 'desktop', desktop: 'virtual' })).toBeUndefined();
    expect(whyNot('it', places, { kind: 'desktop', desktop: 'vnc://one.example' })).toBeUndefined();
    expect(whyNot('it', places, { kind: 'desktop', desktop: 'vnc://two.example' })).toContain('may not go');
  });
});

describe('a handle', () => {
  it('is the whole text, as it is written', () => {
    expect(secretNameIn('{{secret:staging-password}}')).toBe('staging-password');
    for (const text of [
      '{{secret:}}',
      '{{secret:a b}}',
      ' {{secret:a}}',
      '{{secret:a}}\n',
      '{{secret:-a}}',
      1,
      null,
    ])
      expect(secretNameIn(text)).toBeUndefined();
  });

  it('is found wherever it is meant', () => {
    for (const input of [{ a: ['x', { b: 'y {{secret:z' }] }, { '{{secret:x}}': 1 }, '{{ Secret :x}}'])
      expect(mentionsSecret(input)).toBe(true);
    expect(mentionsSecret({ text: '{{name}} secret: {secret:x}' })).toBe(false);
  });

  it('is typed by members that type, with nothing else meant as one', () => {
    const text = '{{secret:a}}';
    expect(typedSecret({ toolset: 'browser', member: 'type', input: { text } })).toBe('a');
    expect(typedSecret({ toolset: 'computer', member: 'type', input: { text } })).toBe('a');
    expect(typedSecret({ toolset: 'bash', member: 'type', input: { text } })).toBeUndefined();
    expect(
      typedSecret({ toolset: 'browser', member: 'type', input: { text, tab_id: text } }),
    ).toBeUndefined();
  });
});
