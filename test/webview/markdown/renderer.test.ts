import { describe, expect, it } from 'vitest';
import { createMarkdown, isSafeLink } from '../../../webview/markdown/renderer.ts';

const markdown = createMarkdown({ copyCode: 'Copy "code"' });

describe('links', () => {
  it.each(['https://example.com', 'HTTP://example.com/a', 'mailto:a@example.com'])('follows %s', (url) => {
    expect(isSafeLink(url)).toBe(true);
  });

  it.each([
    'command:workbench.action.quit',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'vscode://extension/x',
    '/etc/passwd',
    '#top',
    'https:example.com',
    '',
  ])('refuses %j', (url) => {
    expect(isSafeLink(url)).toBe(false);
    expect(markdown.render(`[text](<${url}>)`)).not.toContain('href');
  });

  it.each([
    '<command:x.y>',
    '<javascript:alert(1)>',
    'ftp://example.com',
    '//example.com',
    'README.md',
    'run.sh',
  ])('makes no link of %s', (source) => {
    expect(markdown.render(source)).not.toContain('<a');
  });

  it('shows where a link leads', () => {
    expect(markdown.render('[bank](https://example.com/?a&b)')).toBe(
      '<p><a href="https://example.com/?a&amp;b" title="https://example.com/?a&amp;b" rel="noopener noreferrer">bank</a></p>\n',
    );
  });

  it('does not let a title hide where it leads', () => {
    const html = markdown.render('[bank](https://evil.example "https://bank.example")');
    expect(html).toContain('title="https://evil.example"');
    expect(html).not.toContain('bank.example');
  });
});

describe('what is shown and not done', () => {
  it('loads no image', () => {
    const html = markdown.render('![a "pixel"](https://example.com/p.png?"x)');
    expect(html).not.toContain('<img');
    expect(html).toContain('href="https://example.com/p.png?%22x"');
    expect(html).toContain('>a &quot;pixel&quot;</a>');
  });

  it('shows HTML as text', () => {
    const html = markdown.render(
      '<img src=x onerror=alert(1)>\n\n<script>alert(1)</script> <b onclick="x">b</b>',
    );
    expect(html).not.toMatch(/<(?:img|script|b)/);
  });

  it('escapes code and the name of its language', () => {
    const html = markdown.render('```"><img/src=x>\n</code><script>\n```');
    expect(html).not.toMatch(/<(?:img|script)/);
    expect(html).toContain('aria-label="Copy &quot;code&quot;"');
  });

  it('writes no style attribute, which the security policy would refuse', () => {
    const html = markdown.render('| a | b |\n| :-: | --: |\n| 1 | 2 |');
    expect(html).not.toContain('style');
    expect(html).toContain('<td class="md-right">2</td>');
  });
});
