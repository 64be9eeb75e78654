import { describe, expect, it } from 'vitest';
import { RedactedOutput } from '../../../src/agent/secrets/redactedOutput.ts';
import { Redactor } from '../../../src/agent/secrets/redactor.ts';
import { MAX_SECRET_LENGTH } from '../../../src/agent/secrets/secrets.ts';

const HANDLE = '{{secret:it}}';
const of = (value: string) => new Redactor([{ name: 'it', value }]);

/** With everything that encodings treat in their own way. */
const VALUE = `p4$$ w"o'r<d>&é/😀\\+%~`;

const everyByte = (encode: (byte: number) => string) => [...Buffer.from(VALUE)].map(encode).join('');

describe('what is kept out of texts', () => {
  const redactor = of(VALUE);

  it.each([
    ['as it is', VALUE],
    ['in capitals', VALUE.toUpperCase()],
    ['in JSON', JSON.stringify(VALUE).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(VALUE)).slice(3, -3)],
    [
      'in JSON of ASCII only',
      JSON.stringify(VALUE)
        .slice(1, -1)
        .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['as a part of a URL', encodeURIComponent(VALUE)],
    ['as a URL', encodeURI(VALUE)],
    ['as a form', new URLSearchParams([['', VALUE]]).toString().slice(1)],
    ['in a URL within a URL', encodeURIComponent(encodeURIComponent(VALUE))],
    ['with each byte escaped', everyByte((byte) => `%${byte.toString(16).padStart(2, '0')}`)],
    [
      'in HTML',
      VALUE.replace(
        /[&<>"']/g,
        (each) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[each]};`,
      ),
    ],
    ['in HTML by numbers', [...VALUE].map((each) => `&#${each.codePointAt(0)};`).join('')],
    ['in hex', Buffer.from(VALUE).toString('hex')],
    ['in hex, by bytes', everyByte((byte) => `${byte.toString(16).padStart(2, '0').toUpperCase()} `).trim()],
  ])('%s', (_how, text) => {
    expect(redactor.text(`before ${text} after`)).toBe(`before ${HANDLE} after`);
  });

  it.each([0, 1, 2, 3, 4])('in base64 behind %d other bytes', (before) => {
    const bytes = Buffer.concat([Buffer.alloc(before, 'u'), Buffer.from(VALUE), Buffer.from(':tail')]);
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = redactor.text(bytes.toString(encoding));
      expect(text).toContain(HANDLE);
      // Of the characters that are left, none is of the value alone.
      const left = text.replace(HANDLE, '');
      expect(left.length).toBeLessThanOrEqual(Math.ceil(((before + 5) * 8) / 6) + 4);
    }
  });

  it('in base64 that is broken into lines, and of UTF-16', () => {
    const long = Buffer.from(`x${'y'.repeat(40)}${VALUE}`).toString('base64');
    expect(redactor.text(long.replace(/.{60}/g, '$&\n'))).toContain(HANDLE);
    expect(redactor.text(Buffer.from(VALUE, 'utf16le').toString('base64'))).toContain(HANDLE);
  });

  it('where something was cut in its middle', () => {
    expect(redactor.text(`${VALUE.slice(0, 12)}…`)).toBe(`${HANDLE}…`);
    expect(redactor.text(`a\n${VALUE.slice(0, 9)}\n[… 100 bytes left out …]\n${VALUE.slice(9)}`)).toBe(
      `a\n${HANDLE}\n[… 100 bytes left out …]\n${HANDLE}`,
    );
    expect(redactor.text('password…')).toBe('password…');
  });

  it('in everything that a result has, but for its images', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const content = [
      { type: 'text', text: `the word is ${VALUE}` },
      image,
      {
        type: 'browser_state',
        tabs: [{ title: VALUE, url: `https://a.example/?q=${encodeURIComponent(VALUE)}` }],
      },
    ];
    const redacted = redactor.deep(content);
    expect(redacted).toEqual([
      { type: 'text', text: `the word is ${HANDLE}` },
      image,
      { type: 'browser_state', tabs: [{ title: HANDLE, url: `https://a.example/?q=${HANDLE}` }] },
    ]);
    expect(redacted[1]).toBe(image);
    const clean = [{ type: 'text', text: 'nothing' }];
    expect(redactor.deep(clean)).toBe(clean);
  });

  it('of two values of which one is part of the other, each by its own name', () => {
    const both = new Redactor([
      { name: 'short', value: 'abcdef' },
      { name: 'long', value: 'abcdefghi' },
    ]);
    expect(both.text('abcdefghi abcdef')).toBe('{{secret:long}} {{secret:short}}');
  });

  it('leaves other texts alone', () => {
    const text = 'A page about passwords, p4$$ and w0rds. '.repeat(50);
    expect(of('correct horse battery').text(text)).toBe(text);
    expect(redactor.text(text)).toBe(text);
  });

  it.each([' ', '\\'])('of a value with a row of %j, in time that does not double with each', (character) => {
    const row = character.repeat(40);
    const value = `ab${row}cd`;
    const redactor = of(value);
    for (const text of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
      expect(redactor.text(`<${text}>`)).toBe(`<${HANDLE}>`);
    const other = `ab${row.repeat(5)}.`;
    expect(redactor.text(other)).toBe(other);
    expect(redactor.begunAtEnd(other)).toBe(0);
  });

  it('of a value with a row of spaces, where a page shows fewer of them', () => {
    expect(of('correct   horse').text('correct horse')).toBe(HANDLE);
    expect(of('correct   horse').text('correct+++horse')).toBe(HANDLE);
  });

  it('takes the longest value, and much text, in its stride', () => {
    const long = Array.from({ length: MAX_SECRET_LENGTH }, (_, index) =>
      String.fromCharCode(33 + (index % 90)),
    ).join('');
    const redactor = of(long);
    const text = `${'lorem ipsum <b>&amp; %20 \\u0041 '.repeat(10_000)}${long}`;
    expect(redactor.text(text).endsWith(HANDLE)).toBe(true);
    for (const hostile of ['\\', '%', '&', '&amp;', long.slice(0, 100), '…', ' '])
      expect(redactor.text(hostile.repeat(20_000))).toBeDefined();
  });
});

describe('what is printed bit by bit', () => {
  /** What is shown in the end when `text` comes in parts of this size. */
  function shownOf(text: string, size: number): string {
    const output = new RedactedOutput(of(VALUE));
    let shown = '';
    for (let at = 0; at < text.length; at += size)
      shown += output.news({ added: text.slice(at, at + size), latest: null }).added;
    return shown;
  }

  it.each([1, 2, 3, 7, 20])('is redacted wherever it is cut, in parts of %d', (size) => {
    for (const each of [
      VALUE,
      encodeURIComponent(VALUE),
      JSON.stringify(VALUE),
      Buffer.from(VALUE).toString('base64'),
    ]) {
      const shown = shownOf(`one\n${each}\ntwo\n`, size);
      expect(shown).toContain(HANDLE);
      expect(shown).toContain('two\n');
      for (let at = 0; at + 5 < each.length; at++) expect(shown).not.toContain(each.slice(at, at + 6));
    }
  });

  it('shows what only begins like it as soon as that is clear', () => {
    expect(shownOf(`p4$$ worlds apart\n`, 4)).toBe('p4$$ worlds apart\n');
  });

  it('is redacted where its beginning was told and its end is the latest', () => {
    const output = new RedactedOutput(of(VALUE));
    const first = output.news({ added: `x ${VALUE.slice(0, 8)}`, latest: null });
    const second = output.news({
      added: '',
      latest: { text: `${VALUE.slice(8)} y`, leftOut: 0, file: null },
    });
    expect(first.added).toBe('x ');
    expect(second.latest?.text).toBe(`${HANDLE} y`);
    const later = output.news({ added: '', latest: { text: VALUE.slice(9), leftOut: 10, file: null } });
    expect(later.latest?.text).toBe(HANDLE);
  });
});
