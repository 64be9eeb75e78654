/** What happens in frames of other origins: of this site, which share the page's process, and of another one. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ASKED_MEMBERS } from '../../../src/computer/browser/askedMembers.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { soon, useBrowser } from './browsing.ts';

const STALE = 'This element reference is unknown or stale. Use read_page or find again.';

describe.each(['this site', 'another site'])('a frame of another origin, of %s', (site) => {
  const folder = path.join(os.tmpdir(), `frames-test-${process.pid}`);
  const { server, harness, ref } = useBrowser('holder.html', {
    members: ASKED_MEMBERS,
    confirm: async () => true,
    uploadFolders: [folder],
  });
  let guest: PageServer;

  beforeAll(async () => {
    guest = await startPageServer();
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'note.txt'), 'a note');
  });
  afterAll(async () => {
    await guest.close();
    await rm(folder, { recursive: true, force: true });
  });

  const recorded = (type: string) => guest.recorded.filter((each) => each.type === type);

  beforeEach(async () => {
    const host = site === 'this site' ? '127.0.0.1' : 'localhost';
    const src = encodeURIComponent(guest.url.replace('127.0.0.1', host));
    await harness.call('navigate', { url: `${server.url}holder.html?src=${src}guest.html` });
    guest.clear();
    harness.events.length = 0;
  });

  afterEach(async () => {
    const [, ...others] = (await harness.call('list_tabs')).state?.tabs ?? [];
    for (const { tab_id } of others) await harness.call('close_tab', { tab_id });
  });

  test('is read and acted on', async () => {
    expect((await harness.call('read_page')).text).toMatch(/Iframe.*\n {2}button "press" \[ref_\d+\]/);
    await harness.call('left_click', { target: await ref('press button') });
    await soon(() => expect(recorded('click')).toHaveLength(1));
    const text = await ref('guest text');
    await harness.call('form_input', { target: text, value: 'é' });
    await harness.call('left_click', { target: text });
    await harness.call('key', { text: 'ctrl+End' });
    await harness.call('type', { text: '\t漢\n👩‍👩‍👧' });
    await soon(() => expect(recorded('text').at(-1)).toMatchObject({ value: 'é\t漢\n👩‍👩‍👧' }));
  });

  test('shows all that a click in it leads to', async () => {
    await harness.call('left_click', { target: await ref('steps button') });
    expect((await harness.call('get_page_text')).text).toContain('outcome: step 5');
  });

  test('has its dialogs dismissed and told', async () => {
    const asked = await harness.call('left_click', { target: await ref('ask button') });
    expect(asked.text).toContain('A confirm dialog "Really?" was dismissed.');
    const prompted = await harness.call('left_click', { target: await ref('prompt button') });
    expect(prompted.text).toContain('A prompt dialog "Your name?" was dismissed.');
    await soon(() => expect(recorded('answered').map(({ answer }) => answer)).toEqual([false, null]));
  });

  test('opens tabs, and downloads', async () => {
    const opened = await harness.call('left_click', { target: await ref('new tab link') });
    expect(opened.state?.tabs).toMatchObject([{ title: 'Holder' }, { title: 'Input', active: true }]);
    await harness.call('close_tab', { tab_id: opened.state?.tabs.at(-1)?.tab_id });
    const downloaded = await harness.call('left_click', { target: await ref('download link') });
    expect(downloaded.state?.state_changes).toMatchObject([{ type: 'download_completed' }]);
  });

  test('takes files', async () => {
    const result = await harness.call('file_upload', {
      target: await ref('guest file'),
      paths: [path.join(folder, 'note.txt')],
    });
    expect(result).toMatchObject({ isError: false, text: 'Uploaded.' });
    await soon(() => expect(recorded('files')).toMatchObject([{ names: ['note.txt'] }]));
  });

  test('has its console and its requests told', async () => {
    await harness.call('read_console');
    await harness.call('read_network');
    await harness.call('left_click', { target: await ref('log button') });
    expect((await harness.call('read_console')).text).toContain('[log] a word from the guest');
    expect((await harness.call('read_network')).text).toMatch(/GET .*\/status\/404\?guest Fetch 404/);
  });

  test('takes its references with it when it goes elsewhere, and no others', async () => {
    const press = await ref('press button');
    const heading = await ref('holder heading');
    await harness.call('left_click', { target: await ref('leave button') });
    await soon(() => expect(recorded('ran')).toHaveLength(1));
    expect(await harness.call('left_click', { target: press })).toMatchObject({ isError: true, text: STALE });
    expect(await harness.call('left_click', { target: heading })).toMatchObject({ isError: false });
    expect((await harness.call('get_page_text')).text).toContain('Words of a probe.');
  });
});
