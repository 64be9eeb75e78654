/**
 * What `get_page_text` calls in a document, with nodes of each closed shadow tree of it and of its frames: answers its visible
 * words, the main part or the longest article first where that is no small piece. It goes through shadow trees and
 * through frames of the same origin, which `innerText` leaves out.
 */
export const PAGE_TEXT = `(...closedNodes) => {
  const closed = new Map();
  // One of another origin, should the browser hand it out, does not tell.
  for (const node of closedNodes) try { const root = node.getRootNode(); closed.set(root.host, root); } catch {}
  const MAX_CHARACTERS = 60_000;
  const MAX_NODES = 200_000;
  const NO_WORDS = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'TEXTAREA', 'SELECT', 'OPTION', 'DATALIST', 'CANVAS', 'VIDEO', 'AUDIO', 'OBJECT', 'EMBED', 'METER', 'PROGRESS']);
  const childrenOf = (node) => {
    const shadow = node.shadowRoot ?? closed.get(node);
    if (shadow) return shadow.childNodes;
    if (node.localName === 'slot') {
      const assigned = node.assignedNodes();
      if (assigned.length > 0) return assigned;
    }
    return node.childNodes;
  };
  const frameOf = (element) => { try { return element.contentDocument?.body; } catch { return undefined; } };
  const textOf = (root, without) => {
    const out = [];
    let visited = 0;
    let length = 0;
    // Line breaks that are due before the next word: 1 ends a line, 2 a paragraph.
    let breaks = 0;
    let space = false;
    const put = (words) => {
      if (out.length > 0) { if (breaks > 0) out.push('\\n'.repeat(Math.min(breaks, 2))); else if (space) out.push(' '); }
      breaks = 0;
      space = false;
      out.push(words);
      length += words.length;
    };
    const isDone = () => length > MAX_CHARACTERS || ++visited > MAX_NODES;
    const visitText = (node, style) => {
      if (style.visibility !== 'visible') return;
      if (style.whiteSpaceCollapse === 'preserve' || style.whiteSpaceCollapse === 'break-spaces') {
        const words = node.data.replace(/\\s+$/, '');
        if (words.trim() !== '') put(words);
        if (/\\n\\s*$/.test(node.data)) breaks = Math.max(breaks, 1);
        return;
      }
      const words = node.data.replace(/[ \\t\\r\\n\\f]+/g, ' ');
      if (words.startsWith(' ')) space = true;
      const trimmed = words.trim();
      if (trimmed === '') return;
      put(trimmed);
      space = words.endsWith(' ');
    };
    const visit = (element) => {
      if (isDone() || element === without || NO_WORDS.has(element.tagName)) return;
      if (element.tagName === 'BR') { breaks += 1; return; }
      const style = element.ownerDocument.defaultView?.getComputedStyle(element);
      if (!style || style.display === 'none' || style.contentVisibility === 'hidden') return;
      const isCell = style.display === 'table-cell';
      const isBlock = !isCell && !/^(inline|contents|ruby)/.test(style.display);
      const due = !isBlock ? 0 : /^(P|H[1-6]|UL|OL|TABLE|PRE|BLOCKQUOTE|ARTICLE|SECTION)$/.test(element.tagName) ? 2 : 1;
      if (isCell && element.previousElementSibling && breaks === 0) { out.push('\\t'); space = false; }
      breaks = Math.max(breaks, due);
      const inner = element.tagName === 'IFRAME' || element.tagName === 'FRAME' ? frameOf(element) : undefined;
      if (inner) { if (style.visibility === 'visible') visit(inner); }
      else
        for (const child of childrenOf(element)) {
          if (child.nodeType === Node.TEXT_NODE) visitText(child, style);
          else if (child.nodeType === Node.ELEMENT_NODE) visit(child);
        }
      breaks = Math.max(breaks, due);
    };
    if (root) visit(root);
    return out.join('').trim();
  };
  const { body } = document;
  if (!body) return '';
  const whole = textOf(body);
  const candidates = [...Array.from(document.querySelectorAll('article')).slice(0, 50), document.querySelector('main, [role=main]')];
  let main;
  let mainText = '';
  for (const element of candidates) {
    const text = element ? textOf(element) : '';
    if (text.length > mainText.length) { main = element; mainText = text; }
    // The longest article is what the page is about, unless it is a small piece of the main part.
    if (element === candidates.at(-2) && mainText.length * 4 >= whole.length && mainText.length >= 200) break;
  }
  if (mainText.length < 200 || mainText.length * 4 < whole.length) return whole.slice(0, MAX_CHARACTERS);
  const rest = textOf(body, main);
  return (rest === '' ? mainText : mainText + '\\n\\n[Rest of the page]\\n' + rest).slice(0, MAX_CHARACTERS);
}`;
