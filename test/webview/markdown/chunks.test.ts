import { describe, expect, it } from 'vitest';
import { type LongBlock, MarkdownBlocks } from '../../../webview/markdown/blocks.ts';
import { Chunks, chunksOf, estimateHeight, Sections } from '../../../webview/markdown/chunks.ts';
import { createMarkdown } from '../../../webview/markdown/renderer.ts';

const markdown = createMarkdown({ copyCode: 'Copy' });

function longBlock(source: string): LongBlock {
  const [block] = new MarkdownBlocks(markdown).update(source);
  if (!block || !('parts' in block)) throw new Error('It was not divided.');
  return block;
}

describe('chunksOf', () => {
  it('keeps together what was together when more comes', () => {
    const blocks = new MarkdownBlocks(markdown);
    const paragraph = `${'Some words. '.repeat(40)}\n\n`;
    const before = chunksOf(blocks.update(paragraph.repeat(30)));
    const after = chunksOf(blocks.update(paragraph.repeat(60)));
    expect(before.length).toBeGreaterThan(3);
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    expect(new Set(after.map(({ start }) => start)).size).toBe(after.length);
  });

  it('has a chunk for a long block alone', () => {
    const chunks = chunksOf(
      new MarkdownBlocks(markdown).update(`Before.\n\n${'- item\n'.repeat(1000)}\nAfter.\n\n# End`),
    );
    expect(chunks.map((chunk) => 'long' in chunk)).toEqual([false, true, false]);
  });
});

describe('Chunks', () => {
  it('are the same objects as long as their blocks are, and what chunksOf gives', () => {
    const source =
      `${'Some words. '.repeat(30)}\n\n- item\n- more\n\n${'- long list\n'.repeat(400)}\nAfter.\n\n`.repeat(
        4,
      );
    const blocks = new MarkdownBlocks(markdown);
    const chunks = new Chunks();
    let before = chunks.update([]);
    for (let length = 100; length <= source.length; length += 100) {
      const now = blocks.update(source.slice(0, length), true);
      const after = chunks.update(now);
      expect(after).toEqual(chunksOf(now));
      const kept = after.filter((chunk) => before.includes(chunk));
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(before.length, after.length) - 2);
      before = after;
    }
    expect(chunks.update(blocks.update('Another text.')).length).toBe(1);
  });
});

describe('Sections', () => {
  it.each([
    ['list', '- an item with **words**\n  - and a nested one\n'],
    ['code', 'const value = call();\n'],
    ['code in one line', 'value=call();'],
    ['paragraph', 'Some words and more. '],
    ['quote', '> Words.\n>\n'],
  ])('leave out nothing and are small: %s', (kind, line) => {
    const block = longBlock(
      (kind.startsWith('code') ? '```\n' : '') + line.repeat(Math.ceil(100_000 / line.length)),
    );
    const { sections, rest } = new Sections().update(block);
    expect(sections.map(({ html }) => html).join('') + rest.join('')).toBe(block.parts.frozen.join(''));
    for (const { html } of sections) {
      expect(html.length).toBeLessThan(25_000);
      expect(html.match(/</g)?.length ?? 0).toBeLessThan(200);
    }
  });

  it('know how many items are before them, without those of the lists inside', () => {
    const block = longBlock('1. an item\n   - nested\n   - again\n2. another\n'.repeat(1000));
    const known = new Sections();
    const { sections } = known.update(block);
    expect(sections.length).toBeGreaterThan(10);
    const outer = sections.map(({ html }) => html.match(/<li>\s*<p>an(?:other| item)/g)?.length ?? 0);
    let before = 0;
    for (const [index, { itemsBefore }] of sections.entries()) {
      expect(itemsBefore).toBe(before);
      before += outer[index] ?? 0;
    }
    expect(known.items).toBe(before);
  });

  it('stay as they are when the block grows', () => {
    const known = new Sections();
    const blocks = new MarkdownBlocks(markdown);
    const sectionsAt = (lines: number) => {
      const [block] = blocks.update('- an item\n'.repeat(lines));
      if (!block || !('parts' in block)) throw new Error('It was not divided.');
      return [...known.update(block).sections];
    };
    const before = sectionsAt(1000);
    expect(sectionsAt(2000).slice(0, before.length)).toEqual(before);
  });
});

describe('estimateHeight', () => {
  it('grows with lines and with their length', () => {
    expect(estimateHeight('a\n'.repeat(10))).toBe(200);
    expect(estimateHeight('a'.repeat(900))).toBe(200);
  });
});
