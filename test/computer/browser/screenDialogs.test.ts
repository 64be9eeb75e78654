import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Disposable } from '../../../src/base/lifecycle.ts';
import type { PictureScreen, ScreenDialogs } from '../../../src/computer/computer.ts';
import type { HumanInput, Modifiers } from '../../../src/protocol/humanInput.ts';
import type { ScreenDialog } from '../../../src/protocol/screenDialog.ts';
import { type PageServer, type Recorded, startPageServer } from '../../support/pageServer.ts';
import { BROWSER_TIMEOUT_MS, soon } from './browsing.ts';
import { at, type Harness, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: BROWSER_TIMEOUT_MS });

const NONE: Modifiers = { alt: false, control: false, meta: false, shift: false };
const RESPONSE_MS = 1_000;
const { signal } = new AbortController();

let server: PageServer;
let other: PageServer;
let harness: Harness;
let attending: Disposable;

beforeAll(async () => {
  [server, other] = await Promise.all([startPageServer(), startPageServer()]);
  harness = await startHarness({ limits: { responseMs: RESPONSE_MS } });
}, BROWSER_TIMEOUT_MS);

afterAll(async () => {
  await harness.close();
  await Promise.all([server.close(), other.close()]);
});

beforeEach(async () => {
  await open('asking.html');
  attending = dialogs().attend();
});

afterEach(() => attending.dispose());

async function open(page: string): Promise<void> {
  const { isError, text } = await harness.call('navigate', { url: server.url + page });
  expect(isError, text).toBe(false);
  server.clear();
  harness.events.length = 0;
}

function screen(): PictureScreen {
  const { screen: found } = harness.computer;
  if (found?.kind !== 'pictures') throw new Error('There is no screen.');
  return found;
}

function dialogs(): ScreenDialogs {
  const { dialogs: found } = screen();
  if (!found) throw new Error('It cannot ask.');
  return found;
}

/** As from a person: nobody waits for its end, which may be that the page is gone. */
function act(...inputs: HumanInput[]): void {
  for (const input of inputs)
    screen()
      .input(input, signal)
      .catch(() => undefined);
}

function click(y: number, x = 150): void {
  const press = { button: 'left', clicks: 1, x, y, modifiers: NONE } as const;
  act({ type: 'pointer-down', ...press }, { type: 'pointer-up', ...press });
}

function press(key: string, keyCode: number): void {
  const common = { key, code: key, keyCode, modifiers: NONE };
  act({ type: 'key-down', isRepeat: false, ...common }, { type: 'key-up', ...common });
}

/** The dialog that is open, once it is of this kind. */
async function asked(kind: ScreenDialog['kind']): Promise<ScreenDialog> {
  await soon(() => expect(dialogs().current?.kind).toBe(kind));
  const { current } = dialogs();
  if (!current) throw new Error('Nothing is asked.');
  return current;
}

/** The one that a click opens. A click on what the browser is just closing opens nothing. */
async function opened(kind: 'choice' | 'picker', y: number, x?: number): Promise<ScreenDialog> {
  for (let tries = 0; tries < 20 && dialogs().current?.kind !== kind; tries++) {
    click(y, x);
    await vi
      .waitFor(() => expect(dialogs().current?.kind).toBe(kind), { timeout: 700 })
      .catch(() => undefined);
  }
  return asked(kind);
}

const recorded = (type: string): Recorded[] => server.recorded.filter((entry) => entry.type === type);
const ms = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration));

test('a page asks the person who has the computer, and hears the answers; the model is told nothing', async () => {
  click(30);
  const alert = await asked('alert');
  expect(alert).toMatchObject({ message: '<b>Mind</b> the gap' });
  // Longer than a page may take to answer: it waits for the person, and does not hang.
  await ms(RESPONSE_MS + 300);
  dialogs().answer(alert.id, { isAccepted: true, value: '' });
  await soon(() => expect(recorded('alert')).toHaveLength(1));

  for (const isAccepted of [true, false]) {
    click(90);
    dialogs().answer((await asked('confirm')).id, { isAccepted, value: '' });
    await soon(() => expect(recorded('confirm').at(-1)?.said).toBe(isAccepted));
  }

  click(150);
  const prompt = await asked('prompt');
  expect(prompt).toMatchObject({ message: 'Your name?', value: 'Ada' });
  dialogs().answer(prompt.id, { isAccepted: true, value: 'Grüße 👋' });
  await soon(() => expect(recorded('prompt').at(-1)?.said).toBe('Grüße 👋'));
  expect(dialogs().current).toBeUndefined();

  attending.dispose();
  const { text } = await harness.call('mouse_move', { target: at(700, 30) });
  expect(text).not.toContain('dialog');
  expect(harness.events).toEqual([]);
});

test('leaving a page is the person to decide', async () => {
  click(450);
  dialogs().answer((await asked('leave')).id, { isAccepted: false, value: '' });
  await soon(() => expect(recorded('leave')).toHaveLength(1));
  expect(screen().caption.title).toBe('Asking');
  click(450);
  dialogs().answer((await asked('leave')).id, { isAccepted: true, value: '' });
  await soon(() => expect(screen().caption.address).toBe(`${server.url}input.html`));
});

test('what nobody answers any more is dismissed, and told', async () => {
  click(510);
  await asked('alert');
  attending.dispose();
  await soon(() => expect(recorded('many')).toHaveLength(1));
  expect(dialogs().current).toBeUndefined();
  const { isError, text } = await harness.call('mouse_move', { target: at(700, 30) });
  expect(isError).toBe(false);
  expect(text).toContain('An alert dialog "Number 0" was dismissed.');
});

