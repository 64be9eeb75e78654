import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkdownBlocks } from '../../../webview/markdown/blocks.ts';
import { createMarkdown } from '../../../webview/markdown/renderer.ts';

const markdown = createMarkdown({ copyCode: 'Copy' });

function html(blocks: readonly { readonly html: string }[]): string {
  return blocks.map((block) => block.html).join('');
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
