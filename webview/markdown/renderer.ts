/**
 * Markdown to HTML for text the model wrote, which may quote hostile pages.
 *
 * Nothing is loaded and nothing runs: HTML is shown as text, images become links, and links lead to the web or to a
 * mail address only (VS Code would run a `command:` link).
 */
import createMarkdownIt, { type MarkdownIt, type RendererRule } from 'markdown-it';

/** The words in rendered Markdown. */
export interface MarkdownStrings {
  readonly copyCode: string;
}

/** @returns a renderer for {@link MarkdownBlocks}; its output is safe to set as inner HTML */
export function createMarkdown(strings: MarkdownStrings): MarkdownIt {
  const markdown = createMarkdownIt({ html: false, linkify: true });
  // Link definitions act at a distance: one line can change blocks that were rendered long ago.
  markdown.disable('reference');
  // Only what says it is an address: `README.md` and `deploy.sh` are not.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  markdown.validateLink = isSafeLink;
  markdown.core.ruler.push('tightness', ({ tokens }) => markTightLists(tokens));
  const { rules } = markdown.renderer;
  rules.link_open = renderLinkOpen;
  rules.image = renderImage;
  rules.fence = (tokens, index) => {
    const token = tokens[index];
    return renderCode(token?.content ?? '', token?.info.trim().split(/\s+/)[0] ?? '', strings);
  };
  rules.code_block = (tokens, index) => renderCode(tokens[index]?.content ?? '', '', strings);
  rules.table_open = () => '<div class="md-table"><table>\n';
  rules.table_close = () => '</table></div>\n';
  rules.th_open = renderCellOpen;
  rules.td_open = renderCellOpen;
  return markdown;
}

/**
 * Has a list without blank lines say so by its class instead of by the absence of paragraphs. A blank line further down
 * then changes that class, and not all items before it.
 */
function markTightLists(tokens: ReturnType<MarkdownIt['parse']>): void {
  const lists: typeof tokens = [];
  for (const token of tokens) {
    if (token.type === 'bullet_list_open' || token.type === 'ordered_list_open') lists.push(token);
    else if (token.type === 'bullet_list_close' || token.type === 'ordered_list_close') lists.pop();
    else if (token.hidden) {
      token.hidden = false;
      lists.at(-1)?.attrSet('class', 'md-tight');
    }
  }
}

/** Whether a link may be followed: `http`, `https` and `mailto` only. */
export function isSafeLink(url: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(url);
}

const renderLinkOpen: RendererRule = (tokens, index, options, _environment, self) => {
  const token = tokens[index];
  // Shows where it leads before it is followed: the text may say something else.
  if (token) token.attrSet('title', token.attrGet('href') ?? '');
  token?.attrSet('rel', 'noopener noreferrer');
  return self.renderToken(tokens, index, options);
};

const renderImage: RendererRule = (tokens, index, options, environment, self) => {
  const token = tokens[index];
  const source = escapeHtml(String(token?.attrGet('src') ?? ''));
  const text = escapeHtml(self.renderInlineAsText(token?.children ?? [], options, environment)) || source;
  return `<a href="${source}" title="${source}" rel="noopener noreferrer">${text}</a>`;
};

const renderCellOpen: RendererRule = (tokens, index) => {
  const token = tokens[index];
  // The style attribute that markdown-it sets would be refused by the content security policy.
  const align = /text-align:(left|center|right)/.exec(String(token?.attrGet('style') ?? ''))?.[1];
  return `<${token?.tag}${align ? ` class="md-${align}"` : ''}>`;
};

function renderCode(code: string, language: string, strings: MarkdownStrings): string {
  const label = escapeHtml(strings.copyCode);
  return (
    `<div class="md-code"><div class="md-code-bar"><span>${escapeHtml(language)}</span>` +
    `<button type="button" class="md-copy icon-button" title="${label}" aria-label="${label}">` +
    '<span class="codicon codicon-copy" aria-hidden="true"></span></button></div>' +
    `<pre tabindex="0"><code>${escapeHtml(code)}</code></pre></div>\n`
  );
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
