import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { solidPng } from '../../support/png.ts';
import { editing } from './editing.ts';

const replaceB = { command: 'str_replace', old_str: 'b\n', new_str: 'x\ny\n' };

describe('an edit keeps', () => {
  it.each([
    ['line feeds', 'a\nb\nc\n', 'a\nx\ny\nc\n'],
    ['carriage returns with line feeds', 'a\r\nb\r\nc\r\n', 'a\r\nx\r\ny\r\nc\r\n'],
    ['a mixture, but for the new lines', 'a\nb\nc\r\nd\n', 'a\nx\ny\nc\r\nd\n'],
    ['a mixture of mostly CRLF', 'a\r\n\nb\r\nc', 'a\r\n\nx\r\ny\r\nc'],
    ['a byte order mark', '\uFEFFa\r\nb\r\n', '\uFEFFa\r\nx\r\ny\r\n'],
    ['lone carriage returns', 'a\rb\nc', 'a\rx\ny\nc'],
    ['what is not ASCII', 'é\u0000'.slice(0, 1).concat('😀\nb\n'), 'é😀\nx\ny\n'],
  ])('%s', async (_what, before, after) => {
    const { at, text } = editing();
    writeFileSync(at('file.txt'), before);
    await text({ ...replaceB, path: at('file.txt') });
    expect(readFileSync(at('file.txt'), 'utf8')).toBe(after);
  });

  it('line endings where lines are inserted, and what was looked for with other ones is found', async () => {
    const { at, text } = editing();
    writeFileSync(at('file.txt'), 'a\r\nb\r\n');
    await text({ command: 'insert', path: at('file.txt'), insert_line: 1, insert_text: 'new' });
    expect(readFileSync(at('file.txt'), 'utf8')).toBe('a\r\nnew\r\nb\r\n');
    await text({ command: 'str_replace', path: at('file.txt'), old_str: 'a\r\nnew', new_str: 'z\r\nq' });
    expect(readFileSync(at('file.txt'), 'utf8')).toBe('z\r\nq\r\nb\r\n');
  });
});

describe('in another encoding', () => {
  const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['UTF-16, little end first', (text: string) => Buffer.from(text, 'utf16le')],
    ['UTF-16, big end first', swapped],
  ])('an edit is: %s', async (_what, encode) => {
    const { at, text } = editing();
    writeFileSync(at('file'), encode('\uFEFFé😀\r\nb\r\n'));
    expect(await text({ command: 'view', path: at('file') })).toContain('     1\té😀\n');
    await text({ ...replaceB, path: at('file') });
    expect(readFileSync(at('file'))).toEqual(encode('\uFEFFé😀\r\nx\r\ny\r\n'));
  });

  it('that is not known, all other bytes are kept, and only characters that are there are written', async () => {
    const { at, asked, text, refusal } = editing();
    const bytes = (tail: string) =>
      Buffer.concat([
        Buffer.from(Uint8Array.from({ length: 128 }, (_, index) => 128 + index)),
        Buffer.from(tail),
      ]);
    writeFileSync(at('file'), bytes('\nab\n'));
    expect(await text({ command: 'view', path: at('file') })).toContain('not UTF-8');
    await text({ command: 'str_replace', path: at('file'), old_str: 'a', new_str: 'é x' });
    expect(readFileSync(at('file'))).toEqual(
      Buffer.concat([bytes('\n'), Buffer.from([0xe9]), Buffer.from(' xb\n')]),
    );
    expect(asked).toHaveLength(1);
    writeFileSync(at('file'), Buffer.from('caf\u00e9 ab', 'latin1'));
    const replace = (added: string) => ({
      command: 'str_replace',
      path: at('file'),
      old_str: 'ab',
      new_str: added,
    });
    for (const added of ['ö', '日', '😀'])
      expect(await refusal(replace(added))).toContain(`cannot take ${added}`);
    expect(asked).toHaveLength(1);
  });

  it('that the user has set, its characters are written', async () => {
    const { at, text, refusal } = editing({ encodingOf: () => 'windows1252' });
    const replace = (added: string) => ({
      command: 'str_replace',
      path: at('file'),
      old_str: 'ab',
      new_str: added,
    });
    writeFileSync(at('file'), Buffer.from('caf\u00e9 ab', 'latin1'));
    expect(await refusal(replace('日'))).toContain('cannot take 日');
    await text(replace('ö€'));
    expect(readFileSync(at('file'))).toEqual(
      Buffer.concat([Buffer.from('café ö', 'latin1'), Buffer.from([0x80])]),
    );
  });
});

