/** The risks are named before the first run, in a real browser. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

const sent = (page: Page) =>
  page.evaluate(() => window.fakeHost.received.filter(({ type }) => type === 'send' || type === 'command'));

async function unconsented(query: string): Promise<Page> {
  const page = await webview.open(query);
  await page.evaluate(() => window.fakeHost.setStatus({ consent: 'needed' }));
  return page;
}

const accept = (page: Page) => page.evaluate(() => window.fakeHost.setStatus({ consent: 'given' }));

describe('the first prompt', () => {
  it('can be agreed to in a small panel: the risks scroll, the buttons do not', async () => {
    const page = await unconsented('session=empty');
    await page.setViewportSize({ width: 400, height: 480 });
    await page.fill('.prompt', 'Look around');
    await page.press('.prompt', 'Enter');
    await page.waitForSelector('.consent');
    const { card, button } = await page.evaluate(() => {
      const boxOf = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().toJSON();
      return { card: boxOf('.consent'), button: boxOf('.consent-accept') };
    });
    expect(button.bottom).toBeLessThan(card.bottom);
    expect(button.top).toBeGreaterThan(card.top);
  });

  it('is kept until the user has agreed, and sent then, all by keyboard', async () => {
    const page = await unconsented('session=empty');
    await page.fill('.prompt', 'Look around');
    await page.press('.prompt', 'Enter');
    await page.waitForSelector('.consent');
    expect(await sent(page)).toEqual([]);
    expect(await page.inputValue('.prompt')).toBe('Look around');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('consent-title');
    for (const words of ['instructions', 'in your name', 'Anthropic', 'costs', 'cannot afford to lose']) {
      expect(await page.innerText('.consent')).toContain(words);
    }
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await sent(page)).toEqual([{ type: 'command', command: 'accept-risks' }]);
    await accept(page);
    await page.waitForSelector('.consent', { state: 'detached' });
    await page.waitForFunction(() => window.fakeHost.received.some(({ type }) => type === 'send'));
    expect((await sent(page)).at(-1)).toMatchObject({ type: 'send', text: 'Look around' });
    await page.waitForFunction(() => document.activeElement?.matches('.prompt'));
  });

  it('stays where it is when the user does not agree, and asks again with the next try', async () => {
    const page = await unconsented('session=empty');
    await page.fill('.prompt', 'Look around');
    await page.press('.prompt', 'Enter');
    await page.waitForSelector('.consent');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.consent', { state: 'detached' });
    expect(await page.inputValue('.prompt')).toBe('Look around');
    await page.waitForFunction(() => document.activeElement?.matches('.prompt'));
    await page.press('.prompt', 'Enter');
    await page.waitForSelector('.consent');
    expect(await sent(page)).toEqual([]);
  });

  it('is not sent when the user agreed in another window after having declined here', async () => {
    const page = await unconsented('session=empty');
    await page.fill('.prompt', 'Look around');
    await page.press('.prompt', 'Enter');
    await page.getByRole('button', { name: 'Not Now' }).click();
    await accept(page);
    await page.waitForSelector('.send:enabled');
    expect(await sent(page)).toEqual([]);
  });
});

describe('the card', () => {
  it('is not there before anything is sent, nor for a demo', async () => {
    const page = await unconsented('session=empty');
    expect(await page.locator('.consent').count()).toBe(0);
  });

  it('is there at once where a button in the transcript would begin a run', async () => {
    const page = await unconsented('session=rich');
    await page.waitForSelector('.consent');
    expect(await page.getByRole('region', { name: 'Before Claude uses a computer for you' }).count()).toBe(1);
  });

  it('comes back when a notice is to go on that would begin a run', async () => {
    const page = await unconsented('session=empty');
    const notice = {
      kind: 'notice',
      severity: 'warning',
      text: 'It ended.',
      detail: '',
      actions: ['retry'],
      until: null,
    } as const;
    await page.evaluate((item) => window.fakeHost.append(item), notice);
    await page.getByRole('button', { name: 'Not Now' }).click();
    await page.waitForSelector('.consent', { state: 'detached' });
    const retry = page.getByRole('button', { name: 'Retry' });
    await retry.click();
    await page.waitForSelector('.consent');
    const retried = () =>
      page.evaluate(() => window.fakeHost.received.filter(({ type }) => type === 'notice-action').length);
    expect(await retried()).toBe(0);
    await accept(page);
    await page.waitForSelector('.consent', { state: 'detached' });
    await retry.click();
    await expect.poll(retried).toBe(1);
  });

  it('names what is kept apart of the computer of the session, point by point', async () => {
    const page = await unconsented('session=rich');
    const isolation = ['Your files are out of its reach.', 'Your network is not.'];
    await page.evaluate(
      (sentences) =>
        window.fakeHost.setStatus({ computer: { kind: 'virtual', label: 'X', isolation: sentences } }),
      isolation,
    );
    const points = page.locator('.consent li li');
    await points.first().waitFor();
    expect(await points.allInnerTexts()).toEqual(isolation);
  });

  it('fits a narrow panel, with its buttons in reach', async () => {
    const page = await unconsented('session=rich');
    await page.setViewportSize({ width: 320, height: 480 });
    await page.getByRole('button', { name: 'I Understand, Go On' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'I Understand, Go On' }).click({ timeout: 5_000 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
