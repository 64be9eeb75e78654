/** How long an action waits for the page, by what the page does. */
import { expect, test } from 'vitest';
import { useBrowser } from './browsing.ts';

const at = useBrowser('reactions.html');

async function clickAndRead(name: string): Promise<string> {
  await at.harness.call('left_click', { target: await at.ref(name) });
  return (await at.harness.call('get_page_text', {})).text;
}

test('what a page does at once is there when the action ends', async () => {
  expect(await clickAndRead('At once')).toContain('outcome: at once');
});

test('so is what it does a little later, having shown nothing before', async () => {
  expect(await clickAndRead('Later')).toContain('outcome: later');
});

test('and what it goes on doing after a first reaction', async () => {
  expect(await clickAndRead('In steps')).toContain('outcome: step 5');
});

test('what it begins in the frame that shows a first reaction', async () => {
  expect(await clickAndRead('In the next frame')).toContain('outcome: after the frame');
});

test('and what it begins right after the input', async () => {
  expect(await clickAndRead('After the input')).toContain('outcome: after the task');
});

test('the picture after it shows what was there at rest', async () => {
  await at.harness.call('left_click', { target: await at.ref('At once') });
  const shown = (await at.harness.call('screenshot', {})).image;
  expect((await at.harness.call('screenshot', {})).image?.equals(shown ?? Buffer.of())).toBe(true);
});

test('a short animation has ended', async () => {
  expect(await clickAndRead('Slide')).toContain('outcome: slid');
});

test('an endless animation is not waited for', async () => {
  const { isError, text } = await at.harness.call('left_click', { target: await at.ref('Spin') });
  expect(isError).toBe(false);
  expect(text).not.toContain('still loading or changing');
});
