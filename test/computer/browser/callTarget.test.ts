import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallTarget } from '../../../src/computer/callTarget.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { useBrowser } from './browsing.ts';
import { at } from './harness.ts';

const { server, harness, ref } = useBrowser('consequences.html', {
  members: ['javascript_exec'],
  confirm: async () => true,
});

let other: PageServer;
beforeAll(async () => {
  other = await startPageServer();
});
afterAll(() => other.close());

const signal = new AbortController().signal;
const origin = () => new URL(server.url).origin;
const run = (text: string) => harness.call('javascript_exec', { text: `${text}; 0` });

async function describe(name: string, input: unknown): Promise<CallTarget | undefined> {
  const targets = await harness.computer.describeTarget?.({ name, input }, signal);
  expect(targets).toBeDefined();
  return targets?.[0];
}
const click = (x: number, y: number) => describe('left_click', { target: at(x, y) });

/** Gives the keyboard to an element. */
async function focus(query: string): Promise<CallTarget | undefined> {
  await harness.call('left_click', { target: await ref(query) });
  return describe('key', { text: 'Return' });
}

test.each([
  [15, 10, 'button', 'Buy now'],
  [210, 10, 'link', 'Read more'],
  [410, 10, 'text', 'Delete'],
  [615, 12, 'button', 'Send'],
  [815, 12, 'button', 'Order'],
  [15, 310, 'button', 'Transfer'],
] as const)('what is at (%i, %i) is a %s called %s', async (x, y, role, name) => {
  const target = await click(x, y);
  expect(target).toMatchObject({ origin: origin(), role });
  expect(target?.names).toContain(name);
});

test('a tab that is named as none is the one that is seen', async () => {
  expect(await describe('left_click', { target: at(15, 10), tab_id: null })).toMatchObject({
    role: 'button',
  });
});

test('the page itself and its long texts are no controls', async () => {
  expect(await click(1000, 700)).toMatchObject({ role: 'text', names: [] });
  for (const name of (await click(300, 310))?.names ?? []) expect(name.length).toBeGreaterThan(60);
});

test('a button sends its form, whatever the fields are called', async () => {
  const target = await describe('left_click', { target: await ref('Go on') });
  expect(target).toMatchObject({ role: 'button', names: ['Go on'], submits: true });
  expect(target?.form).toEqual({ names: ['Go on'], hasPassword: true, hasPayment: false });
  expect(await describe('left_click', { target: await ref('Log in') })).toMatchObject({
    submits: true,
    form: { hasPassword: true },
  });
});

test('a field that is named is told by what goes into it', async () => {
  const fill = async (query: string) =>
    (await describe('form_input', { target: await ref(query), value: 'x' }))?.field;
  expect(await fill('Secret')).toBe('password');
  expect(await fill('Number')).toBe('payment');
  expect(await fill('Notes')).toBe('other');
});

test('keys go to what has the keyboard', async () => {
  expect(await describe('key', { text: 'Return' })).toMatchObject({ role: 'text', names: [] });
  expect(await focus('User')).toMatchObject({ role: 'field', submits: true, form: { hasPassword: true } });
  expect(await focus('Search')).toMatchObject({
    field: 'other',
    submits: true,
    form: { names: ['Find'], hasPassword: false },
  });
  expect(await focus('Message Ada')).toMatchObject({
    isMultiline: true,
    names: expect.arrayContaining(['Message Ada']),
  });
  expect(await focus('Inner')).toMatchObject({ field: 'password', origin: `about: in ${origin()}` });
});

test('what a frame of another process has is told with its origin', async () => {
  const elsewhere = new URL(other.url).origin.replace('127.0.0.1', 'localhost');
  await run(`const frame = document.getElementById('other'); frame.src = '${elsewhere}/consequences.html'`);
  await expect.poll(async () => (await click(335, 415))?.names).toContain('Buy now');
  expect(await click(335, 415)).toMatchObject({ origin: elsewhere });
  await harness.call('left_click', { target: at(350, 475) });
  expect(await describe('type', { text: 'x' })).toMatchObject({ origin: elsewhere, names: ['User'] });
});

test('what a frame of another process has is told where it is shown smaller, and not where it is turned', async () => {
  const elsewhere = new URL(other.url).origin.replace('127.0.0.1', 'localhost');
  await run(`const frame = document.getElementById('other'); frame.style.transformOrigin = '0 0';
    frame.style.transform = 'scale(0.5)'; frame.src = '${elsewhere}/consequences.html'`);
  await expect.poll(async () => (await click(425, 406))?.names).toContain('Read more');
  await run(`document.getElementById('other').style.transform = 'rotate(20deg)'`);
  const call = { name: 'left_click', input: { target: at(360, 430) } };
  await expect.poll(() => harness.computer.describeTarget?.(call, signal)).toBeUndefined();
});

test('an element is brought into view, and told by what lies over it', async () => {
  const target = await ref('Pay later');
  expect((await describe('left_click', { target }))?.names).toEqual(['Pay later']);
  await run(`const cover = document.createElement('button'); cover.textContent = 'Delete all';
    cover.style = 'position: fixed; inset: 0; opacity: 0.01'; document.body.append(cover)`);
  expect((await describe('left_click', { target }))?.names).toEqual(['Delete all']);
  expect((await click(200, 200))?.names).toEqual(['Delete all']);
});

test('what cannot be done is told as the call would tell it', async () => {
  await expect(click(5000, 5)).rejects.toThrow('outside of the');
  await expect(describe('left_click', { target: { type: 'ref', ref: 'ref_0' } })).rejects.toThrow('stale');
  await expect(describe('left_click', {})).rejects.toThrow('expected a coordinate');
});

test('names are cut', async () => {
  await run(`buy.ariaLabel = 'x'.repeat(10000000)`);
  const names = (await click(15, 10))?.names ?? [];
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(300);
});

test('a page that is busy cannot tell', async () => {
  await run(`setTimeout(() => { const end = Date.now() + 6000; while (Date.now() < end); }, 1500)`);
  const call = { name: 'left_click', input: { target: at(15, 10) } };
  await expect
    .poll(async () => (await harness.computer.describeTarget?.(call, signal)) === undefined, {
      timeout: 30_000,
    })
    .toBe(true);
});
