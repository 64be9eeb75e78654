import { describe, expect, onTestFinished, test } from 'vitest';
import { startPageServer } from '../../support/pageServer.ts';
import { soon, useBrowser } from './browsing.ts';
import { at } from './harness.ts';

describe('get_page_text', () => {
  const { server, harness, ref } = useBrowser('shadow.html');

  const textAt = async (url: string) => {
    const opened = await harness.call('navigate', { url });
    expect(opened.isError, opened.text).toBe(false);
    return (await harness.call('get_page_text')).text;
  };

  test('has the words of closed shadow trees in their places', async () => {
    const { text } = await harness.call('get_page_text');
    expect(text.match(/Words of the \w+ tree/g)).toEqual([
      'Words of the open tree',
      'Words of the nested tree',
      'Words of the closed tree',
      'Words of the deepest tree',
    ]);
    expect(text).toMatch(/deepest tree, slotted in the closed tree$/);
    expect(text).not.toMatch(/first|last/);
    expect(await textAt(`${server.url}holder.html?src=shadow.html`)).toContain('Words of the closed tree');
  });

  test('has the words of frames of other origins, in whichever process they run', async () => {
    const sibling = await startPageServer();
    onTestFinished(() => sibling.close());
    const sources = [
      `${sibling.url}frame.html?name=sibling`,
      `${server.url.replace('127.0.0.1', 'localhost')}shadow.html`,
    ];
    const query = sources.map((src) => `src=${encodeURIComponent(src)}`).join('&');
    const text = await textAt(`${server.url}holder.html?${query}`);
    expect(text.match(/Words of the \w+/g)?.toSorted()).toEqual(
      ['closed', 'deepest', 'nested', 'open', 'sandbox', 'sibling'].map((name) => `Words of the ${name}`),
    );
    expect(text).toContain('[In a frame]\nWords of the sibling frame.');
  });

  test('is cut at the size of an answer', async () => {
    const text = await textAt(`${server.url}tree.html?large`);
    expect(text.length).toBeLessThanOrEqual(50_000);
    expect(text).toMatch(/\n\(Cut at 50,000 characters\.\)$/);
  });

  test('has the words of a PDF document, and of one within a page', async () => {
    expect(await textAt(`${server.url}paper.pdf`)).toMatch(/^\(All words of the PDF .*\)\nA paper on bread$/);
    await harness.call('navigate', { url: `${server.url}holder.html?src=/paper.pdf` });
    await soon(async () =>
      expect((await harness.call('get_page_text')).text).toMatch(/^Holder\n.*A paper on bread/s),
    );
  });

  test('says of a PDF without words what to do', async () => {
    expect(await textAt(`${server.url}scan.pdf`)).toMatch(/PDF document.*Use screenshot, zoom and scroll/s);
  });

  test('read_page and find have the tools of a PDF´s viewer, and say where its words are', async () => {
    await harness.call('navigate', { url: `${server.url}paper.pdf` });
    await soon(() => ref('zoom in button'));
    expect((await harness.call('read_page')).text).toMatch(/button "Zoom in".*use get_page_text/s);
    expect((await harness.call('find', { query: 'bread' })).text).toMatch(/^Nothing.*use get_page_text/s);
    const before = (await harness.call('zoom', { region: [640, 100, 1280, 500] })).image;
    // The viewer makes its tool bar anew when it has loaded the document.
    await soon(async () => {
      const target = await ref('zoom in button');
      expect(await harness.call('left_click', { target })).toMatchObject({ isError: false });
    });
    await soon(async () => {
      const { image } = await harness.call('zoom', { region: [640, 100, 1280, 500] });
      expect(image?.equals(before as Buffer)).toBe(false);
    });
    await harness.call('left_click', { target: at(700, 500) });
    expect((await harness.call('navigate', { url: 'back' })).text).toContain('Shadow');
    expect((await harness.call('read_page')).text).not.toContain('PDF');
  });
});
