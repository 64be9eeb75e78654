import { describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';

const STALE = 'This element reference is unknown or stale. Use read_page or find again.';

describe('frames of the same site and of others', () => {
  const { server, harness, recorded, ref } = useBrowser('frames.html');

  test('read_page has them in their places, without what is out of view', async () => {
    const { text } = await harness.call('read_page');
    const names = text.match(/(Iframe|button|textbox) "(same|other|nested|far)[^"]*"/g);
    expect(names?.filter((each) => !each.endsWith('file"'))).toEqual([
      'Iframe "same"',
      'textbox "same field"',
      'button "same button"',
      'Iframe "other"',
      'textbox "other field"',
      'button "other button"',
      'Iframe "nested"',
      'textbox "nested field"',
      'button "nested button"',
    ]);
    expect((await harness.call('read_page', { filter: 'all' })).text).toContain('button "far button"');
    const other = /Iframe "other" \[(ref_\d+)\]/.exec(text)?.[1];
    const inside = (await harness.call('read_page', { ref: other })).text;
    expect(inside).toContain('Words of the nested frame.');
    expect(inside).not.toContain('same');
  });

  test.each(['same', 'other', 'nested', 'far'])('elements of the %s frame are targets', async (name) => {
    await harness.call('left_click', { target: await ref(`${name} button`) });
    await soon(() => expect(recorded('click')).toEqual([{ type: 'click', on: name, trusted: true }]));
    const field = await ref(`${name} field`);
    await harness.call('form_input', { target: field, value: 'set' });
    await harness.call('left_click', { target: field });
    await harness.call('key', { text: 'End' });
    await harness.call('type', { text: ' é\t漢' });
    await soon(() => expect(recorded('input')).toContainEqual({ type: 'input', on: name, value: 'set é' }));
    expect((await harness.call('hover', { target: field })).isError).toBe(false);
    expect((await harness.call('scroll_to', { target: field })).isError).toBe(false);
  });

  test('get_page_text has the words of all', async () => {
    const { text } = await harness.call('get_page_text');
    for (const name of ['same', 'other', 'nested', 'far'])
      expect(text).toContain(`Words of the ${name} frame.`);
  });

  test('references outlive changes of the page, and not their frame', async () => {
    const same = await ref('same button');
    const nested = await ref('nested button');
    await harness.call('scroll_to', { target: await ref('far button') });
    await harness.call('new_tab');
    const [first, second] = (await harness.call('list_tabs')).state?.tabs ?? [];
    await harness.call('close_tab', { tab_id: second?.tab_id });
    await harness.call('left_click', { target: nested, tab_id: first?.tab_id });
    await soon(() => expect(recorded('click')).toMatchObject([{ on: 'nested' }]));
    await harness.call('navigate', { url: `${server.url}shadow.html` });
    for (const target of [same, nested])
      expect(await harness.call('left_click', { target })).toMatchObject({ isError: true, text: STALE });
  });

  test('a reference means nothing in another tab', async () => {
    const target = await ref('same button');
    await harness.call('new_tab');
    await harness.call('navigate', { url: `${server.url}frames.html` });
    await ref('same button');
    expect(await harness.call('left_click', { target })).toMatchObject({ isError: true, text: STALE });
    const tabs = (await harness.call('list_tabs')).state?.tabs ?? [];
    await harness.call('close_tab', { tab_id: tabs.at(-1)?.tab_id });
    await harness.call('left_click', { target });
    await soon(() => expect(recorded('click')).toMatchObject([{ on: 'same' }]));
  });
});

describe('shadow trees', () => {
  const { harness, recorded, ref } = useBrowser('shadow.html');

  test.each(['open', 'nested', 'closed'])('elements of the %s tree are targets', async (name) => {
    expect((await harness.call('read_page')).text).toContain(`button "${name} button"`);
    await harness.call('left_click', { target: await ref(`${name} button`) });
    await soon(() => expect(recorded('click')).toMatchObject([{ on: name }]));
    await harness.call('form_input', { target: await ref(`${name} field`), value: 'set' });
    await harness.call('form_input', { target: await ref(`${name} text`), value: 'new\nwords' });
    await soon(() => {
      expect(recorded('input')).toMatchObject([{ on: name, value: 'set' }]);
      expect(recorded('text').at(-1)).toMatchObject({ on: name, value: 'new\nwords' });
    });
  });

  test('get_page_text reads open ones in place, with what their slots hold', async () => {
    const { text } = await harness.call('get_page_text');
    expect(text).toMatch(/^Words of the open tree. slotted words\n.*Words of the nested tree./s);
  });
});
