import { expect, test } from 'vitest';
import type { Frame } from '../../../src/computer/browser/frame.ts';
import { type PageNode, type Reading, toPageNodes } from '../../../src/computer/browser/pageNodes.ts';
import { listed, type Sketch } from './accessibilityTree.ts';

const MAX_FIELD = 300;

const reading: Reading = {
  frame: {} as Frame,
  layout: { inView: new Set(), clickable: new Set(), frames: new Map() },
  frames: new Map(),
};

function read(...inside: Sketch[]): readonly PageNode[] {
  return toPageNodes(listed({ role: 'RootWebArea', in: inside }), reading);
}

/** Of this process, for a call, in microseconds. */
function processorTime(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function repeated<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

test('texts that follow one another are one, through boxes without a meaning', () => {
  const box = (...inside: Sketch[]): Sketch => ({ role: 'generic', in: inside });
  const link: Sketch = { role: 'link', in: ['there'] };
  expect(read('one', box('two', box('three')), link, box('four'), 'five')).toMatchObject([
    { role: 'text', name: 'one two three' },
    { role: 'link', name: 'there', children: [] },
    { role: 'text', name: 'four five' },
  ]);
});

test('a text in many pieces is cut as one in one piece is', () => {
  const spans = (count: number) => repeated(count, (): Sketch => ({ role: 'generic', in: ['ten chars'] }));
  const name = (...inside: Sketch[]) => read({ role: 'paragraph', in: inside })[0]?.name;
  for (const count of [1, 29, 30, 31, 1_000])
    expect(name(...spans(count)), String(count)).toBe(name(Array(count).fill('ten chars').join(' ')));
  expect(name(...spans(1_000))).toHaveLength(MAX_FIELD);
});

test('a text in many pieces takes no more work than as many elements', () => {
  const COUNT = 60_000;
  const spans = listed({
    role: 'paragraph',
    in: repeated(COUNT, () => ({ role: 'generic', in: ['ten chars '] })),
  });
  const buttons = listed({
    role: 'paragraph',
    in: repeated(COUNT, () => ({ role: 'button', in: ['ten chars '] })),
  });
  const ofElements = processorTime(() => toPageNodes(buttons, reading));
  const ofTexts = processorTime(() => toPageNodes(spans, reading));
  expect(ofTexts).toBeLessThan(5 * ofElements + 100_000);
});

test.each(['group', 'generic'])('elements (%s) may be nested without end', (role) => {
  let page: Sketch = { role: 'button', in: ['The deepest', { role: 'image', name: 'Icon', in: [] }] };
  for (let depth = 0; depth < 20_000; depth++) page = { role, in: ['a', page] };
  let depth = 0;
  let nodes = read(page);
  for (let inner = nodes.at(-1); inner?.role === 'group'; inner = nodes.at(-1)) {
    depth++;
    nodes = inner.children;
  }
  expect(depth).toBe(role === 'group' ? 20_000 : 0);
  expect(nodes.at(-1)).toMatchObject({
    role: 'button',
    children: [{ role: 'text', name: 'The deepest' }, { role: 'image' }],
  });
});