test('a dialog whose tab is closed is over', async () => {
  await harness.call('new_tab');
  await open('asking.html');
  click(30);
  await asked('alert');
  const { state } = await harness.call('list_tabs');
  await harness.call('close_tab', { tab_id: state?.tabs.find(({ active }) => active)?.tab_id ?? '' });
  await soon(() => expect(dialogs().current).toBeUndefined());
});

test('a list of options opens for the person to choose from', async () => {
  const choice = await opened('choice', 220);
  expect(choice).toMatchObject({
    message: 'Drink',
    chosen: 0,
    options: [
      { label: 'Water', group: '', isDisabled: false },
      { label: 'Tea', group: 'Hot' },
      { label: 'Coffee', isDisabled: true },
      { label: 'Cocoa' },
    ],
  });
  dialogs().answer(choice.id, { isAccepted: true, value: '3' });
  await soon(() => expect(recorded('change')).toMatchObject([{ id: 'list', value: 'Cocoa' }]));
  expect(recorded('input')).toMatchObject([{ value: 'Cocoa' }]);

  // Cancelled, or with an option that cannot be chosen, it stays as it is. The page hears nothing of it.
  for (const answer of [
    { isAccepted: false, value: '0' },
    { isAccepted: true, value: '2' },
  ]) {
    dialogs().answer((await opened('choice', 220)).id, answer);
    await soon(() => expect(dialogs().current).toBeUndefined());
  }
  await vi.waitFor(
    () => {
      press(' ', 32);
      return vi.waitFor(() => expect(dialogs().current?.kind).toBe('choice'), { timeout: 700 });
    },
    { timeout: 10_000 },
  );
  const again = await asked('choice');
  expect(again).toMatchObject({ chosen: 3 });
  dialogs().answer(again.id, { isAccepted: true, value: '0' });
  await soon(() => expect(recorded('change')).toHaveLength(2));
  expect(recorded('keydown').map(({ key }) => key)).not.toContain('Escape');
});

test('a list in a frame of another origin opens too', async () => {
  await open(`asking.html?frame=${encodeURIComponent(`${other.url}asking.html#list`)}`);
  dialogs().answer((await opened('choice', 580, 250)).id, { isAccepted: true, value: '1' });
  await soon(() =>
    expect(other.recorded).toContainEqual(expect.objectContaining({ type: 'change', value: 'Tea' })),
  );
});

test('keys choose from a list without it', async () => {
  attending.dispose();
  click(220);
  press('ArrowDown', 40);
  press('Enter', 13);
  await soon(() => expect(recorded('change')).toMatchObject([{ id: 'list', value: 'Tea' }]));
  expect(dialogs().current).toBeUndefined();
});

test('a date and a colour are picked', async () => {
  const date = await opened('picker', 280, 285);
  expect(date).toMatchObject({ picker: 'date', value: '', min: '2026-01-01' });
  dialogs().answer(date.id, { isAccepted: true, value: '2026-05-04' });
  await soon(() => expect(recorded('change').at(-1)).toMatchObject({ id: 'day', value: '2026-05-04' }));
  const colour = await opened('picker', 340);
  expect(colour).toMatchObject({ picker: 'color', value: '#000000' });
  dialogs().answer(colour.id, { isAccepted: true, value: '#12ab34' });
  await soon(() => expect(recorded('change').at(-1)).toMatchObject({ id: 'paint', value: '#12ab34' }));
});

test('that files cannot be chosen is said', async () => {
  click(400);
  dialogs().answer((await asked('files')).id, { isAccepted: true, value: '' });
  expect(dialogs().current).toBeUndefined();
  click(30);
  dialogs().answer((await asked('alert')).id, { isAccepted: true, value: '' });
});

test('what asks for files does not outlive its page, its frame or its tab', async () => {
  click(400);
  await asked('files');
  await open('input.html');
  expect(dialogs().current).toBeUndefined();

  await open(`asking.html?frame=${encodeURIComponent(`${other.url}asking.html#file`)}`);
  click(580, 250);
  await asked('files');
  click(30, 500);
  await soon(() => expect(dialogs().current).toBeUndefined());

  const { state } = await harness.call('new_tab');
  await open('asking.html');
  click(400);
  await asked('files');
  await harness.call('close_tab', { tab_id: state?.tabs.find(({ active }) => active)?.tab_id });
  expect(dialogs().current).toBeUndefined();
});

test('where an action points is told, by coordinates and by elements', async () => {
  const told: unknown[] = [];
  const listening = screen().onPointer((pointer) => told.push(pointer));
  await harness.call('mouse_move', { target: at(710, 30) });
  expect(screen().pointer).toEqual({ x: 710, y: 30 });
  const { text } = await harness.call('find', { query: 'Drink' });
  const ref = {
    type: 'ref',
    ref: /\[(ref_\d+)\][^\n]*combobox|combobox[^\n]*\[(ref_\d+)\]/.exec(text)?.slice(1).find(Boolean),
  };
  expect(text).toContain('ref_');
  await harness.call('form_input', { target: ref, value: 'Tea' });
  expect(screen().pointer).toEqual({ x: 200, y: 220 });
  const button = /\[(ref_\d+)\]/.exec((await harness.call('find', { query: 'Leave button' })).text)?.[1];
  await harness.call('hover', { target: { type: 'ref', ref: button } });
  expect(screen().pointer).toEqual({ x: 200, y: 460 });
  expect(told).toEqual([
    { x: 710, y: 30 },
    { x: 200, y: 220 },
    { x: 200, y: 460 },
  ]);
  listening.dispose();
});
