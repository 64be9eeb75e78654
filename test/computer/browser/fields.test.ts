import { describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';

describe('form_input', () => {
  const { server, harness, recorded, ref } = useBrowser('fields.html');

  test.each([
    ['text', 'Grace "H" 漢👩‍👩‍👧'],
    ['email', 'a@example.com'],
    ['password', 's3cret'],
    ['search', 'bread'],
    ['tel', '+49 30 1'],
    ['url', 'https://example.com/'],
    ['number', '12.5'],
    ['range', '35'],
    ['color', '#3366ff'],
    ['date', '2026-11-23'],
    ['time', '17:05'],
    ['moment', '2026-11-23T17:05'],
    ['month', '2026-02'],
    ['week', '2026-W05'],
    ['story', 'two\nlines\twith a tab'],
    ['fruit', 'b'],
    ['toppings', '2'],
  ])('sets a field of kind %s, with its events', async (id, value) => {
    const target = await refOf(id);
    const result = await harness.call('form_input', { target, value });
    expect(result).toMatchObject({ isError: false, text: `Set the value of ${target.ref}.` });
    await soon(() => expect(recorded('change')).toMatchObject([{ on: id, value }]));
    expect(recorded('input').length).toBeGreaterThan(0);
  });

  test.each([
    ['agree', true, true],
    ['small', true, true],
    ['dark', true, 'true'],
  ])('turns %s on by a click', async (id, value, told) => {
    await harness.call('form_input', { target: await refOf(id), value });
    await soon(() => expect(recorded('change')).toMatchObject([{ on: id, value: told }]));
    await harness.call('form_input', { target: await refOf(id), value });
    expect(recorded('change')).toHaveLength(1);
  });

  test.each([
    ['fruit', 'banana', 'b'],
    ['toppings', '["Nuts", "Sugar, brown"]', '1,3'],
    ['toppings', 'Cream, Nuts', '1,2'],
    ['color', 'rebeccapurple', '#663399'],
    ['number', 7, '7'],
  ])('takes for %s what is meant by %j', async (id, value, became) => {
    expect((await harness.call('form_input', { target: await refOf(id), value })).isError).toBe(false);
    await soon(() => expect(String(recorded('change').at(-1)?.value).trim()).toBe(became));
  });

  test('tells what the field made of a value', async () => {
    const { text } = await harness.call('form_input', { target: await refOf('email'), value: ' a@b.c ' });
    expect(text).toContain('The field made this of it: "a@b.c"');
  });

  test('types over what a rich text editor holds', async () => {
    const target = await refOf('rich');
    expect((await harness.call('form_input', { target, value: 'new\n\twords' })).isError).toBe(false);
    await soon(() => expect(recorded('input').at(-1)).toMatchObject({ on: 'rich', value: 'new\n\twords' }));
    expect(recorded('beforeinput').length).toBeGreaterThan(0);
    await harness.call('form_input', { target, value: '' });
    await soon(() => expect(String(recorded('input').at(-1)?.value).trim()).toBe(''));
  });

  test.each([
    ['short', 'too long', 'The text is longer than the field takes.'],
    ['number', 'many', 'The field takes a number, such as 12.5.'],
    ['range', 52, 'The field takes a number from its own range.'],
    ['color', 'no colour', 'The field takes a colour, such as #3366ff.'],
    ['date', '23.11.2026', 'The field takes a date as YYYY-MM-DD.'],
    ['time', '5 pm', 'The field takes a time as HH:MM, in 24 hours.'],
    ['moment', '2026-11-23', 'The field takes a date and time as YYYY-MM-DDTHH:MM.'],
    ['month', 'May', 'The field takes a month as YYYY-MM.'],
    ['week', '5', 'The field takes a week as YYYY-Www, such as 2026-W05.'],
    ['fruit', 'Cherry', 'The list has no such option.'],
    ['toppings', 'Nuts, Salt', 'The list has no such option. For several options'],
    ['agree', 'yes', 'A checkbox takes true or false.'],
    ['off', 'x', 'The field is disabled or read-only.'],
    ['done', 'x', 'The element is no form field.'],
  ])('refuses for %s a value like %j, and changes nothing', async (id, value, problem) => {
    const result = await harness.call('form_input', { target: await refOf(id), value });
    expect(result).toMatchObject({ isError: true, text: expect.stringContaining(problem) });
    expect(recorded('change')).toEqual([]);
  });

  test('says nothing of what a page makes up', async () => {
    await harness.call('navigate', { url: `${server.url}fields.html?hostile` });
    const result = await harness.call('form_input', { target: await refOf('number'), value: 'many' });
    expect(result).toMatchObject({ isError: true, text: 'The value could not be set.' });
  });

  /** The words that `find` knows the field by. */
  function refOf(id: string) {
    const names: Readonly<Record<string, string>> = {
      tel: 'phone',
      url: 'web',
      color: 'colour',
      rich: 'rich text',
      dark: 'dark mode',
      text: 'text field',
      done: 'done button',
    };
    return ref(names[id] ?? id);
  }
});
