/** Ranges highlighted in one row; a page of one letter would have as many as letters. */
const MAX_MATCHES = 500;

/** The places of `query` in the text an element shows, whatever its case and whatever elements it runs across. */
export function matchesIn(element: Element, query: string): Range[] {
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches('.visually-hidden, .md-code-bar')
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) nodes.push(node);
  }
  const text = foldCase(nodes.map((node) => node.data).join(''));
  const wanted = foldCase(query);
  const ranges: Range[] = [];
  const ends = { node: 0, start: 0 };
  for (let at = text.indexOf(wanted); at >= 0 && ranges.length < MAX_MATCHES; ) {
    const range = document.createRange();
    const [first, from] = locate(nodes, ends, at, false);
    const [last, to] = locate(nodes, ends, at + wanted.length, true);
    if (first && last) {
      range.setStart(first, from);
      range.setEnd(last, to);
      ranges.push(range);
    }
    at = text.indexOf(wanted, at + wanted.length);
  }
  return ranges;
}

/** Lower case of the same length: the few letters whose lower case is longer stay as they are. */
function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  }).join('');
}

/** The node a place of the joined text is in. `hint` is moved on: places are asked for in order. */
function locate(
  nodes: readonly Text[],
  hint: { node: number; start: number },
  at: number,
  isEnd: boolean,
): readonly [node: Text | undefined, offset: number] {
  for (; hint.node < nodes.length; hint.node++) {
    const length = nodes[hint.node]?.length ?? 0;
    const left = at - hint.start;
    if (isEnd ? left <= length : left < length) return [nodes[hint.node], left];
    hint.start += length;
  }
  return [undefined, 0];
}
