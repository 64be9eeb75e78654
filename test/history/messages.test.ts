import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  dehydrate,
  hydrate,
  MISSING_SCREENSHOT_TEXT,
  putImagesAway,
  storedImagesIn,
} from '../../src/history/messages.ts';
import { ScreenshotStore } from '../../src/history/screenshots.ts';
import { screenshotFileName } from '../../src/protocol/transcript.ts';
import { solidPng } from '../support/png.ts';
import { erase, newSession, openHistory, temporaryFolder } from './support.ts';

const image = (bytes: Buffer, media_type = 'image/png') => ({
  type: 'image',
  source: { type: 'base64', media_type, data: bytes.toString('base64') },
});

const TURN = {
  role: 'assistant',
  content: [
    { type: 'thinking', thinking: 'Wo das Feld ist…\u0000\ud83d', signature: 'EqQBCgIYAhIkMGM4/+==' },
    { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
    {
      type: 'tool_use',
      id: 'toolu_1',
      name: 'left_click',
      toolset_name: 'browser',
      // A model may write what looks like an image or a stored one: it is input, not ours to touch.
      input: {
        a: image(solidPng(1, 1, 0)),
        b: { type: 'image', source: { type: 'stored', sha256: '0'.repeat(64) } },
      },
    },
  ],
};

const RESULT = {
  role: 'user',
  content: [
    {
      type: 'tool_result',
      tool_use_id: 'toolu_1',
      toolset_name: 'browser',
      content: [
        { type: 'text', text: 'Clicked' },
        { ...image(solidPng(640, 400, 7)), cache_control: { type: 'ephemeral' } },
        { type: 'browser_state', tabs: [{ id: 1, url: 'https://example.com/', active: true }] },
      ],
    },
    image(solidPng(3, 4, 0)),
    image(Buffer.from('GIF89a'), 'image/gif'),
    image(Buffer.from('not a png at all'), 'image/png'),
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO Rw0K' } },
    { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
  ],
};

describe('a message', () => {
  test('comes back exactly as it went in', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    const messages = [{ role: 'user', content: 'Click it' }, TURN, RESULT];
    for (const message of messages) history.appendMessage(id, dehydrate(message, history.screenshots));
    const read = history.readMessages(id).map((message) => hydrate(message, history.screenshots));
    expect(JSON.stringify(read)).toBe(JSON.stringify(messages));
  });

  test('is kept without its images, each of which is one file', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const stored = dehydrate(RESULT, store);
    dehydrate(RESULT, store);
    expect(JSON.stringify(stored)).not.toContain(solidPng(640, 400, 7).toString('base64'));
    expect([...storedImagesIn(stored)]).toHaveLength(2);
    expect(readdirSync(store.folder).filter((name) => name.endsWith('.png'))).toHaveLength(2);
    expect(dehydrate(TURN, store)).toEqual(TURN);
  });

  test('whose screenshot is gone or damaged says so in its place', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const stored = dehydrate(RESULT, store);
    const [first, second] = [...storedImagesIn(stored)].map((ref) =>
      join(store.folder, screenshotFileName(ref)),
    );
    rmSync(first ?? '');
    writeFileSync(second ?? '', 'cut off');
    // That it is damaged shows when it is sent, and is remembered.
    JSON.stringify(hydrate(stored, store));
    const blocks = hydrate(stored, store).content;
    expect(blocks).toMatchObject([
      {
        type: 'tool_result',
        content: [
          { type: 'text', text: 'Clicked' },
          { type: 'text', text: MISSING_SCREENSHOT_TEXT, cache_control: { type: 'ephemeral' } },
          { type: 'browser_state' },
        ],
      },
      { type: 'text', text: MISSING_SCREENSHOT_TEXT },
      { source: { media_type: 'image/gif' } },
      {},
      {},
      {},
    ]);
    expect(JSON.stringify(blocks)).not.toContain('stored');
  });

  test('is read without its images, which are read when it is sent', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const stored = dehydrate(RESULT, store);
    const read = vi.spyOn(store, 'read');
    const message = hydrate(stored, store);
    expect(read).not.toHaveBeenCalled();
    expect(JSON.stringify(message)).toBe(JSON.stringify(RESULT));
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('whose screenshot was damaged has it again once it is taken again', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const stored = dehydrate(RESULT, store);
    for (const ref of storedImagesIn(stored)) {
      const path = join(store.folder, screenshotFileName(ref));
      writeFileSync(path, Buffer.alloc(store.byteLength(ref)));
      expect(store.read(ref)).toBeUndefined();
      expect(store.has(ref)).toBe(false);
    }
    dehydrate(RESULT, store);
    expect(JSON.stringify(hydrate(stored, store))).toBe(JSON.stringify(RESULT));
  });

  test('of any JSON survives', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    const messages = fc.record({
      role: fc.constantFrom('user', 'assistant'),
      content: fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
    });
    const sent: unknown[] = [];
    fc.assert(
      fc.property(messages, (message) => {
        const plain = JSON.parse(JSON.stringify(message)) as typeof message;
        sent.push(plain);
        history.appendMessage(id, dehydrate(plain, history.screenshots));
      }),
      { numRuns: 50 },
    );
    expect(history.readMessages(id).map((message) => hydrate(message, history.screenshots))).toEqual(sent);
  });
});

test('a draft is kept until it is cleared, and holds on to its screenshots', () => {
  const { history } = openHistory();
  const [one, two] = [newSession(history), newSession(history)];
  const draft = { messages: [dehydrate(RESULT, history.screenshots)] };
  history.addToDraft(one.id, { messages: [] });
  history.addToDraft(two.id, draft);
  history.addToDraft(one.id, draft);
  erase(history, two.id);
  expect(history.readDraft(one.id)).toEqual([{ messages: [] }, draft]);
  for (const ref of storedImagesIn(draft)) expect(history.screenshots.read(ref)).toBeDefined();
  history.clearDraft(one.id);
  expect(history.readDraft(one.id)).toEqual([]);
});

test('a message put away holds no bytes and is sent, and stored again, as it was', () => {
  const { history } = openHistory();
  const { screenshots } = history;
  const away = putImagesAway(RESULT, screenshots);
  expect(JSON.stringify(away)).toBe(JSON.stringify(RESULT));
  expect(dehydrate(away, screenshots)).toEqual(dehydrate(RESULT, screenshots));
  rmSync(screenshots.folder, { recursive: true });
  expect(JSON.stringify(away)).not.toContain(solidPng(640, 400, 7).toString('base64'));
});
