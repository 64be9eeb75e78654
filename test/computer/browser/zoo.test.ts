import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { onSettled, type SettleReport } from '../../../src/computer/settleReports.ts';
import { selfSigned } from '../../support/selfSigned.ts';
import { soon, useBrowser } from './browsing.ts';
import { at } from './harness.ts';

describe('dragging', () => {
  const { harness, recorded } = useBrowser('drag.html');

  test('by pointer events', async () => {
    await harness.call('left_click_drag', { from: at(70, 80), target: at(420, 130) });
    await soon(() => expect(recorded('moved')).toMatchObject([{ left: '400px', top: '100px' }]));
  });

  test('by HTML5 drag and drop, in one call and in several', async () => {
    await harness.call('left_click_drag', { from: at(100, 350), target: at(400, 350) });
    await soon(() => expect(recorded('drop')).toMatchObject([{ data: 'the card' }]));
    await harness.call('navigate', { url: 'reload' });
    await harness.call('left_mouse_down', { target: at(100, 350) });
    for (const x of [120, 250, 390, 400]) await harness.call('mouse_move', { target: at(x, 350) });
    await harness.call('left_mouse_up', { target: at(400, 350) });
    await soon(() => expect(recorded('drop')).toHaveLength(2));
  });

  test('on a canvas, which the screenshot then shows', async () => {
    const before = (await harness.call('zoom', { region: [600, 100, 1000, 500] })).image;
    await harness.call('left_click_drag', { from: at(650, 150), target: at(900, 400) });
    await soon(() => expect(recorded('drawn')).toHaveLength(1));
    const points = recorded('drawn')[0]?.points as number[][];
    expect([points[0], points.at(-1)]).toEqual([
      [50, 50],
      [300, 300],
    ]);
    const after = (await harness.call('zoom', { region: [600, 100, 1000, 500] })).image;
    expect(before?.equals(after as Buffer)).toBe(false);
  });
});

describe('widgets that sites make themselves', () => {
  const { harness, recorded, ref } = useBrowser('widgets.html');

  test('a select is opened and chosen from by clicks', async () => {
    await harness.call('left_click', { target: await ref('country') });
    expect((await harness.call('read_page', { filter: 'interactive' })).text).toMatch(
      /combobox "Country" .*expanded/,
    );
    await harness.call('left_click', { target: await ref('ghana option') });
    await soon(() => expect(recorded('chosen')).toMatchObject([{ value: 'Ghana' }]));
  });

  test('a rich text editor takes keys, marks and shortcuts', async () => {
    await harness.call('left_click', { target: await ref('editor') });
    await harness.call('type', { text: 'plain ' });
    await harness.call('left_click', { target: await ref('bold button') });
    await harness.call('type', { text: 'heavy' });
    await harness.call('key', { text: 'shift+option+Left' });
    await harness.call('key', { text: 'ctrl+i' });
    await soon(() => {
      expect(recorded('html').at(-1)?.value).toMatch(/^plain <b><i>heavy<\/i><\/b>$|^plain <i><b>/);
      expect(recorded('edit')).toContainEqual(
        expect.objectContaining({ how: 'insertText', data: 'h', trusted: true }),
      );
    });
  });

  test('a table that has only the rows in view is scrolled and read again', async () => {
    const first = await ref('row 3');
    await harness.call('scroll', { target: at(200, 300), scroll_direction: 'down', scroll_amount: 10 });
    await harness.call('left_click', { target: await ref('row 35') });
    await soon(() => expect(recorded('row')).toMatchObject([{ number: 35 }]));
    expect(await harness.call('left_click', { target: first })).toMatchObject({
      isError: true,
      text: 'This element reference is unknown or stale. Use read_page or find again.',
    });
  });
});

describe('pages that never rest', () => {
  const { server, harness, recorded } = useBrowser('endless.html', { limits: { actionSettleMs: 500 } });

  test('hold an action up no longer than its ceiling, which is told', async () => {
    const reports: SettleReport[] = [];
    const listening = onSettled((report) => reports.push(report));
    onTestFinished(() => listening.dispose());
    const start = performance.now();
    const { isError, text } = await harness.call('left_click', { target: at(100, 100) });
    expect(isError).toBe(false);
    // Whether a clock is seen to tick in the moment of the look is chance; what is said of it is not.
    const isTold = /^Clicked\.\nThe page was still loading or changing after \d\.\d s\.$/.test(text);
    expect(isTold || text === 'Clicked.').toBe(true);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(reports).toEqual([{ after: 'action', isQuiet: !isTold, ms: expect.any(Number) }]);
  });

  test('a list without end is read in parts', async () => {
    await harness.call('scroll', { target: at(100, 100), scroll_direction: 'down', scroll_amount: 10 });
    const { text } = await harness.call('read_page');
    expect(text).toContain('Entry 60');
    expect(text).not.toMatch(/"Entry 1"/);
    expect((await harness.call('read_page', { filter: 'all' })).text).toMatch(/Entry 1\b/);
  });

  test.each([
    ['notifications', 165, 'notify'],
    ['the place', 205, 'locate'],
    ['the camera', 245, 'camera'],
  ])('permission for %s is denied', async (_, y, what) => {
    await harness.call('left_click', { target: at(750, y) });
    await soon(() => expect(recorded('permission')).toMatchObject([{ what, answer: 'denied' }]));
  });

  test('a page that never ends loading is shown by the ceiling', async () => {
    const result = await harness.call('navigate', { url: `${server.url}drip` });
    expect(result).toMatchObject({ isError: false, text: expect.stringContaining('Drip') });
    expect((await harness.call('get_page_text')).text).toContain('drop');
  });
});

describe('what servers send', () => {
  const { server, harness } = useBrowser('article.html');

  test('get_page_text has the article first, as it is seen, then the rest', async () => {
    const { text } = await harness.call('get_page_text');
    const lines = text.split('\n');
    expect(lines[0]).toBe('On bread');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Flour, water and salt: that is all.',
        'mix',
        '  rest',
        'Flour\t500 g',
        '[Rest of the page]',
        'Home Shop Blog',
        'Imprint',
      ]),
    );
    expect(text).not.toMatch(/never seen|nor this/);
  });

  test('a PDF is shown', async () => {
    const opened = await harness.call('navigate', { url: `${server.url}paper.pdf` });
    expect(opened).toMatchObject({ isError: false });
    expect((await harness.call('screenshot')).isError).toBe(false);
    expect((await harness.call('navigate', { url: 'back' })).text).toContain('Article');
  });

  test('a request for a password is cancelled and told', async () => {
    expect(await harness.call('navigate', { url: `${server.url}login` })).toMatchObject({
      isError: true,
      text: expect.stringContaining(
        'The server asks for a user name and a password (HTTP authentication). The prompt was cancelled.',
      ),
    });
    expect((await harness.call('screenshot')).isError).toBe(false);
  });

  test('a page whose connection breaks is shown as far as it came', async () => {
    expect((await harness.call('navigate', { url: `${server.url}cut` })).text).toContain('Cut');
    expect((await harness.call('get_page_text')).text).toBe('The first half.');
  });

  test('a certificate that nobody trusts is told plainly', async () => {
    const secure = createServer(selfSigned(), (_, response) => response.end('hello'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      secure.close();
      secure.closeAllConnections();
    });
    const { port } = secure.address() as AddressInfo;
    const result = await harness.call('navigate', { url: `https://localhost:${port}/` });
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(
      /^The page could not be loaded: the server's certificate is .* \(ERR_CERT_\w+\)\.$/,
    );
    expect((await harness.call('get_page_text')).text).not.toContain('hello');
  });
});
