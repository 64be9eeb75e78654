import { expect, test } from 'vitest';
import { ElementRefs, RefNames } from '../../../src/computer/browser/elementRefs.ts';
import { findElements, readPage } from '../../../src/computer/browser/readPage.ts';
import type { Tab } from '../../../src/computer/browser/tab.ts';
import { listed, type Sketch } from './accessibilityTree.ts';

const { signal } = new AbortController();

/** Shows a page of one frame, none of it in view. */
function tabWith(page: Sketch): Tab {
  const answers: Readonly<Record<string, unknown>> = {
    'Page.getFrameTree': { frameTree: {} },
    'DOMSnapshot.captureSnapshot': { documents: [], strings: [] },
    'Accessibility.getFullAXTree': { nodes: listed(page) },
  };
  const tab = {
    page: { key: 0, channel: { send: async (command: string) => answers[command] } },
    frames: { all: [] },
    refs: new ElementRefs(new RefNames()),
  };
  return tab as unknown as Tab;
}

test('elements nested deeper than calls can be are read and found', async () => {
  let page: Sketch = { role: 'button', in: ['The deepest'] };
  for (let depth = 0; depth < 20_000; depth++) page = { role: 'group', in: [page] };
  const tab = tabWith(page);
  const all = { filter: 'all', depth: 1_000, ref: undefined } as const;
  expect(await readPage(tab, all, signal)).toMatch(/^group \[ref_1\]\n {2}group \[ref_2\]\n/);
  expect(await readPage(tab, { ...all, filter: 'interactive', ref: 'ref_1' }, signal)).toMatch(
    /^button "The deepest" \[ref_\d+\]$/,
  );
  const found = await findElements(tab, 'the deepest button', signal);
  const ref = /^button "The deepest" \[(ref_\d+)\]$/m.exec(found)?.[1];
  expect(await readPage(tab, { ...all, ref }, signal)).toBe(`button "The deepest" [${ref}]`);
});

test('more elements than a call can have parameters are read', async () => {
  const buttons = Array.from({ length: 300_000 }, (): Sketch => ({ role: 'button', name: 'One', in: [] }));
  const tab = tabWith({ role: 'group', in: [...buttons, { role: 'link', name: 'The last', in: [] }] });
  const found = await findElements(tab, 'the last link', signal);
  const ref = /^link "The last" \[(ref_\d+)\]/.exec(found)?.[1];
  const options = { filter: 'all', depth: undefined, ref } as const;
  expect(await readPage(tab, options, signal)).toBe(`link "The last" [${ref}]`);
});
