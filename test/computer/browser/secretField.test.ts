import { describe, expect, it } from 'vitest';
import { spansOf } from '../../../src/agent/secrets/redactor.ts';
import { spellingsOf } from '../../../src/agent/secrets/spellings.ts';
import { decodePng } from '../../../src/computer/pngPixels.ts';
import { type FillPlace, type SecretFill, withFill } from '../../../src/computer/secretFill.ts';
import { soon, useBrowser } from './browsing.ts';

const VALUE = 'iiii-WWWW-7';
const spellings = spellingsOf(VALUE);

describe('a secret in a field', () => {
  const { harness, server, ref, recorded } = useBrowser('signin.html');
  let places: FillPlace[] = [];

  const fillWith = (approve: SecretFill['approve'] = async () => {}): SecretFill => ({
    value: VALUE,
    async approve(place, signal) {
      places.push(place);
      await approve(place, signal);
    },
    spansIn: (text) => spansOf(spellings, text),
  });
  const open = async (hash: string, query = '') => {
    await harness.call('navigate', { url: `${server.url}signin.html${query}#${hash}` });
    await harness.call('navigate', { url: 'reload' });
    places = [];
  };
  const type = (fill = fillWith()) => withFill(fill, () => harness.call('type', { text: '{{secret:it}}' }));
  const values = () => recorded('password').map(({ value }) => value);

  it('is put in at the cursor, and the place is told as the browser knows it', async () => {
    await open('');
    const { isError, text } = await type();
    expect(isError, text).toBe(false);
    expect(values()).toEqual([VALUE]);
    const { origin } = new URL(server.url);
    expect(places).toEqual([
      { kind: 'field', origin, around: [], label: 'Password', isPassword: true, sendsTo: undefined },
    ]);
  });

  it('takes the place of what a named field has', async () => {
    await open('');
    await harness.call('type', { text: 'old' });
    const target = await ref('password field');
    await withFill(fillWith(), () => harness.call('form_input', { target, value: '{{secret:it}}' }));
    expect(values().at(-1)).toBe(VALUE);
  });

  it.each(['steal', 'refocus'])(
    'reaches its field and no other while the page moves the focus (%s)',
    async (how) => {
      await open(how);
      const target = await ref('password field');
      const slow = fillWith(() => new Promise((resolve) => setTimeout(resolve, 100)));
      await withFill(slow, () => harness.call('form_input', { target, value: '{{secret:it}}' }));
      const { text } = await harness.call('read_page', { filter: 'interactive' });
      expect(text.split(VALUE).length - 1).toBeLessThanOrEqual(1);
      expect(text).toMatch(/textbox "User name" \[ref_\d+\]( focused)?\n/);
    },
  );

  it.each(['unmask', 'leave'])('goes nowhere when the field changes as it is entered (%s)', async (how) => {
    await open(how);
    const target = await ref('password field');
    const { isError, text } = await withFill(fillWith(), () =>
      harness.call('form_input', { target, value: '{{secret:it}}' }),
    );
    expect(isError).toBe(true);
    expect(text).not.toContain(VALUE);
    expect(values()).toEqual([]);
  });

  it('goes nowhere when the page is another one by the time the user has said yes', async () => {
    await open('go');
    const { isError } = await type(
      fillWith(async () => {
        await soon(() => expect(recorded('other')).not.toEqual([]));
      }),
    );
    expect(isError).toBe(true);
    expect(values()).toEqual([]);
  });

  it('goes into no page, button or list', async () => {
    await open('');
    const target = await ref('show password button');
    const pressed = await withFill(fillWith(), () =>
      harness.call('form_input', { target, value: '{{secret:it}}' }),
    );
    expect(pressed).toMatchObject({ isError: true, text: expect.stringContaining('text or password field') });
    const short = await withFill(fillWith(), async () =>
      harness.call('form_input', { target: await ref('short code'), value: '{{secret:it}}' }),
    );
    expect(short).toMatchObject({
      isError: true,
      text: expect.stringContaining('longer than the field takes'),
    });
  });

  describe('in pictures', () => {
    it.each(['show', 'text', 'letters', 'pseudo', 'placeholder', 'show+text+letters+pseudo+placeholder'])(
      'is covered wherever the page writes it (%s)',
      async (how) => {
        await open(how);
        await type(fillWith());
        const before = await pictures();
        // The same page with another value of the same length has the same picture: nothing of the value is in it.
        const other = 'WWWW-iiii-1';
        await open(how);
        const otherSpellings = spellingsOf(other);
        await withFill(
          {
            value: other,
            approve: async () => {},
            spansIn: (text) => spansOf(otherSpellings, text),
          },
          () => harness.call('type', { text: '{{secret:other}}' }),
        );
        const after = await pictures();
        before.forEach((one, index) => {
          expect(greys(one)).toBeGreaterThan(1_000);
          expect(Buffer.compare(one.data, after[index]?.data ?? Buffer.alloc(0))).toBe(0);
        });
      },
    );
  });

  /** The screen, and a part of it enlarged. */
  async function pictures() {
    const taken = [
      await harness.call('screenshot'),
      await harness.call('zoom', { region: [100, 50, 640, 387] }),
    ];
    return Promise.all(taken.map(({ image }) => decodePng(image ?? Buffer.alloc(0))));
  }

  function greys({ data }: { readonly data: Uint8Array }): number {
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === 0x80 && data[at + 1] === 0x80 && data[at + 2] === 0x80) count++;
    return count;
  }
});
