import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { PictureScreen } from '../../../src/computer/computer.ts';
import type { HumanInput, Modifiers, PointerButton } from '../../../src/protocol/humanInput.ts';
import { type PageServer, type Recorded, startPageServer } from '../../support/pageServer.ts';
import { BROWSER_TIMEOUT_MS, soon } from './browsing.ts';
import { type Harness, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: BROWSER_TIMEOUT_MS });

const NONE: Modifiers = { alt: false, control: false, meta: false, shift: false };
const { signal } = new AbortController();

let server: PageServer;
let harness: Harness;

beforeAll(async () => {
  server = await startPageServer();
  harness = await startHarness();
}, BROWSER_TIMEOUT_MS);

afterAll(async () => {
  await harness.close();
  await server.close();
});

beforeEach(async () => {
  await harness.call('navigate', { url: `${server.url}live.html` });
  server.clear();
});

function screen(): PictureScreen {
  const { screen: found } = harness.computer;
  if (found?.kind !== 'pictures') throw new Error('There is no screen.');
  return found;
}

/** All are sent before any is awaited, as they come from a person. */
function act(...events: HumanInput[]): Promise<unknown> {
  return Promise.all(events.map((event) => screen().input(event, signal)));
}

const move = (x: number, y: number): HumanInput => ({ type: 'pointer-move', x, y, modifiers: NONE });

function press(
  type: 'down' | 'up',
  x: number,
  y: number,
  clicks = 1,
  button: PointerButton = 'left',
): HumanInput {
  return { type: `pointer-${type}`, button, clicks, x, y, modifiers: NONE };
}

function click(x: number, y: number, clicks = 1, button: PointerButton = 'left'): HumanInput[] {
  return [press('down', x, y, clicks, button), press('up', x, y, clicks, button)];
}

const KEY_CODES: Readonly<Record<string, number>> = { Backspace: 8, Enter: 13, Shift: 16 };

/** A key that types one character, or a named one. */
function keys(key: string, modifiers: Partial<Modifiers> = {}): HumanInput[] {
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key;
  const keyCode = KEY_CODES[key] ?? key.toUpperCase().charCodeAt(0);
  const common = { key, code, keyCode, modifiers: { ...NONE, ...modifiers } };
  return [
    { type: 'key-down', isRepeat: false, ...common },
    { type: 'key-up', ...common },
  ];
}

const recorded = (type: string): Recorded[] => server.recorded.filter((entry) => entry.type === type);

test('a click lands where it is made', async () => {
  await act(move(650, 330), ...click(650, 330));
  await soon(() => expect(recorded('click')).toMatchObject([{ target: 'press', x: 650, y: 330, detail: 1 }]));
  expect(recorded('mousemove').at(-1)).toMatchObject({ x: 650, y: 330 });
});

test('double, right and middle clicks are what they are', async () => {
  await act(...click(650, 330), ...click(650, 330, 2));
  await soon(() => expect(recorded('dblclick')).toHaveLength(1));
  await act(...click(650, 330, 1, 'right'));
  await soon(() => expect(recorded('contextmenu')).toHaveLength(1));
  await act(...click(30, 700, 1, 'middle'));
  await soon(() => expect(recorded('mousedown').at(-1)).toMatchObject({ button: 1, buttons: 4 }));
});

test('a drag tells the page which button is down, and may leave the screen', async () => {
  await act(press('down', 20, 500), move(60, 520), move(100, 560));
  await act(press('up', -40, 600));
  await soon(() => expect(recorded('mouseup')).toMatchObject([{ buttons: 0, x: -40 }]));
  expect(recorded('mousemove').at(-1)).toMatchObject({ x: 100, y: 560, buttons: 1 });
});

test('of many moves the page is told the latest', async () => {
  await act(...Array.from({ length: 300 }, (_, index) => move(10 + index, 600)));
  await soon(() => expect(recorded('mousemove').at(-1)).toMatchObject({ x: 309 }));
  expect(recorded('mousemove').length).toBeLessThan(100);
});

test('the wheel scrolls', async () => {
  await act({ type: 'wheel', x: 640, y: 600, deltaX: 0, deltaY: 130, modifiers: NONE });
  await soon(() => expect(recorded('wheel')).toMatchObject([{ deltaX: 0, deltaY: 130 }]));
});

test('keys type into the field with the focus, and special ones do what they do', async () => {
  await act(
    ...click(200, 340),
    ...keys('H', { shift: true }),
    ...keys('i'),
    ...keys('x'),
    ...keys('Backspace'),
  );
  await act(...keys('Enter'), ...keys('ß'), ...keys('@', { alt: true, control: true }));
  await soon(() => expect(recorded('input').at(-1)?.value).toBe('Hi\nß@'));
  expect(recorded('keydown')[0]).toMatchObject({ key: 'H', code: 'KeyH', keyCode: 72, shift: true });
});

test('a shortcut types nothing and edits', async () => {
  await act(...click(200, 340), { type: 'text', text: 'some text' }, ...keys('a', { control: true }));
  await act(...keys('Backspace'));
  await soon(() => expect(recorded('input').at(-1)?.value).toBe(''));
  await act({ type: 'text', text: 'again' }, ...keys('a', { meta: true }), ...keys('b'));
  await soon(() => expect(recorded('input').at(-1)?.value).toBe('b'));
});

test('composed and pasted text arrives as it is', async () => {
  const text = 'Grüße 你好 👩‍👩‍👧 é\nsecond line';
  await act(...click(200, 340), { type: 'text', text });
  await soon(() => expect(recorded('input').at(-1)?.value).toBe(text));
});

test('what is left down is let go of', async () => {
  const [down] = keys('Shift', { shift: true });
  await act(press('down', 20, 500), ...(down ? [down] : []));
  screen().releaseInput();
  await soon(() => expect(recorded('mouseup')).toMatchObject([{ buttons: 0 }]));
  await soon(() => expect(recorded('keyup')).toMatchObject([{ key: 'Shift' }]));
  await act(...click(650, 330));
  await soon(() => expect(recorded('click')).toMatchObject([{ shift: false }]));
});

test('an aborted input is refused', async () => {
  const reason = new Error('handed back');
  await expect(screen().input(move(1, 1), AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('a release is taken whatever the signal, and one of what is not held does nothing', async () => {
  await act(press('down', 20, 500), ...keys('Shift', { shift: true }).slice(0, 1));
  const ended = AbortSignal.abort(new Error('handed back'));
  for (const input of [press('up', 20, 500), ...keys('Shift').slice(1)]) await screen().input(input, ended);
  await soon(() => expect(recorded('mouseup')).toHaveLength(1));
  await soon(() => expect(recorded('keyup')).toHaveLength(1));
  await act(press('up', 20, 500), ...keys('Shift').slice(1), ...click(650, 330));
  await soon(() => expect(recorded('click')).toHaveLength(2));
  expect([recorded('mouseup').length, recorded('keyup').length]).toEqual([2, 1]);
});
