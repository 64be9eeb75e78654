import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { type Driven, startDriven, until } from './driving.ts';

describe('a browser on a desktop', () => {
  let driven: Driven;
  let pages: PageServer;
  let profile: string;

  beforeAll(async () => {
    driven = await startDriven({ geometry: '1024x768' });
    pages = await startPageServer();
    profile = await mkdtemp(path.join(tmpdir(), 'desktop-browser-'));
    driven.server.run('openbox');
    driven.server.run('/usr/bin/chromium', [
      ...['--no-sandbox', '--no-first-run', '--kiosk', '--disable-gpu', `--user-data-dir=${profile}`],
      ...['--password-store=basic', '--window-size=1024,768'],
      ...['drag.html', 'typing.html', 'input.html'].map((page) => `${pages.url}${page}`),
    ]);
    const end = performance.now() + 40_000;
    await driven.call('screenshot');
    while (pages.recorded.length === 0 && performance.now() < end) {
      await show(3);
      await driven.call('left_click', { coordinate: [650, 450] });
    }
  }, 60_000);
  afterAll(async () => {
    await driven?.close();
    await pages?.close();
    if (profile) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  const show = async (tab: number) => {
    await driven.call('key', { text: `ctrl+${tab}` });
    await driven.call('wait', { duration: 0.3 });
    pages.clear();
  };
  const recorded = (type: string, fields: Record<string, unknown> = {}) =>
    until(() =>
      pages.recorded.find(
        (entry) =>
          entry.type === type && Object.entries(fields).every(([name, value]) => entry[name] === value),
      ),
    );

  it('takes clicks with modifiers, double clicks, and the wheel both ways', async () => {
    await show(3);
    await driven.call('left_click', { coordinate: [200, 130], text: 'ctrl+shift' });
    await recorded('click', { on: 'button', x: 200, y: 130, held: 'ctrl+shift' });
    await driven.call('double_click', { coordinate: [200, 130] });
    await recorded('dblclick', { on: 'button' });
    await driven.call('triple_click', { coordinate: [200, 130] });
    await recorded('click', { on: 'button', detail: 3 });
    await driven.call('scroll', { coordinate: [500, 600], scroll_direction: 'down', scroll_amount: 3 });
    await driven.call('scroll', { coordinate: [500, 600], scroll_direction: 'right', scroll_amount: 2 });
    await until(() => pages.recorded.some(({ type, y }) => type === 'wheel' && Number(y) > 0));
    await until(() => pages.recorded.some(({ type, x }) => type === 'wheel' && Number(x) > 0));
  }, 30_000);

  it('takes drags by pointer, by drag and drop, and strokes', async () => {
    await show(1);
    await driven.call('left_click_drag', { start_coordinate: [100, 100], coordinate: [300, 150] });
    await recorded('moved', { left: '250px', top: '100px' });
    await driven.call('left_click_drag', { start_coordinate: [100, 350], coordinate: [400, 350] });
    await recorded('drop', { data: 'the card' });
    await driven.call('left_click_drag', { start_coordinate: [650, 150], coordinate: [850, 300] });
    const { points } = await recorded('drawn');
    expect((points as unknown[]).length).toBeGreaterThan(5);
  }, 30_000);

  it('takes any text', async () => {
    await show(2);
    const text = 'Hello, World! Grüße — 你好世界，今天天气很好我们去公园散步吧 😀 e\u0301 tschüß';
    await driven.call('left_click', { coordinate: [300, 130] });
    await driven.call('type', { text: `${text}\nline 2` });
    await recorded('landed', { on: 'lines', value: `${text}\nline 2` });
    await driven.call('key', { text: 'ctrl+a Delete' });
    await recorded('landed', { on: 'lines', value: '' });
    const long = 'The quick brown fox jumps over the lazy dog. '.repeat(40);
    await driven.call('type', { text: long });
    await recorded('landed', { on: 'lines', value: long });
  }, 30_000);
});
