import { afterAll, beforeAll, expect, it } from 'vitest';
import { spansOf } from '../../../src/agent/secrets/redactor.ts';
import { spellingsOf } from '../../../src/agent/secrets/spellings.ts';
import { decodePng } from '../../../src/computer/pngPixels.ts';
import { withFill } from '../../../src/computer/secretFill.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { useBrowser } from './browsing.ts';

const { harness, ref } = useBrowser('consequences.html', {
  members: ['javascript_exec'],
  confirm: async () => true,
});

let other: PageServer;
beforeAll(async () => {
  other = await startPageServer();
});
afterAll(() => other.close());

const VALUE = 'iiii-WWWW-7';
const spellings = spellingsOf(VALUE);
const fill = {
  value: VALUE,
  approve: async () => {},
  spansIn: (text: string) => spansOf(spellings, text),
};

/** Pixels of the screenshot that are covered. */
async function covered(): Promise<number> {
  const { image } = await harness.call('screenshot');
  const { data } = await decodePng(image ?? Buffer.alloc(0));
  let count = 0;
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === 0x80 && data[at + 1] === 0x80 && data[at + 2] === 0x80) count++;
  return count;
}

it('a secret in a frame of another process is covered with all of it where that is not shown as it is', async () => {
  const elsewhere = new URL(other.url).origin.replace('127.0.0.1', 'localhost');
  const script = (text: string) => harness.call('javascript_exec', { text: `${text}; 0` });
  await script(`const frame = document.getElementById('other');
    frame.style = 'position: absolute; left: 0; top: 100px; border: 0; width: 600px; height: 250px; transform-origin: 0 0';
    frame.src = '${elsewhere}/signin.html#text'`);
  await expect
    .poll(async () => (await harness.call('find', { query: 'password field' })).text)
    .toContain('Password');
  const target = await ref('Password field');
  const { isError, text } = await withFill(fill, () =>
    harness.call('form_input', { target, value: '{{secret:it}}' }),
  );
  expect(isError, text).toBe(false);
  const asItIs = await covered();
  expect(asItIs).toBeGreaterThan(1_000);
  expect(asItIs).toBeLessThan(600 * 250 * 0.5);
  await script(`document.getElementById('other').style.transform = 'scale(1.5)'`);
  expect(await covered()).toBeGreaterThanOrEqual(900 * 375);
  await script(`document.getElementById('other').style.transform = 'rotate(5deg)'`);
  expect(await covered()).toBeGreaterThan(600 * 250 * 0.9);
});
