import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodePng } from '../../../src/computer/pngPixels.ts';
import { type FillPlace, withFill } from '../../../src/computer/secretFill.ts';
import { type CallResult, type Driven, startDriven } from './driving.ts';

const VALUE = 'WWiiWW-42';

describe('a secret typed on a desktop', () => {
  let driven: Driven;

  beforeAll(async () => {
    driven = await startDriven();
    driven.server.run('xterm', ['-geometry', '90x20+0+0', '-fa', 'Monospace', '-e', 'cat']);
    await vi.waitFor(async () => expect(await colours()).toBeGreaterThan(1), {
      timeout: 20_000,
      interval: 100,
    });
    await driven.call('left_click', { coordinate: [200, 200] });
  }, 60_000);

  afterAll(() => driven.close());

  const colours = async () => {
    const { data } = await pixels(await driven.call('screenshot'));
    return new Set(new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4)).size;
  };
  const pixels = ({ image }: CallResult) => decodePng(image ?? Buffer.alloc(0));

  it('is typed where the user allows it, and covered in pictures until something else is there', async () => {
    const places: FillPlace[] = [];
    await driven.call('type', { text: 'before' });
    const before = await pixels(await driven.call('screenshot'));
    const fill = {
      value: VALUE,
      approve: async (place: FillPlace) => void places.push(place),
      spansIn: () => [],
    };
    const typed = await withFill(fill, () => driven.call('type', { text: '{{secret:it}}' }));
    expect(typed, typed.text).toMatchObject({ isError: false });
    expect(places).toEqual([{ kind: 'desktop', desktop: 'virtual' }]);
    for (const member of ['screenshot', 'screenshot'] as const) {
      const after = await pixels(await driven.call(member));
      const { covered, others } = compare(before.data, after.data);
      expect(covered).toBeGreaterThan(300);
      // What is not covered is as it was: nothing of the value is to be seen.
      expect(others).toBe(0);
    }
    const zoomed = await pixels(await driven.call('zoom', { region: [0, 0, 300, 100] }));
    expect(compare(zoomed.data, zoomed.data).greys).toBeGreaterThan(300);
    await driven.call('key', { text: 'Control+c' });
    await expect
      .poll(
        async () => {
          const now = await pixels(await driven.call('screenshot'));
          return compare(now.data, now.data).greys;
        },
        { timeout: 10_000 },
      )
      .toBe(0);
  }, 60_000);

  it('is not typed where the user does not', async () => {
    const fill = {
      value: VALUE,
      approve: () => Promise.reject(new Error('No.')),
      spansIn: () => [],
    };
    const before = await pixels(await driven.call('screenshot'));
    const { isError } = await withFill(fill, () => driven.call('type', { text: '{{secret:it}}' }));
    expect(isError).toBe(true);
    expect(Buffer.compare(before.data, (await pixels(await driven.call('screenshot'))).data)).toBe(0);
  });
});

function compare(before: Uint8Array, after: Uint8Array) {
  let covered = 0;
  let others = 0;
  let greys = 0;
  for (let at = 0; at < after.length; at += 4) {
    const isGrey = [0, 1, 2].every((channel) => after[at + channel] === 0x80);
    if (isGrey) greys++;
    if ([0, 1, 2].every((channel) => after[at + channel] === before[at + channel])) continue;
    if (isGrey) covered++;
    else others++;
  }
  return { covered, others, greys };
}
