import { describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';

describe('elements by reference', () => {
  const { harness, recorded, ref: refOf } = useBrowser('form.html');

  test('read_page outlines what is in view', async () => {
    const { text } = await harness.call('read_page');
    expect(text.replace(/ref_\d+/g, 'ref')).toBe(
      [
        'navigation [ref]',
        '  link "Home" [ref]',
        '  link "Contact us" [ref]',
        'main [ref]',
        '  heading "Order a \\"cake\\"" [ref] level=1',
        '  paragraph [ref]',
        '    text "Some bold words, and a picture:"',
        '    image "A cake" [ref]',
        '  form [ref]',
        '    text "Your name"',
        '    textbox "Your name" [ref] value="Ada" required',
        '    text "Kind"',
        '    combobox "Kind" [ref] value="Plain"',
        '      option "Plain" [ref] selected',
        '      option "Chocolate" [ref]',
        '    checkbox "As a gift" [ref]',
        '    radio "Small" [ref]',
        '    textbox "Note" [ref]',
        '    textbox "Locked" [ref] value="fixed" readonly',
        '    button "Add to cart" [ref]',
        '    button "Pay" [ref] disabled',
        '  clickable "a clickable box" [ref]',
        '  Iframe "inner" [ref]',
        '    button "In the frame" [ref]',
      ].join('\n'),
    );
  });

  test('read_page narrows down and widens', async () => {
    const all = (await harness.call('read_page', { filter: 'all' })).text;
    expect(all).toContain('button "the far end"');
    expect(all).not.toContain('never seen');
    const interactive = (await harness.call('read_page', { filter: 'interactive' })).text;
    expect(interactive).toContain('button "Add to cart"');
    expect(interactive).not.toContain('heading');
    const shallow = (await harness.call('read_page', { depth: 1 })).text;
    expect(shallow).toContain('form');
    expect(shallow).not.toContain('textbox');
    const ref = /form \[(ref_\d+)\]/.exec(all)?.[1];
    const form = (await harness.call('read_page', { ref })).text;
    expect(form).toMatch(/^form/);
    expect(form).not.toContain('navigation');
  });

  test('find names the best match first, and always by the same reference', async () => {
    expect((await harness.call('find', { query: 'add to cart button' })).text).toMatch(
      /^button "Add to cart" \[ref_\d+\]/,
    );
    expect((await harness.call('find', { query: 'the name field' })).text).toMatch(/^textbox "Your name"/);
    expect((await harness.call('find', { query: 'zebra' })).text).toBe('Nothing on the page fits.');
    expect(await refOf('contact link')).toEqual(await refOf('contact link'));
  });

  test('get_page_text is the words of the page', async () => {
    const { text } = await harness.call('get_page_text');
    expect(text).toContain('Order a "cake"');
    expect(text).toContain('Some bold words');
    expect(text).not.toContain('never seen');
  });

  test('elements are clicked by reference, wherever they are', async () => {
    await harness.call('left_click', { target: await refOf('far end') });
    await soon(() => expect(recorded('click')).toMatchObject([{ on: 'call' }]));
    await harness.call('left_click', { target: await refOf('order add cart') });
    await harness.call('left_click', { target: await refOf('clickable box') });
    await soon(() => expect(recorded('click').map(({ on }) => on)).toEqual(['call', 'order', 'box']));
    await harness.call('left_click', { target: await refOf('in the frame') });
    await soon(() => expect(recorded('framed')).toHaveLength(1));
  });

  test('scroll_to brings an element into view', async () => {
    const { text } = await harness.call('scroll_to', { target: await refOf('far end') });
    expect(text).toMatch(/^Scrolled to ref_\d+\.$/);
    expect((await harness.call('read_page')).text).toContain('the far end');
  });

  test('form_input sets values with their events', async () => {
    await harness.call('form_input', { target: await refOf('your name'), value: 'Grace "H"' });
    await harness.call('form_input', { target: await refOf('kind dropdown'), value: 'Chocolate' });
    await harness.call('form_input', { target: await refOf('gift'), value: true });
    await harness.call('form_input', { target: await refOf('small radio'), value: true });
    await harness.call('form_input', { target: await refOf('note'), value: 12 });
    await soon(() =>
      expect(recorded('change')).toMatchObject([
        { on: 'name', value: 'Grace "H"' },
        { on: 'kind', value: 'c' },
        { on: 'gift', checked: true },
        { on: 'small', checked: true },
        { on: 'note', value: '12' },
      ]),
    );
    expect(recorded('input')).toHaveLength(5);
  });

  test('form_input says what does not fit', async () => {
    const problems = [
      ['locked', 'x', 'The field is disabled or read-only.'],
      ['kind dropdown', 'Vanilla', 'The list has no such option.'],
      ['gift', 'yes', 'A checkbox takes true or false.'],
      ['cake heading', 'x', 'The element is no form field. Click it and type, or choose from what it opens.'],
    ] as const;
    for (const [query, value, text] of problems)
      expect(await harness.call('form_input', { target: await refOf(query), value })).toMatchObject({
        isError: true,
        text,
      });
  });

  test('references of an earlier page are stale', async () => {
    const target = await refOf('add to cart');
    await harness.call('navigate', { url: 'reload' });
    expect(await harness.call('left_click', { target })).toMatchObject({
      isError: true,
      text: 'This element reference is unknown or stale. Use read_page or find again.',
    });
    expect((await harness.call('scroll_to', { target: { type: 'ref', ref: 'ref_0' } })).isError).toBe(true);
    expect((await harness.call('read_page', { ref: target.ref })).isError).toBe(true);
    expect(await refOf('add to cart')).not.toEqual(target);
  });
});
