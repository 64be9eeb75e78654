/** The composer and the header in a real browser. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { SessionStatus, WebviewMessage } from '../../src/protocol/messages.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

/** What the user did, as the host heard it. */
function posted(page: Page): Promise<WebviewMessage[]> {
  return page.evaluate(() =>
    window.fakeHost.received.filter(({ type }) => type === 'send' || type === 'stop' || type === 'command'),
  );
}

/** Waits until what is written goes into the prompt. */
async function promptHasFocus(page: Page): Promise<void> {
  await page.waitForFunction(() => document.activeElement?.matches('.prompt:enabled'));
}

async function run(page: Page): Promise<void> {
  await page.evaluate(() => {
    const run = { state: 'running', since: Date.now(), activity: 'thinking' } as const;
    window.fakeHost.setStatus({ run });
  });
  await page.waitForSelector('.stop');
}

describe('writing', () => {
  it('starts at once, sends with Enter and makes lines with Shift+Enter', async () => {
    const page = await webview.open('session=rich');
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    expect(await posted(page)).toMatchObject([{ type: 'send', text: 'one\ntwo' }]);
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.prompt')?.value === '');
  });

  it('gets the keyboard that comes to the panel in the moment in which it appears', async () => {
    const page = await webview.open('session=rich');
    await page.addInitScript(() => {
      let hasFocus = false;
      document.hasFocus = () => hasFocus;
      new MutationObserver((_, observer) => {
        if (!document.querySelector('.prompt')) return;
        observer.disconnect();
        hasFocus = true;
        window.dispatchEvent(new Event('focus'));
      }).observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    await promptHasFocus(page);
  });

  it('keeps what the host does not take, and can send it again', async () => {
    const page = await webview.open('session=rich');
    await page.evaluate(() => {
      window.fakeHost.takesPrompts = false;
    });
    await page.fill('.prompt', 'precious');
    await page.press('.prompt', 'Enter');
    await page.waitForSelector('.send:enabled');
    expect(await page.inputValue('.prompt')).toBe('precious');
    await page.evaluate(() => {
      window.fakeHost.takesPrompts = true;
    });
    await page.press('.prompt', 'Enter');
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.prompt')?.value === '');
    expect((await posted(page)).length).toBe(2);
  });

  it('keeps an unsent text when a suggested prompt is sent', async () => {
    const page = await webview.open('session=empty&provider=demo');
    await page.fill('.prompt', 'mine');
    await page.click('.chip');
    await page.waitForSelector('.send:enabled');
    expect(await page.inputValue('.prompt')).toBe('mine');
  });

  it('sends nothing that is blank', async () => {
    const page = await webview.open('session=rich');
    await page.fill('.prompt', '  \n ');
    await page.press('.prompt', 'Enter');
    expect(await posted(page)).toEqual([]);
    expect(await page.isDisabled('.send')).toBe(true);
  });

  it('leaves Enter to an input method that is composing', async () => {
    const page = await webview.open('session=rich');
    await page.fill('.prompt', 'にほん');
    await page.dispatchEvent('.prompt', 'keydown', { key: 'Enter', isComposing: true });
    await page.dispatchEvent('.prompt', 'keydown', { key: 'Enter', keyCode: 229 });
    expect(await posted(page)).toEqual([]);
    expect(await page.inputValue('.prompt')).toBe('にほん');
  });

  it('grows with its text, up to a part of the panel', async () => {
    const page = await webview.open('session=rich');
    const height = () => page.$eval('.prompt', (prompt) => prompt.clientHeight);
    const small = await height();
    await page.fill('.prompt', 'line\n'.repeat(5));
    const grown = await height();
    await page.fill('.prompt', 'line\n'.repeat(100));
    expect(grown).toBeGreaterThan(small * 2);
    expect(await height()).toBeLessThan(300);
  });
});

describe('while Claude works', () => {
  it('keeps what is typed, stops by button, and not by Escape', async () => {
    const page = await webview.open('session=rich');
    await run(page);
    await page.fill('.prompt', 'next');
    await page.press('.prompt', 'Enter');
    await page.press('.prompt', 'Escape');
    expect(await posted(page)).toEqual([]);
    expect(await page.inputValue('.prompt')).toBe('next');
    await page.focus('.stop');
    await page.keyboard.press('Enter');
    await page.evaluate(() => window.fakeHost.setStatus({ run: { state: 'idle' } }));
    await page.waitForSelector('.send');
    await promptHasFocus(page);
    expect(await posted(page)).toEqual([{ type: 'stop' }]);
  });

  it('gives the focus of the Stop button to the prompt when the work ends by itself', async () => {
    const page = await webview.open('session=rich');
    await run(page);
    await page.focus('.stop');
    await page.evaluate(() => window.fakeHost.setStatus({ run: { state: 'idle' } }));
    await promptHasFocus(page);
  });

  it('says what it does', async () => {
    const page = await webview.open('session=rich');
    await run(page);
    expect(await page.innerText('.run-state')).toMatch(/^Thinking…\s*\d s$/);
    expect(await page.getAttribute('.run-state', 'data-state')).toBe('running');
  });
});

describe('who answers', () => {
  it('offers a key and the demo where there is no key, and takes no prompt', async () => {
    const page = await webview.open('session=empty&provider=none');
    expect(await page.isDisabled('.prompt')).toBe(true);
    await page.getByRole('button', { name: 'Set API Key' }).click();
    await page.getByRole('button', { name: 'Try the Offline Demo' }).click();
    expect(await posted(page)).toEqual([
      { type: 'command', command: 'set-api-key' },
      { type: 'command', command: 'start-demo' },
    ]);
  });

  it('says clearly that the demo is one, and offers its prompt', async () => {
    const page = await webview.open('session=empty&provider=demo');
    expect(await page.innerText('.provider-bar')).toContain('Offline demo model — scripted answers');
    const prompt = await page.innerText('.chip');
    await page.click('.chip');
    expect(await posted(page)).toMatchObject([{ type: 'send', text: prompt }]);
    await run(page);
    await promptHasFocus(page);
  });

  it('goes on in the prompt once the demo is chosen, and does not leave it by a second Enter', async () => {
    const page = await webview.open('session=empty&provider=none');
    await page.getByRole('button', { name: 'Try the Offline Demo' }).focus();
    await page.keyboard.press('Enter');
    await page.evaluate(() => {
      window.fakeHost.setStatus({ model: { provider: 'demo', label: 'Offline demo' } });
    });
    await promptHasFocus(page);
    await page.keyboard.press('Enter');
    expect(await posted(page)).toEqual([{ type: 'command', command: 'start-demo' }]);
  });

  it('lets go of the demo while nothing was said in it', async () => {
    const page = await webview.open('session=empty&provider=demo');
    await page.getByRole('button', { name: 'Leave the Demo' }).click();
    expect(await posted(page)).toEqual([{ type: 'command', command: 'end-demo' }]);
  });

  it('leads out of a demo that has begun by a new session, and says why', async () => {
    const page = await webview.open('session=rich&provider=demo');
    expect(await page.innerText('.provider-bar')).toContain('This session stays a demo');
    expect(await page.getByRole('button', { name: 'Leave the Demo' }).count()).toBe(0);
    await page.getByRole('button', { name: 'New Session' }).click();
    expect(await posted(page)).toEqual([{ type: 'command', command: 'new-session' }]);
  });

  it('takes no prompt in Restricted Mode, and leads to the trust of the workspace', async () => {
    const page = await webview.open('session=rich');
    await page.fill('.prompt', 'later');
    await page.evaluate(() => window.fakeHost.setStatus({ access: 'restricted' }));
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    expect(await page.isDisabled('.prompt')).toBe(true);
    expect(await page.isDisabled('.send')).toBe(true);
    expect(await posted(page)).toEqual([{ type: 'command', command: 'manage-trust' }]);
    await page.evaluate(() => window.fakeHost.setStatus({ access: 'full' }));
    await page.waitForSelector('.send:enabled');
    expect(await page.inputValue('.prompt')).toBe('later');
  });

  it('takes no prompt for a session that another window works in, and says so', async () => {
    const page = await webview.open('session=rich');
    await page.evaluate(() => window.fakeHost.setStatus({ access: 'elsewhere' }));
    await page.waitForSelector('.provider-bar');
    expect(await page.innerText('.provider-bar')).toContain('another window');
    expect(await page.isDisabled('.prompt')).toBe(true);
  });

  it('suggests something to begin with', async () => {
    const page = await webview.open('session=empty');
    const example = await page.innerText('.example >> nth=0');
    await page.click('.example >> nth=0');
    expect(await page.inputValue('.prompt')).toBe(example);
    expect(await posted(page)).toEqual([]);
  });
});

describe('the header', () => {
  it('reaches the log, the computer and the model', async () => {
    const page = await webview.open('session=rich');
    await page.click('[aria-label="Log HTTP exchanges"]');
    await page.evaluate(() => window.fakeHost.setStatus({ httpLogs: true }));
    await page.waitForSelector('[aria-label="Log HTTP exchanges"][aria-pressed="true"]');
    await page.click('[aria-label="Show the HTTP exchange log"]');
    await page.getByRole('button', { name: 'Claude Opus 5.5. Choose another model' }).click();
    await page.getByRole('button', { name: 'Chromium (headless). Choose another computer' }).click();
    expect((await posted(page)).map((message) => message.type === 'command' && message.command)).toEqual([
      'toggle-http-logs',
      'show-http-logs',
      'choose-model',
      'choose-computer',
    ]);
  });

  it('counts the tokens of the real model only, and has no heading without a title', async () => {
    const page = await webview.open('session=rich');
    expect(await page.locator('.fact-tokens').count()).toBe(1);
    await page.evaluate(() => {
      window.fakeHost.setStatus({ title: '', model: { provider: 'demo', label: 'Offline demo' } });
    });
    await page.waitForSelector('.provider-bar.is-demo');
    expect(await page.locator('.fact-tokens').count()).toBe(0);
    expect(await page.locator('h1').count()).toBe(0);
  });

  it.each([760, 640, 400, 320])('keeps model and computer in reach at %i px', async (width) => {
    const page = await webview.open('session=rich');
    await page.setViewportSize({ width, height: 600 });
    await page.waitForFunction(() => document.querySelector('.fact-tokens')?.checkVisibility() === false);
    const model = page.getByRole('button', { name: 'Claude Opus 5.5. Choose another model' });
    expect(await model.getAttribute('title')).toContain('Tokens of this session: 48,210 read, 3,904 written');
    for (const fact of [model, page.getByRole('button', { name: 'Chromium (headless)' })]) {
      expect(await fact.locator('.codicon').isVisible()).toBe(true);
      const box = await fact.boundingBox();
      expect(box && box.x + box.width).toBeLessThanOrEqual(width);
      await fact.click();
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it.each([640, 500, 320])(
    'covers nothing with the warning that Claude does not ask, at %i px',
    async (width) => {
      const page = await webview.open('session=rich');
      await page.setViewportSize({ width, height: 600 });
      await page.evaluate(() =>
        window.fakeHost.setStatus({
          unattended: 'on',
          run: { state: 'running', since: Date.now(), activity: 'asking' },
        }),
      );
      await page.waitForSelector('.unattended');
      const boxes = await page
        .locator('.header-title, .run-state, .unattended, .fact, .header-actions button:visible')
        .filter({ visible: true })
        .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().toJSON() as DOMRect));
      expect(boxes.length).toBeGreaterThanOrEqual(9);
      for (const [index, one] of boxes.entries()) {
        expect(one.width).toBeGreaterThan(10);
        expect(one.right).toBeLessThanOrEqual(width);
        for (const other of boxes.slice(index + 1)) {
          const isApart =
            one.right <= other.left + 1 ||
            other.right <= one.left + 1 ||
            one.bottom <= other.top + 1 ||
            other.bottom <= one.top + 1;
          expect(isApart, JSON.stringify([one, other])).toBe(true);
        }
      }
    },
  );

  it('is ready only where a prompt begins a run at once', async () => {
    const page = await webview.open('session=rich');
    const state = page.locator('.run-state');
    const becomes = async (status: Partial<SessionStatus>, words: string, isReady = false) => {
      await page.evaluate((change) => window.fakeHost.setStatus(change), status);
      await expect.poll(() => state.innerText()).toBe(words);
      expect(await state.evaluate((label) => label.matches('.is-ready'))).toBe(isReady);
    };
    await becomes({}, 'Ready', true);
    await becomes({ unfinished: true }, 'Waiting for you');
    await becomes({ control: 'user' }, 'You have control');
    await becomes({ consent: 'needed' }, 'Needs your consent');
    await becomes({ access: 'elsewhere' }, 'In use in another window');
    await becomes({ access: 'restricted' }, 'Restricted Mode');
  });

  it.each(['dark', 'light', 'high-contrast'])('fits into a narrow panel in a %s theme', async (theme) => {
    const page = await webview.open(`session=rich&theme=${theme}`);
    await page.setViewportSize({ width: 320, height: 600 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(await page.$eval('.scroller', (scroller) => scroller.scrollWidth - scroller.clientWidth)).toBe(0);
  });
});
