import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { MemberQuestion } from '../../../src/computer/browser/askedMembers.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { soon, useBrowser } from './browsing.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'upload-question-'));
const file = path.join(folder, 'report.csv');
const questions: MemberQuestion[] = [];
let onQuestion = () => undefined as unknown;

const { server, harness, recorded, ref } = useBrowser('frames.html', {
  members: ['file_upload', 'javascript_exec'],
  uploadFolders: [folder],
  confirm: async (question) => {
    if (question.member === 'javascript_exec') return true;
    questions.push(question);
    await onQuestion();
    return true;
  },
});

/** Of the same site, so in the process of the page, and yet of another origin. */
let twin: PageServer;

beforeAll(async () => {
  twin = await startPageServer();
  await writeFile(file, 'a,b');
});
afterAll(async () => {
  await twin.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  questions.length = 0;
  onQuestion = () => undefined;
});

const originOf = (url: string) => new URL(url).origin;
const elsewhere = () => originOf(server.url).replace('127.0.0.1', 'localhost');

/** Puts a frame into the page and waits for its field. */
async function addFrame(attributes: string, field: string) {
  await harness.call('javascript_exec', {
    text: `document.body.insertAdjacentHTML('afterbegin', ${JSON.stringify(`<iframe ${attributes}></iframe>`)}); 0`,
  });
  for (;;) {
    const found = await ref(field).catch(() => undefined);
    if (found !== undefined) return found;
  }
}

test.each([
  ['same', () => originOf(server.url)],
  ['other', elsewhere],
  ['nested', () => originOf(server.url)],
])('the question names the origin of the %s frame', async (name, origin) => {
  const target = await ref(`${name} file`);
  expect(await harness.call('file_upload', { target, paths: ['report.csv'] })).toMatchObject({
    isError: false,
  });
  expect(questions).toEqual([{ member: 'file_upload', url: origin(), detail: file }]);
  await soon(() => expect(recorded('files')).toMatchObject([{ on: name }]));
});

test('the question names the origin of a frame of another origin in the same process', async () => {
  const target = await addFrame(`src="${twin.url}frame.html?name=twin"`, 'twin file');
  await harness.call('file_upload', { target, paths: ['report.csv'] });
  expect(questions).toMatchObject([{ url: originOf(twin.url) }]);
});

test('a document that the page has made is told as such', async () => {
  const field = (name: string) => `srcdoc="<input type=file aria-label='${name}'>"`;
  await harness.call('file_upload', {
    target: await addFrame(field('made file'), 'made file'),
    paths: ['report.csv'],
  });
  await harness.call('file_upload', {
    target: await addFrame(`sandbox ${field('boxed file')}`, 'boxed file'),
    paths: ['report.csv'],
  });
  const url = `about: in ${originOf(server.url)}`;
  expect(questions).toMatchObject([{ url }, { url }]);
});

test('a page does not name itself', async () => {
  await harness.call('javascript_exec', {
    text: `for (const name of ['location', 'origin', 'top']) try { Object.defineProperty(window, name, { get: () => ({ origin: 'https://bank.test' }) }) } catch {}
      try { Object.defineProperty(location, 'origin', { get: () => 'https://bank.test' }) } catch {}
      HTMLInputElement.prototype.toString = () => 'https://bank.test'; 0`,
  });
  await harness.call('javascript_exec', {
    text: `document.body.insertAdjacentHTML('afterbegin', '<input type=file aria-label="own file">'); 0`,
  });
  await harness.call('file_upload', { target: await ref('own file'), paths: ['report.csv'] });
  expect(questions).toMatchObject([{ url: originOf(server.url) }]);
});

test('a document that a page has made does not name itself', async () => {
  await harness.call('javascript_exec', {
    text: `const made = open('about:blank');
      Object.defineProperty(made.DOMStringList.prototype, 'length', { get: () => 1 });
      made.DOMStringList.prototype[0] = 'https://bank.test';
      made.document.body.innerHTML = '<input type=file aria-label="made file">'; 0`,
  });
  await harness.call('file_upload', { target: await ref('made file'), paths: ['report.csv'] });
  expect(questions).toHaveLength(1);
  expect(questions[0]?.url).not.toContain('bank.test');
  await harness.call('close_tab', { tab_id: (await harness.call('list_tabs')).state?.tabs.at(-1)?.tab_id });
});

test('a frame that shows something else by the time of the answer gets nothing', async () => {
  const target = await ref('other file');
  await harness.call('javascript_exec', {
    text: `other.onload = () => record({ type: 'shown' });
      setTimeout(() => { other.src = '${twin.url}frame.html?name=thief'; }, 500); 0`,
  });
  onQuestion = () => soon(() => expect(recorded('shown')).toHaveLength(1));
  expect(await harness.call('file_upload', { target, paths: ['report.csv'] })).toMatchObject({
    isError: true,
    text: expect.stringContaining('stale'),
  });
  expect(recorded('files')).toEqual([]);
});

test.each([
  ['of the same process', () => twin.url, 'A click on the element asks for files in another frame.'],
  [
    'of another process',
    () => twin.url.replace('127.0.0.1', 'localhost'),
    'a click on it does not ask for files',
  ],
])('a button in a frame %s that opens the file chooser of the page gets nothing', async (_, url, refusal) => {
  await harness.call('javascript_exec', {
    text: `document.body.insertAdjacentHTML('afterbegin', '<input type=file id=chosen>');
      chosen.onchange = () => record({ type: 'files' });
      onmessage = () => { record({ type: 'asked', isActive: navigator.userActivation.isActive }); chosen.click(); }; 0`,
  });
  const target = await addFrame(`src="${url()}frame.html?name=twin"`, 'twin button');
  expect(await harness.call('file_upload', { target, paths: ['report.csv'] })).toMatchObject({
    isError: true,
    text: expect.stringContaining(refusal),
  });
  expect(questions).toMatchObject([{ url: originOf(url()) }]);
  await soon(() => expect(recorded('asked')).toMatchObject([{ isActive: true }]));
  expect(recorded('files')).toEqual([]);
});

test('nobody is asked about an element that is gone, or files of the chat', async () => {
  const gone = { type: 'ref', ref: 'ref_999999' };
  expect(await harness.call('file_upload', { target: gone, paths: ['report.csv'] })).toMatchObject({
    isError: true,
    text: expect.stringContaining('stale'),
  });
  const target = await ref('same file');
  expect(await harness.call('file_upload', { target, document_ids: ['file_1'] })).toMatchObject({
    isError: true,
    text: expect.stringContaining('document_ids are not supported here; give paths of files on this machine'),
  });
  expect(questions).toEqual([]);
});
