import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { readImageInfo } from '../../../src/base/imageInfo.ts';
import {
  MAX_FRAMES_ON_THE_WAY,
  type PictureScreen,
  type Screen,
  type ScreenFrame,
  type WatchOptions,
} from '../../../src/computer/computer.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { BROWSER_TIMEOUT_MS, soon } from './browsing.ts';
import { at, type Harness, sizeOf, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: BROWSER_TIMEOUT_MS });

const FULL: WatchOptions = { maxWidth: 1280, maxHeight: 800 };

/** A JPEG of noise is larger than this, one of the plain page much smaller. In bytes. */
const NOISE = 150_000;

let server: PageServer;
let harness: Harness;
const watches: Viewer[] = [];

beforeAll(async () => {
  server = await startPageServer();
  // Pages that move never settle.
  harness = await startHarness({ limits: { actionSettleMs: 300, navigationSettleMs: 600 } });
}, BROWSER_TIMEOUT_MS);

afterEach(() => {
  for (const watch of watches.splice(0)) watch.dispose();
});

afterAll(async () => {
  await harness.close();
  await server.close();
});

async function show(page: string): Promise<PictureScreen> {
  const { isError, text } = await harness.call('navigate', { url: server.url + page });
  expect(isError, text).toBe(false);
  const { screen } = harness.computer;
  if (screen?.kind !== 'pictures') throw new Error('There is no screen.');
  return screen;
}

/** Somebody who draws frames: all of them at once, or only when told to. */
class Viewer {
  readonly frames: ScreenFrame[] = [];
  readonly #watch;

  constructor(screen: PictureScreen, { options = FULL, isPrompt = true } = {}) {
    this.#watch = screen.watch((frame) => {
      this.frames.push(frame);
      if (isPrompt) queueMicrotask(() => this.acknowledge());
    }, options);
    watches.push(this);
  }

  get last(): ScreenFrame | undefined {
    return this.frames.at(-1);
  }

  acknowledge(): void {
    this.#watch.acknowledge();
  }

  resize(options: WatchOptions): void {
    this.#watch.resize(options);
  }

  dispose(): void {
    this.#watch.dispose();
  }

  async untilFrames(count: number): Promise<void> {
    await soon(() => expect(this.frames.length).toBeGreaterThanOrEqual(count));
  }
}

function imageSize(frame: ScreenFrame | undefined): [number, number] | undefined {
  const info = frame && readImageInfo(frame.image);
  return info ? [info.width, info.height] : undefined;
}

const ms = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration));

test('there is a screen as long as a machine runs', async () => {
  const own = await startHarness();
  const heard: Array<Screen | undefined> = [];
  own.computer.onScreen((screen) => heard.push(screen));
  expect(own.computer.screen).toBeUndefined();
  await own.call('new_tab');
  expect(own.computer.screen).toBeDefined();
  await own.close();
  expect(own.computer.screen).toBeUndefined();
  expect(heard).toEqual([expect.anything(), undefined]);
});

test('a page at rest is shown at once, as large as it is', async () => {
  const screen = await show('live.html');
  const viewer = new Viewer(screen);
  await viewer.untilFrames(1);
  expect(viewer.last).toMatchObject({ mediaType: 'image/jpeg', width: 1280, height: 800 });
  expect(imageSize(viewer.last)).toEqual([1280, 800]);
});

test('a small viewer gets small images of the same screen, and screenshots stay as large as they are', async () => {
  const screen = await show('live.html?moves');
  const viewer = new Viewer(screen, { options: { maxWidth: 640, maxHeight: 600 } });
  await viewer.untilFrames(3);
  expect(viewer.last).toMatchObject({ width: 1280, height: 800 });
  expect(imageSize(viewer.last)).toEqual([640, 400]);
  const { image } = await harness.call('screenshot');
  expect(sizeOf(image)).toEqual([1280, 800]);
  viewer.resize(FULL);
  await soon(() => expect(imageSize(viewer.last)).toEqual([1280, 800]));
});

test('a moving page is shown as often as the viewer draws', async () => {
  const screen = await show('live.html?moves');
  const viewer = new Viewer(screen);
  await viewer.untilFrames(40);
});

test('few frames come before the first has been drawn, and then only the latest', async () => {
  const screen = await show('live.html');
  const viewer = new Viewer(screen, { isPrompt: false });
  await viewer.untilFrames(1);
  const plain = viewer.last?.image.length ?? 0;
  expect(plain).toBeLessThan(NOISE);
  await harness.call('left_click', { target: at(700, 340) });
  await ms(1000);
  expect(viewer.frames.length).toBeLessThanOrEqual(MAX_FRAMES_ON_THE_WAY);
  await soon(() => {
    viewer.acknowledge();
    expect(viewer.last?.image.length).toBeGreaterThan(NOISE);
  });
  expect(viewer.frames.length).toBeLessThan(8);
});

test('one slow viewer does not hold up another', async () => {
  const screen = await show('live.html?moves');
  const slow = new Viewer(screen, { isPrompt: false });
  const fast = new Viewer(screen);
  await fast.untilFrames(20);
  expect(slow.frames).toHaveLength(MAX_FRAMES_ON_THE_WAY);
  slow.dispose();
  const seen = fast.frames.length;
  await fast.untilFrames(seen + 20);
});

test('one who comes later sees the page at once', async () => {
  const screen = await show('live.html');
  const first = new Viewer(screen);
  await first.untilFrames(1);
  const second = new Viewer(screen);
  await second.untilFrames(1);
});

test('nothing comes any more once nobody watches', async () => {
  const screen = await show('live.html?moves');
  const viewer = new Viewer(screen);
  await viewer.untilFrames(3);
  viewer.dispose();
  const seen = viewer.frames.length;
  await ms(300);
  expect(viewer.frames).toHaveLength(seen);
  await new Viewer(screen).untilFrames(3);
});

test('the tab that is drawn is followed, with its title and address', async () => {
  const screen = await show('live.html');
  const viewer = new Viewer(screen);
  await viewer.untilFrames(1);
  await soon(() => expect(screen.caption).toEqual({ title: 'Live', address: `${server.url}live.html` }));
  await harness.call('left_click', { target: at(910, 308) });
  await soon(() => expect(screen.caption).toEqual({ title: 'Input', address: `${server.url}input.html` }));
  const before = viewer.frames.length;
  await harness.call('new_tab');
  await soon(() => expect(screen.caption.address).toBe(''));
  const { state } = await harness.call('list_tabs');
  await viewer.untilFrames(before + 1);
  for (const tab of state?.tabs.slice(1) ?? []) await harness.call('close_tab', { tab_id: tab.tab_id });
  await soon(() => expect(screen.caption.title).toBe('Live'));
  const left = viewer.frames.length;
  await harness.call('navigate', { url: `${server.url}live.html?moves` });
  await viewer.untilFrames(left + 10);
});

test('a page of another site, and one that had crashed, go on being shown', async () => {
  const screen = await show('live.html');
  const viewer = new Viewer(screen);
  await viewer.untilFrames(1);
  await harness.call('navigate', { url: `${server.url.replace('127.0.0.1', 'localhost')}live.html?moves` });
  const before = viewer.frames.length;
  await viewer.untilFrames(before + 10);
  await harness.call('navigate', { url: 'chrome://crash' });
  await harness.call('navigate', { url: `${server.url}live.html?moves` });
  const after = viewer.frames.length;
  await viewer.untilFrames(after + 10);
});