describe('no edit, and a clear word, for', () => {
  it.each([
    ['half of UTF-16', Buffer.from('\uFEFFhello', 'utf16le').subarray(0, -1), 'binary file'],
    ['UTF-16 without a mark', Buffer.from('hello', 'utf16le'), 'binary file'],
    ['binary data', Buffer.from([1, 2, 0, 255]), 'binary file'],
    ['compressed data', deflateSync(Buffer.from('x'.repeat(50))), 'binary file'],
  ])('%s', async (_what, bytes, told) => {
    const { at, asked, refusal } = editing();
    writeFileSync(at('file'), bytes);
    const path = at('file');
    expect(await refusal({ command: 'view', path })).toContain(told);
    expect(await refusal({ command: 'insert', path, insert_line: 0, insert_text: 'x' })).toContain(told);
    expect(readFileSync(path)).toEqual(bytes);
    expect(asked).toEqual([]);
  });

  it('half a character', async () => {
    const { at, refusal } = editing();
    const told = await refusal({ command: 'create', path: at('x'), file_text: 'half \ud83d' });
    expect(told).toContain('surrogate');
  });
});

describe('a view', () => {
  it.each([
    ['PNG', 'image/png', solidPng(20, 10, 7)],
    [
      'GIF',
      'image/gif',
      Buffer.from(
        'R0lGODlhFAAKAIAAAP///wAAACH5BAAAAAAALAAAAAAUAAoAAAIRhI+py+0Po5y02ouz3rz7rxUAOw==',
        'base64',
      ),
    ],
    [
      'JPEG',
      'image/jpeg',
      Buffer.from('ffd8ffe00004000affc0000b080014000a01011100ffda0008010100003f00ffffd9', 'hex'),
    ],
  ])('of an image is the image: %s', async (_what, mediaType, bytes) => {
    const { at, run, refusal } = editing();
    writeFileSync(at('image'), bytes);
    expect(await run({ command: 'view', path: at('image') })).toMatchObject([
      { type: 'text', text: expect.stringMatching(/\((20 x 10|10 x 20) px\):$/) },
      { type: 'image', source: { type: 'base64', media_type: mediaType, data: bytes.toString('base64') } },
    ]);
    writeFileSync(at('cut'), bytes.subarray(0, -2));
    expect(await refusal({ command: 'view', path: at('cut') })).toContain('damaged or cut off');
    expect(await refusal({ command: 'view', path: at('image'), view_range: [1, 2] })).toContain('view_range');
  });

  it('of an image that is too large for a request is refused, and its limits are told', async () => {
    const { at, refusal } = editing();
    writeFileSync(at('wide.png'), solidPng(2_001, 10, 7));
    writeFileSync(at('heavy.png'), Buffer.concat([solidPng(10, 10, 7), Buffer.alloc(4_000_000)]));
    for (const name of ['wide.png', 'heavy.png'])
      expect(await refusal({ command: 'view', path: at(name) })).toMatch(
        /too large.* 2000 px .*3750000 bytes/,
      );
  });

  it('of a long file or a long line is cut', async () => {
    const { at, text } = editing();
    writeFileSync(at('long'), 'line\n'.repeat(100_000));
    const shown = await text({ command: 'view', path: at('long') });
    expect(shown.length).toBeLessThan(31_000);
    expect(shown).toMatch(/Cut at line \d+ of 100000/);
    const end = await text({ command: 'view', path: at('long'), view_range: [99_999, -1] });
    expect(end).toContain('100000\tline\n');
    writeFileSync(at('wide'), '😀'.repeat(1_000_000));
    const line = await text({ command: 'view', path: at('wide') });
    expect(line.length).toBeLessThan(31_000);
    expect(line.isWellFormed()).toBe(true);
  });

  it('of an empty file says so', async () => {
    const { at, text } = editing();
    writeFileSync(at('empty'), '');
    expect(await text({ command: 'view', path: at('empty') })).toContain('(1 line)');
  });
});

describe('a new file', () => {
  it('gets the folders that it needs', async () => {
    const { at, text, edits } = editing();
    await text({ command: 'create', path: at('a/b/c.txt'), file_text: 'x\r\n' });
    expect(readFileSync(at('a/b/c.txt'), 'utf8')).toBe('x\r\n');
    expect(edits).toEqual([
      {
        ...{ path: at('a/b/c.txt'), before: undefined, after: Buffer.from('x\r\n') },
        ...{ diff: '@@ -0,0 +1,1 @@\n+x', decidesWhatRuns: false },
      },
    ]);
  });
});
