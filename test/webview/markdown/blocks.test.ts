import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlOf, type MarkdownBlock, MarkdownBlocks } from '../../../webview/markdown/blocks.ts';
import { createMarkdown } from '../../../webview/markdown/renderer.ts';

const markdown = createMarkdown({ copyCode: 'Copy' });

function html(blocks: readonly MarkdownBlock[]): string {
  return blocks.map(htmlOf).join('');
}

/** Lines of which each may change what the lines before it mean. */
const LINES = [
  '',
  '',
  ' ',
  'text',
  '  indented text',
  '    indented code',
  '\ttab',
  '# heading',
  '===',
  '---',
  '***',
  '- item',
  '-',
  '  - nested',
  '  continued',
  '* other item',
  '1. one',
  '1',
  '2. two',
  '2) other',
  '10. ten',
  '> quote',
  '>',
  '> - item in quote',
  '```',
  '```js',
  '~~~',
  '   ```',
  '- ```',
  '| a | b |',
  '| --- | --- |',
  'a | b',
  '--|--',
  '[ref]: https://example.com',
  '[ref] and [link](https://example.com)',
  '"title"',
  '<div>',
  'hard break  ',
  '**bold** `code` \\',
];

describe('MarkdownBlocks', () => {
  it('gives at every moment what rendering the whole gives, however it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...LINES), { maxLength: 14 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        (lines, steps) => {
          const source = lines.join('\n');
          const blocks = new MarkdownBlocks(markdown);
          let length = 0;
          for (let step = 0; length < source.length; step++) {
            length = Math.min(source.length, length + (steps[step % steps.length] ?? 1));
            const soFar = source.slice(0, length);
            expect(html(blocks.update(soFar))).toBe(markdown.render(soFar));
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('keeps the blocks that are closed', () => {
    const blocks = new MarkdownBlocks(markdown);
    const before = blocks.update('One.\n\n- a\n- b\n\nThree');
    const after = blocks.update('One.\n\n- a\n- b\n\nThree and more.\n\nFour');
    expect(after[0]).toBe(before[0]);
    expect(after.map((block) => block.start)).toEqual([0, 6, 15]);
  });

  it('renders a long answer in time that grows with its length, not with its square', () => {
    const rendered: number[] = [];
    const counting = createMarkdown({ copyCode: 'Copy' });
    const render = counting.render.bind(counting);
    counting.render = (source) => {
      rendered.push(source.length);
      return render(source);
    };
    const blocks = new MarkdownBlocks(counting);
    const source = 'A paragraph of some length.\n\n'.repeat(200);
    for (let length = 10; length <= source.length; length += 10) blocks.update(source.slice(0, length));
    const work = rendered.reduce((sum, length) => sum + length, 0);
    expect(work).toBeLessThan(source.length * 10);
  });

  it('begins anew when it is given another text', () => {
    const blocks = new MarkdownBlocks(markdown);
    blocks.update('One.\n\nTwo.\n\nThree.');
    expect(html(blocks.update('Other.'))).toBe('<p>Other.</p>\n');
  });
});

/** Lines of one long block, and those that make trouble in it. */
const LONG: Record<string, readonly string[]> = {
  list: [
    '- item with **bold** words',
    '- ',
    '  continued',
    '',
    '  - nested',
    '- a `b` c',
    '- ```',
    '  ```',
    'lazy',
  ],
  'ordered list': ['1. one item of some length', '7. seven', '   - nested', '', '   second paragraph'],
  table: ['| cell | and *another* |', '| only one', '| a | b | c |', '| `|` | x |', 'no bars at all'],
  code: ['const a = 1 < 2;', '  indented();', '', '~~~', '``', '# no heading', '\\ttab'],
  paragraph: [
    'plain words and more of them',
    'with **strong words** and `code` in it',
    'an *open',
    'end* of it',
    'snake_case and 2 * 3',
    'a [link](https://example.com) here',
    'https://example.com/a_b_c and on',
    'a | b',
    'a `b',
    'an [open',
    'escaped \\* star',
  ],
  quote: [
    '> words that are *quoted*',
    '>',
    '>',
    '> - an item',
    '> ```',
    '> # heading',
    '>     indented',
    '> > deeper',
    'lazy words',
    '> | a | b |',
    '> | - | - |',
    '> 2. two',
    '> ---',
  ],
};

const ENDS = [
  '',
  '---',
  '===',
  '```',
  '--|--',
  '|---|',
  '# heading',
  'text',
  '- item',
  '> quote',
  '    code',
];

const BEGINNINGS: Record<string, string> = {
  list: '- first\n',
  'ordered list': '3. third\n',
  table: '| a | b |\n| :- | -: |\n',
  code: '  ```js\n',
  paragraph: 'A paragraph\n',
  quote: '> first\n>\n',
};

/** A stand-in for {@link createMarkdown} that counts what it renders. */
function countingMarkdown() {
  const counting = createMarkdown({ copyCode: 'Copy' });
  const work = { characters: 0 };
  const render = counting.render.bind(counting);
  counting.render = (source) => {
    work.characters += source.length;
    return render(source);
  };
  return { counting, work };
}

describe('a long open block', () => {
  it.each(Object.keys(LONG))('gives what rendering the whole gives: %s', { timeout: 60_000 }, (kind) => {
    const lines = LONG[kind] ?? [];
    // Mostly its first line, so that it gets long.
    const line = fc.oneof({ weight: 12, arbitrary: fc.constant(lines[0] ?? '') }, fc.constantFrom(...lines));
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 150, maxLength: 420 }),
        fc.array(fc.constantFrom(...ENDS), { maxLength: 6 }),
        fc.integer({ min: 150, max: 900 }),
        fc.constantFrom('\n', '\n', ' '),
        (middle, ends, step, separator) => {
          const joint = kind === 'paragraph' ? separator : '\n';
          const source = `${BEGINNINGS[kind]}${middle.join(joint)}\n${ends.join('\n')}`;
          const blocks = new MarkdownBlocks(markdown);
          for (let length = step; length < source.length + step; length += step) {
            const soFar = source.slice(0, length);
            expect(html(blocks.update(soFar))).toBe(markdown.render(soFar));
          }
          expect(html(new MarkdownBlocks(markdown).update(source))).toBe(markdown.render(source));
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it.each([
    ['list', '- an item of **some** length\n'],
    ['loose list', '- an item of **some** length\n\n'],
    ['table', '| a cell | and another one |\n'],
    ['code', '  const value = call(argument);\n'],
    ['code in one line', 'value=call(argument);'],
    ['paragraph', 'Some words, and more of them.\n'],
    ['paragraph in one line', 'Some words and more of them. '],
    ['quote', '> Words that are **quoted**.\n>\n> - and\n> - a list\n>\n'],
  ])('is rendered in pieces, at a cost per delta that does not grow: %s', (name, line) => {
    const beginning = BEGINNINGS[name] ?? BEGINNINGS[name.split(' ').at(0) ?? ''] ?? BEGINNINGS.list ?? '';
    const source = beginning + line.repeat(Math.ceil(200_000 / line.length));
    const { counting, work } = countingMarkdown();
    const blocks = new MarkdownBlocks(counting);
    let most = 0;
    const step = 256;
    for (let length = step; length <= source.length; length += step) {
      const before = work.characters;
      blocks.update(source.slice(0, length), true);
      most = Math.max(most, work.characters - before);
    }
    expect(most).toBeLessThan(20_000);
    expect(html(blocks.update(source))).toBe(markdown.render(source));
  });

  it.each(Object.keys(LONG))('is divided as well when all of it comes at once: %s', (kind) => {
    const line = kind === 'quote' ? '> quoted words\n>\n' : `${LONG[kind]?.[0]}\n`;
    const source = `${BEGINNINGS[kind]}${line.repeat(Math.ceil(100_000 / line.length))}`;
    const { counting, work } = countingMarkdown();
    for (const after of ['', '\n\n# The end\n']) {
      const all = new MarkdownBlocks(counting).update(source + after);
      const [block] = all;
      if (!block || !('parts' in block)) throw new Error('It was not divided.');
      const longest = Math.max(...[...block.parts.frozen, block.parts.tail].map(({ length }) => length));
      expect(longest).toBeLessThan(40_000);
      expect(html(all)).toBe(markdown.render(source + after));
    }
    expect(work.characters).toBeLessThan(source.length * 10);
  });

  it('is not rendered at each delta when it cannot be divided', () => {
    const source = '> quoted words\n'.repeat(7000);
    const { counting, work } = countingMarkdown();
    const blocks = new MarkdownBlocks(counting);
    for (let length = 100; length <= source.length; length += 100)
      blocks.update(source.slice(0, length), true);
    expect(work.characters).toBeLessThan(source.length * 20);
    expect(html(blocks.update(source))).toBe(markdown.render(source));
  });
});
