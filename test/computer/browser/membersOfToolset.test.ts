/** Each member of the SDK's list, on a page of the zoo: what it says, and what the page or the browser makes of it. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { BetaBrowserMemberName } from '@anthropic-ai/sdk/resources/beta';
import { BETA_BROWSER_MEMBER_NAME_VALUES } from '@anthropic-ai/sdk/resources/beta/messages/messages';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ASKED_MEMBERS } from '../../../src/computer/browser/askedMembers.ts';
import { type Browsing, soon, useBrowser } from './browsing.ts';
import { at, type CallResult, sizeOf } from './harness.ts';

const folder = path.join(os.tmpdir(), `members-test-${process.pid}`);
const file = path.join(folder, 'note.txt');

interface Case {
  /** Of `test/support/pages`. */
  readonly page: string;
  /** Members to be called before, for what this one needs. */
  readonly before?: ReadonlyArray<readonly [BetaBrowserMemberName, Record<string, unknown>]>;
  /** The call's input; elements are named by what `find` knows them by. */
  readonly input?: Record<string, unknown>;
  /** What `find` finds, to be the call's target. */
  readonly target?: string;
  readonly says: RegExp | undefined;
  /** What the page reported then, among other things. */
  readonly reported?: Record<string, unknown>;
  /** What else is to be seen in the result. */
  readonly shows?: (result: CallResult) => void;
}

const BUTTON = { target: at(200, 130) };
const TEXT = { target: at(200, 250) };
const CANVAS = { target: at(700, 500) };
const tabs = ({ state }: CallResult) => state?.tabs.map(({ active }) => active);

const CASES: Readonly<Record<BetaBrowserMemberName, Case>> = {
  navigate: {
    page: 'input.html',
    input: { url: 'reload' },
    says: /^Navigated to .*input\.html — Input \(HTTP 200\)$/,
  },
  list_tabs: { page: 'input.html', says: undefined, shows: (result) => expect(tabs(result)).toEqual([true]) },
  new_tab: {
    page: 'input.html',
    says: undefined,
    shows: (result) => expect(tabs(result)).toEqual([false, true]),
  },
  switch_tab: {
    page: 'input.html',
    before: [['new_tab', {}]],
    input: { tab_id: 'first' },
    says: undefined,
    shows: (result) => expect(tabs(result)).toEqual([true, false]),
  },
  close_tab: {
    page: 'input.html',
    before: [['new_tab', {}]],
    input: { tab_id: 'last' },
    says: undefined,
    shows: (result) => expect(tabs(result)).toEqual([true]),
  },
  read_page: { page: 'form.html', says: /^navigation \[ref_\d+\]\n {2}link "Home" \[ref_\d+\]/ },
  get_page_text: { page: 'article.html', says: /^On bread\n/ },
  read_console: {
    page: 'logs.html',
    before: [['left_click', { target: at(100, 70) }]],
    says: /^\[log\] cart has 3 items/m,
  },
  read_network: {
    page: 'logs.html',
    before: [['left_click', { target: at(100, 170) }]],
    says: /^GET .*\/status\/404 Fetch 404 /m,
  },
  find: { page: 'form.html', input: { query: 'contact' }, says: /^link "Contact us" \[ref_\d+\]/ },
  form_input: {
    page: 'form.html',
    target: 'your name',
    input: { value: 'Grace' },
    says: /^Set the value of ref_\d+\.$/,
    reported: { type: 'change', on: 'name', value: 'Grace' },
  },
  file_upload: {
    page: 'upload.html',
    target: 'one file',
    input: { paths: [file] },
    says: /^Uploaded\.$/,
    reported: { type: 'files', on: 'one', files: [['note.txt', 'a note']] },
  },
  scroll_to: {
    page: 'frames.html',
    target: 'far button',
    says: /^Scrolled to ref_\d+\.$/,
  },
  screenshot: {
    page: 'input.html',
    says: undefined,
    shows: ({ image }) => expect(sizeOf(image)).toEqual([1280, 800]),
  },
  zoom: {
    page: 'input.html',
    input: { region: [100, 100, 300, 160] },
    says: undefined,
    shows: ({ image }) => expect(sizeOf(image)).toEqual([1280, 384]),
  },
  left_click: {
    page: 'input.html',
    input: BUTTON,
    says: /^Clicked\.$/,
    reported: { type: 'click', on: 'button', button: 0 },
  },
  right_click: {
    page: 'input.html',
    input: BUTTON,
    says: /^Right-clicked\.$/,
    reported: { type: 'contextmenu', button: 2 },
  },
  middle_click: {
    page: 'input.html',
    input: BUTTON,
    says: /^Middle-clicked\.$/,
    reported: { type: 'auxclick', button: 1 },
  },
  double_click: {
    page: 'input.html',
    input: BUTTON,
    says: /^Double-clicked\.$/,
    reported: { type: 'dblclick', on: 'button' },
  },
  triple_click: {
    page: 'input.html',
    input: { target: at(150, 410) },
    says: /^Triple-clicked\.$/,
    reported: { type: 'click', detail: 3 },
  },
  hover: {
    page: 'input.html',
    input: BUTTON,
    says: /^Hovered\.$/,
    reported: { type: 'enter', on: 'button' },
  },
  left_click_drag: {
    page: 'drag.html',
    input: { from: at(70, 80), target: at(420, 130) },
    says: /^Dragged\.$/,
    reported: { type: 'moved', left: '400px', top: '100px' },
  },
  left_mouse_down: {
    page: 'input.html',
    input: CANVAS,
    says: /^Mouse button pressed\.$/,
    reported: { type: 'mousedown', on: 'canvas' },
  },
  left_mouse_up: {
    page: 'input.html',
    before: [['left_mouse_down', CANVAS]],
    input: { target: at(800, 550) },
    says: /^Mouse button released\.$/,
    reported: { type: 'mouseup', x: 800, y: 550 },
  },
  mouse_move: {
    page: 'input.html',
    input: CANVAS,
    says: /^Moved the mouse\.$/,
    reported: { type: 'move', x: 700, y: 500 },
  },
  scroll: {
    page: 'input.html',
    input: { ...CANVAS, scroll_direction: 'down', scroll_amount: 2 },
    says: /^Scrolled down\.$/,
    reported: { type: 'scroll', x: 0, y: 200 },
  },
  type: {
    page: 'input.html',
    before: [['left_click', TEXT]],
    input: { text: 'é漢👩‍👩‍👧\n' },
    says: /^Typed\.$/,
    reported: { type: 'input', on: 'text', value: 'é漢👩‍👩‍👧\n' },
  },
  key: {
    page: 'input.html',
    before: [['left_click', TEXT]],
    input: { text: 'shift+x dead_acute e', repeat: 2 },
    says: /^Pressed shift\+x dead_acute e\.$/,
    reported: { type: 'input', on: 'text', value: 'XéXé' },
  },
  hold_key: {
    page: 'input.html',
    before: [['left_click', TEXT]],
    input: { text: 'a', duration: 0.6 },
    says: /^Held a for 0\.6s\.$/,
    reported: { type: 'keydown', key: 'a', repeat: true },
  },
  wait: { page: 'input.html', input: { duration: 0.1 }, says: /^Waited 0\.1s\.$/ },
  javascript_exec: { page: 'logs.html', input: { text: 'document.title' }, says: /^Logs$/ },
};

