import { describe, expect, test } from 'vitest';
import { renderShell } from '../../src/panel/html.ts';
import { ordinal, sessionId } from '../../src/protocol/transcript.ts';

const OPTIONS = {
  cspSource: 'https://*.vscode-cdn.net',
  nonce: 'abc123',
  scriptUri: 'https://file.vscode-cdn.net/dist/webview.js',
  styleUri: 'https://file.vscode-cdn.net/dist/webview.css',
  title: 'Computer Use Chat',
  viewState: undefined,
};

describe('the page of a panel', () => {
  test('lets in nothing but its own files', () => {
    expect(renderShell(OPTIONS)).toContain(
      `content="default-src &#39;none&#39;; img-src https://*.vscode-cdn.net; font-src https://*.vscode-cdn.net; ` +
        `style-src https://*.vscode-cdn.net; script-src &#39;nonce-abc123&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(renderShell(OPTIONS)).not.toContain('unsafe');
  });

  test('has one script, with the nonce, and a root', () => {
    const html = renderShell(OPTIONS);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain(`<script nonce="abc123" src="${OPTIONS.scriptUri}"></script>`);
    expect(html).toContain('<div id="root"></div>');
  });

  test('cannot be broken out of', () => {
    const hostile = `"><script>alert('x')</script>&`;
    const html = renderShell({
      ...OPTIONS,
      title: hostile,
      scriptUri: hostile,
      styleUri: hostile,
    });
    expect(html).not.toContain("alert('");
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  test('hands over where the page before it was, whatever was written there', () => {
    const hostile = `"><img src=x onerror="alert('x')">\n\u0000&quot;</div>\ud800`;
    const state = {
      session: sessionId('11111111-2222-3333-4444-555555555555'),
      anchor: { ordinal: ordinal(7), offset: 12.5 },
      draft: hostile,
    };
    const html = renderShell({ ...OPTIONS, viewState: state });
    expect(html).not.toContain('<img');
    const written = /<div id="root" data-view-state="([^"]*)"><\/div>/.exec(html)?.[1] ?? '';
    const entities = { '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' };
    const read = written.replaceAll(/&(quot|#39|lt|gt|amp);/g, (entity) => entities[entity as '&amp;']);
    expect(JSON.parse(read)).toEqual(state);
  });
});
