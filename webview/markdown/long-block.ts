import type { MarkdownIt } from 'markdown-it';

type Token = ReturnType<MarkdownIt['parse']>[number];

/** The kinds of blocks that can be rendered piece by piece. */
export type LongKind = 'list' | 'table' | 'code' | 'paragraph' | 'quote';

/** The HTML of a block, taken apart: `open` and `close` are the tags around what grows. */
export interface BlockParts {
  readonly open: string;
  /** Rendered for good. */
  readonly frozen: readonly string[];
  /** Rendered again when the text grows. */
  readonly tail: string;
  readonly close: string;
}

/** Where a block that is still open may be divided for good. */
export interface Cut {
  /** The offset in the text of the block at which the rest begins. */
  readonly at: number;
  /** What must precede the rest for it to be read as it was. */
  readonly prefix: string;
  /** Stands between the two pieces and is in neither's HTML. */
  readonly separator: string;
}

const KINDS: Readonly<Record<string, LongKind>> = {
  bullet_list_open: 'list',
  ordered_list_open: 'list',
  table_open: 'table',
  fence: 'code',
  paragraph_open: 'paragraph',
  blockquote_open: 'quote',
};

const OPEN: Readonly<Record<LongKind, RegExp>> = {
  list: /^<[uo]l[^>]*>\n/,
  table: /^<div class="md-table">[\s\S]*?<tbody>\n/,
  code: /^<div class="md-code">[\s\S]*?<code>/,
  paragraph: /^<(?:p|h1|h2)>/,
  quote: /^<blockquote>\n/,
};
const CLOSE: Readonly<Record<LongKind, RegExp>> = {
  list: /<\/[uo]l>\n$/,
  table: /<\/tbody>\n<\/table><\/div>\n$/,
  code: /<\/code><\/pre><\/div>\n$/,
  paragraph: /<\/(?:p|h1|h2)>\n$/,
  quote: /<\/blockquote>\n$/,
};

/** Marks a line of code that was begun in the piece before. */
const CONTINUED = 'x';

/** How a block that begins with `token` can be taken apart; undefined when it cannot. */
export function longKindOf(token: Token | undefined): LongKind | undefined {
  return token && KINDS[token.type];
}

/** Whether a block that begins with `token` can be the rest of a long one: a paragraph may turn into a heading. */
export function continues(kind: LongKind, token: Token | undefined): boolean {
  return longKindOf(token) === kind || (kind === 'paragraph' && token?.type === 'heading_open');
}

/** Takes the HTML of one block apart; undefined when it is not one block of that kind. */
export function takeApart(
  html: string,
  kind: LongKind,
  prefix: string,
): Omit<BlockParts, 'frozen'> | undefined {
  const open = OPEN[kind].exec(html)?.[0];
  const close = CLOSE[kind].exec(html)?.[0];
  if (open === undefined || close === undefined) return undefined;
  const skipped = kind === 'code' && prefix.endsWith(`\n${CONTINUED}`) ? CONTINUED.length : 0;
  return { open, tail: html.slice(open.length + skipped, html.length - close.length), close };
}

/**
 * Where the open block `text` can be divided so that its two pieces, each rendered alone, give what the whole would,
 * however it goes on. As late as possible; undefined when there is no such place.
 *
 * @param text - one block, with its prefix
 * @param prefix - of the piece before; `text` begins with it
 */
export function findCut(markdown: MarkdownIt, kind: LongKind, text: string, prefix: string): Cut | undefined {
  // An open block takes up another line; one that was ended (a closing fence, a blank line) does not.
  const isOpen =
    kind === 'list' ||
    kind === 'quote' ||
    topLevel(markdown.parse(`${text}${text.endsWith('\n') ? '' : '\n'}x`, {})).length === 1;
  if (!isOpen) return undefined;
  switch (kind) {
    case 'list':
      return cutInside(markdown, text, ({ type }) => type === 'list_item_open');
    case 'quote':
      return cutInside(markdown, text, ({ nesting, map }) => nesting >= 0 && map !== null);
    case 'table':
      return cutTable(text);
    case 'code':
      return cutCode(text, prefix);
    case 'paragraph':
      return cutParagraph(markdown, text);
  }
}

/** The first token of each top-level block. */
export function topLevel(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ level, nesting, map }) => level === 0 && nesting >= 0 && map);
}

/** Before the last of a list's items or a quote's blocks: where one begins, the one before it has ended. */
function cutInside(markdown: MarkdownIt, text: string, begins: (token: Token) => boolean): Cut | undefined {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const inside = markdown.parse(complete, {}).filter((token) => token.level === 1 && begins(token));
  const line = inside.at(-1)?.map?.[0];
  if (inside.length < 2 || line === undefined) return undefined;
  const before = complete.split('\n', line).join('\n');
  return { at: before.length + 1, prefix: '', separator: '' };
}

/** Before the last complete row. Its two lines of heading say how many columns there are. */
function cutTable(text: string): Cut | undefined {
  const head = /^(?:[ \t]*\n)*[^\n]*\n[^\n]*\n/.exec(text)?.[0].length ?? text.length;
  const end = text.lastIndexOf('\n');
  const at = text.lastIndexOf('\n', end - 1) + 1;
  return at > head ? { at, prefix: text.slice(0, head), separator: '' } : undefined;
}

/** Before the last line; a very long line is divided as well, where it cannot be a closing fence. */
function cutCode(text: string, prefix: string): Cut | undefined {
  const opening = /^(?:[ \t]*\n)*[^\n]*\n/.exec(text)?.[0] ?? '';
  const line = text.lastIndexOf('\n') + 1;
  if (line > Math.max(opening.length, prefix.length)) return { at: line, prefix: opening, separator: '' };
  const end = /\w(?=\W*$)/.exec(text.slice(line));
  const at = end ? line + end.index + 1 : 0;
  return at > prefix.length && opening.length > 0
    ? { at, prefix: opening + CONTINUED, separator: '' }
    : undefined;
}

/** Between two plain words, where nothing that was opened waits for its end. */
function cutParagraph(markdown: MarkdownIt, text: string): Cut | undefined {
  const boundary = /[\p{L}\p{N}][ \n](?=\p{L})/gu;
  const places = Array.from(text.matchAll(boundary), ({ index, 0: found }) => index + found.length);
  for (const at of places.slice(-8).reverse()) {
    const separator = text[at - 1] ?? '';
    const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
    // With a line of dashes below it, a line with bars would be the heading of a table.
    if (separator === ' ' && line.includes('|')) continue;
    const [paragraph, inline, ...others] = markdown.parse(text.slice(0, at), {});
    if (paragraph?.type !== 'paragraph_open' || !inline || others.length !== 1) continue;
    if (!(inline.children ?? []).some(mayBeOpen)) return { at, prefix: '', separator };
  }
  return undefined;
}

/** Whether text left over by the parser may be the beginning of emphasis, code or a link. */
function mayBeOpen({ type, content }: Token): boolean {
  if (type !== 'text') return false;
  return /[*~`[\\]|_/.test(content.replace(/ [*~] /g, ' ').replace(/(?<=\w)_(?=\w)/g, ''));
}
