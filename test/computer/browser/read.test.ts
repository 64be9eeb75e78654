import { describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';

const STALE = 'This element reference is unknown or stale. Use read_page or find again.';

describe('references', () => {
  const { harness, recorded, ref } = useBrowser('tree.html');

  test('outlive what their elements go through, and not the elements', async () => {
    const names = ['kept', 'moved', 'renamed', 'hidden', 'removed', 'made again'];
    const refs = new Map<string, { type: 'ref'; ref: string }>();
    for (const name of names) refs.set(name, await ref(`${name} button`));
    await harness.call('left_click', { target: await ref('change all') });
    for (const name of ['kept', 'moved', 'renamed'])
      expect(await harness.call('left_click', { target: refs.get(name) }), name).toMatchObject({
        isError: false,
      });
    await soon(() =>
      expect(recorded('click').map(({ on }) => on)).toEqual(['change', 'kept', 'moved', 'renamed']),
    );
    expect(await ref('otherwise button')).toEqual(refs.get('renamed'));
    expect(await harness.call('left_click', { target: refs.get('hidden') })).toMatchObject({
      isError: true,
      text: 'The element is not shown on the page, so it cannot be pointed at.',
    });
    for (const name of ['removed', 'made again'])
      for (const member of ['left_click', 'hover', 'scroll_to', 'form_input'] as const)
        expect(
          await harness.call(member, { target: refs.get(name), value: 'x' }),
          `${member} ${name}`,
        ).toMatchObject({ isError: true, text: STALE });
    expect(await harness.call('read_page', { ref: refs.get('removed')?.ref })).toMatchObject({
      isError: true,
      text: STALE,
    });
    expect(await ref('made again button')).not.toEqual(refs.get('made again'));
    expect(recorded('click')).toHaveLength(4);
  });
});

describe('read_page', () => {
  const { server, harness, ref } = useBrowser('tree.html');

  test('goes as deep as it is told, 15 by default', async () => {
    const depth = async (options: Record<string, unknown>) =>
      (await harness.call('read_page', { filter: 'all', ...options })).text.match(/region "level \d+"/g)
        ?.length ?? 0;
    expect(await depth({})).toBe(16);
    expect(await depth({ depth: 3 })).toBe(4);
    expect(await depth({ depth: 1_000 })).toBe(40);
    const { text } = await harness.call('read_page', { filter: 'all', depth: 1_000 });
    const from = /region "level 30" \[(ref_\d+)\]/.exec(text)?.[1];
    expect((await harness.call('read_page', { ref: from })).text).toContain('The deepest');
  });

  test('refuses options that are none', async () => {
    const refused = [{ depth: 0 }, { depth: 1.5 }, { depth: '3' }, { filter: 'some' }, { ref: 'ref_0' }];
    for (const options of refused)
      expect(await harness.call('read_page', options), JSON.stringify(options)).toMatchObject({
        isError: true,
      });
  });

  test('is cut at the size of an answer, and told how to get the rest', async () => {
    await harness.call('navigate', { url: `${server.url}tree.html?large` });
    const whole = (await harness.call('read_page', { filter: 'all' })).text;
    expect(whole.length).toBeLessThanOrEqual(50_000);
    expect(whole).toMatch(/\n\(Cut at 50,000 characters: narrow it down with ref or a smaller depth\.\)$/);
    const last = await ref('link 2999');
    expect((await harness.call('read_page', { ref: last.ref })).text).toMatch(/^link "Link 2999 /);
    await harness.call('scroll_to', { target: last });
    const { text } = await harness.call('read_page');
    expect(text).toContain('Link 2999');
    expect(text).not.toContain('Cut at');
  });

  test('names 20 matches at most', async () => {
    await harness.call('navigate', { url: `${server.url}tree.html?large` });
    const { text } = await harness.call('find', { query: 'many words link' });
    expect(text.split('\n')).toHaveLength(20);
  });
});
