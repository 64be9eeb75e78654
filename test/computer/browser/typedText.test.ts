import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';
import { at } from './harness.ts';

const SEED = Number(process.env.SEED ?? 20_261_123);

/** Any character there is, but for halves of one and for control characters, which no key types. */
const character = fc
  .oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '\n',
        '\t',
        ' ',
        '  ',
        'e\u0301',
        '👩‍👩‍👧',
        '漢字',
        'かな',
        '한글',
        'ß',
        '🇫🇷',
      ),
    },
  )
  .filter((text) => !/\p{Cs}|(?![\n\t])\p{Cc}/u.test(text));
const text = fc.array(character, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(''));

describe('any text', () => {
  const { server, harness } = useBrowser('typing.html');

  test.each([
    ['lines', at(100, 120)],
    ['plain', at(100, 240)],
  ])('lands in %s as it was sent', async (field, target) => {
    const landed = () =>
      server.recorded.filter(({ type, on }) => type === 'landed' && on === field).at(-1)?.value;
    await fc.assert(
      fc.asyncProperty(text, async (sent) => {
        await harness.call('left_click', { target });
        await harness.call('key', { text: 'ctrl+a Delete' });
        // A mark at the beginning would join what stands before it; after a last line break, an editor has another.
        const typed = `x${sent}x`;
        expect(await harness.call('type', { text: typed })).toMatchObject({ isError: false });
        await soon(() => expect(landed()).toBe(typed));
      }),
      { numRuns: 25, seed: SEED, endOnFailure: true },
    );
  });
});

describe('held keys', () => {
  const { server, harness } = useBrowser('input.html');
  const keys = (type: string) =>
    server.recorded.filter((each) => each.type === type && each.repeat !== true).map(({ key }) => key);

  test('a chord is held whole, its key repeats, and all of it is let go in the end', async () => {
    await harness.call('left_click', { target: at(200, 250) });
    const { text: said } = await harness.call('hold_key', { text: 'ctrl+shift+Right', duration: 0.6 });
    expect(said).toBe('Held ctrl+shift+Right for 0.6s.');
    await soon(() => expect(keys('keyup')).toEqual(['ArrowRight', 'Shift', 'Control']));
    expect(keys('keydown')).toEqual(['Control', 'Shift', 'ArrowRight']);
    const repeated = server.recorded.filter((each) => each.type === 'keydown' && each.repeat === true);
    expect(repeated.length).toBeGreaterThan(1);
    expect(repeated.every((each) => each.key === 'ArrowRight' && each.ctrl && each.shift)).toBe(true);
  });

  test('a modifier alone is held, and does not repeat', async () => {
    await harness.call('hold_key', { text: 'shift', duration: 0.5 });
    await soon(() => expect(keys('keyup')).toEqual(['Shift']));
    expect(server.recorded.filter(({ type }) => type === 'keydown')).toHaveLength(1);
  });

  test('a sequence is repeated as a whole', async () => {
    await harness.call('left_click', { target: at(200, 250) });
    await harness.call('key', { text: 'a shift+b Left', repeat: 3 });
    await soon(() =>
      expect(server.recorded.filter(({ type }) => type === 'input').at(-1)).toMatchObject({
        value: 'aaaBBB',
      }),
    );
  });
});