describe('each member of the SDK´s list', () => {
  const browsing = useBrowser('input.html', {
    members: ASKED_MEMBERS,
    confirm: async () => true,
    uploadFolders: [folder],
  });
  const { server, harness } = browsing;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(file, 'a note');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(BETA_BROWSER_MEMBER_NAME_VALUES)('%s', async (member) => {
    const { [member]: each } = CASES;
    expect(each, 'A member of the list is not tested.').toBeDefined();
    await harness.call('navigate', { url: server.url + each.page });
    for (const call of each.before ?? [])
      expect(await harness.call(...call)).toMatchObject({ isError: false });
    const result = await harness.call(member, await inputOf(each, browsing));
    expect(result).toMatchObject({ isError: false });
    if (each.says !== undefined) expect(result.text).toMatch(each.says);
    each.shows?.(result);
    const { reported } = each;
    if (reported !== undefined)
      await soon(() => expect(server.recorded).toContainEqual(expect.objectContaining(reported)));
    await closeOthers(browsing);
  });
});

async function inputOf({ input = {}, target }: Case, { harness, ref }: Browsing) {
  const open = (await harness.call('list_tabs')).state?.tabs ?? [];
  const named = { first: open[0]?.tab_id, last: open.at(-1)?.tab_id }[String(input.tab_id)];
  return {
    ...input,
    ...(named === undefined ? {} : { tab_id: named }),
    ...(target === undefined ? {} : { target: await ref(target) }),
  };
}

async function closeOthers({ harness }: Browsing) {
  const [, ...others] = (await harness.call('list_tabs')).state?.tabs ?? [];
  for (const { tab_id } of others) await harness.call('close_tab', { tab_id });
}
