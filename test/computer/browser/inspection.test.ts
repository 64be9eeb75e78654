import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BetaConfirmContext } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaBrowserMemberName } from '@anthropic-ai/sdk/resources/beta';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { soon, useBrowser } from './browsing.ts';
import { at } from './harness.ts';

const asked: BetaConfirmContext[] = [];
let isAllowed = true;

/** All members on; files are taken as they come. */
const ALL: BrowserComputerOptions = {
  limits: { responseMs: 1_500 },
  toolset: {
    configs: {
      file_upload: { enabled: true },
      javascript_exec: { enabled: true },
      read_console: { enabled: true },
      read_network: { enabled: true },
    },
    confirm: (context) => {
      asked.push(context);
      return isAllowed;
    },
    filePolicy: {
      resolveUploadPaths: (_, paths) => paths,
      resolveUploadDocuments: (_, ids) => ids,
      isPathVisible: () => false,
    },
  },
};

describe('members that are off by default', () => {
  const { server, harness } = useBrowser('logs.html');

  test.each<[BetaBrowserMemberName, Record<string, unknown>]>([
    ['file_upload', { target: { type: 'ref', ref: 'ref_1' }, paths: ['/etc/passwd'] }],
    ['read_console', {}],
    ['read_network', {}],
    ['javascript_exec', { text: 'location.href = "about:blank"' }],
  ])('%s is refused', async (member, input) => {
    expect((await harness.call(member, input)).isError).toBe(true);
    expect((await harness.call('list_tabs')).state?.tabs[0]?.url).toBe(`${server.url}logs.html`);
  });
});

describe('what goes on in a page', () => {
  const { server, harness } = useBrowser('logs.html', ALL);

  test('read_console has what was written since it was read last, an entry a line', async () => {
    await harness.call('read_console');
    await harness.call('navigate', { url: 'reload' });
    await harness.call('left_click', { target: at(100, 70) });
    const { text } = await harness.call('read_console');
    const lines = text.split('\n').map((line) => line.replaceAll(server.url, '/'));
    expect(lines).toEqual([
      '[info] from the start (/logs.html:8)',
      expect.stringMatching(/^\[log\] cart has 3 items \{total: 12.5, paid: false\} \(/),
      expect.stringMatching(/^\[warning\] two \| lines \[1, "a"\] null undefined 10n NaN \(/),
      expect.stringMatching(/^\[error\] Error: broken \| at /),
      expect.stringMatching(/^\[log\] again \(.*\(x3\)$/),
      expect.stringMatching(/^\[error\] Uncaught TypeError: thrown/),
      expect.stringMatching(/^\[error\] Uncaught \(in promise\) rejected/),
    ]);
    expect((await harness.call('read_console')).text).toBe('(empty)');
  });

  test('a flood leaves its end, within the size of an answer', async () => {
    await harness.call('left_click', { target: at(100, 120) });
    const { text } = await harness.call('read_console');
    expect(text.length).toBeLessThanOrEqual(50_100);
    expect(text).toMatch(/^\(Earlier entries are left out.\)\n\[log\] entry \d+ x/);
    expect(text.split('\n').at(-1)).toMatch(/^\[log\] entry 2999 x+… \(/);
  });

  test('read_network has the requests since it was read last', async () => {
    await harness.call('read_network');
    await harness.call('left_click', { target: at(100, 170) });
    const lines = (await harness.call('read_network')).text.split('\n');
    const told = lines.map((line) =>
      line.replaceAll(server.url, '/').replace(/ \d+ ms.*?( [a-z]+:.*| redirected)?$/, '$1'),
    );
    expect(told.filter((line) => !line.includes('/record'))).toEqual([
      'GET /status/404 Fetch 404 text/html',
      'POST /redirect Fetch 302 redirected',
      'GET /input.html Fetch 200 text/html',
      'GET http://name.invalid/ Fetch failed: net::ERR_NAME_NOT_RESOLVED',
      'GET /never Fetch pending',
    ]);
    expect(lines.join()).not.toContain('secret');
  });

  test.each([
    ['1 + 1', '2'],
    ['document.title', 'Logs'],
    ['({ a: 1, b: [true, null] })', '{\n "a": 1,\n "b": [\n  true,\n  null\n ]\n}'],
    ['undefined', 'undefined'],
    ['document.querySelector("title")', '<title>Logs</title>'],
    ['const once = 1; const twice = once + 1; twice', '2'],
    ['await new Promise((resolve) => setTimeout(() => resolve("later"), 20))', 'later'],
    ['Promise.resolve(new Map([["a", 10n]]))', '{\n "a": "10n"\n}'],
    ['const ring = {}; ring.self = ring; ring', '{\n "self": "[seen above]"\n}'],
    [
      'const a = { is: 1 }; ({ one: a, two: [a] })',
      '{\n "one": {\n  "is": 1\n },\n "two": [\n  {\n   "is": 1\n  }\n ]\n}',
    ],
    ['const map = new Map(); map.set("a", [map]); [map]', '[\n {\n  "a": [\n   "[seen above]"\n  ]\n }\n]'],
    ['"x".repeat(60_000).length', '60000'],
    ['', undefined],
  ])('javascript_exec answers the value of %j', async (text, answer) => {
    const result = await harness.call('javascript_exec', { text });
    if (answer === undefined) expect(result.isError).toBe(true);
    else expect(result).toMatchObject({ isError: false, text: answer });
  });

  test.each([
    ['throw new Error("no")', /^The script failed: Error: no/],
    ['return 5', /SyntaxError.*Write the expression without "return"\.$/],
    ['Promise.reject("no")', /^The script failed: Uncaught no/],
    ['for (;;);', /^The script did not finish within 1.5 s/],
    ['new Promise(() => {})', /^The promise was still pending after 1.5 s/],
  ])('javascript_exec says what became of %j', async (text, said) => {
    const result = await harness.call('javascript_exec', { text });
    expect(result).toMatchObject({ isError: true, text: expect.stringMatching(said) });
    expect((await harness.call('javascript_exec', { text: '"alive"' })).text).toBe('alive');
  });

  test('javascript_exec waits for what it set going, and its answer is bounded', async () => {
    const result = await harness.call('javascript_exec', {
      text: 'location.href = "/input.html"; "x".repeat(100_000)',
    });
    expect(result.text.length).toBe(50_000);
    expect(result.state?.tabs[0]?.title).toBe('Input');
  });

  test('javascript_exec is not stopped by what would be of endless length', async () => {
    const doubled = 'let all = [1]; for (let at = 0; at < 50; at++) all = [all, all]; all';
    const result = await harness.call('javascript_exec', { text: doubled });
    expect(result.isError).toBe(false);
    expect(result.text).toMatch(/^\[\n \[\n {2}\[/);
    expect(result.text).toHaveLength(50_000);
  });

  test('each call is asked for first, and not run where the answer is no', async () => {
    asked.length = 0;
    isAllowed = false;
    const result = await harness.call('javascript_exec', { text: 'document.title = "changed"' });
    isAllowed = true;
    expect(result.isError).toBe(true);
    expect(asked).toMatchObject([{ member: 'javascript_exec', tabURL: `${server.url}logs.html` }]);
    expect((await harness.call('list_tabs')).state?.tabs[0]?.title).toBe('Logs');
  });
});

describe('file_upload', () => {
  const { harness, recorded, ref } = useBrowser('upload.html', ALL);
  let folder: string;
  let files: string[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'upload-'));
    files = ['one.txt', 'zwei Ä.txt'].map((name) => path.join(folder, name));
    for (const file of files) await writeFile(file, path.basename(file));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(() => {
    isAllowed = true;
  });

  test.each([
    ['the field itself', 'one file', 'one', 1],
    ['a field for several', 'many files', 'many', 2],
    ['the label of a hidden field', 'labelled upload', 'hidden', 1],
    ['a button that asks for a file', 'attach button', 'made', 1],
  ])('puts files into %s', async (_, query, id, count) => {
    const result = await harness.call('file_upload', {
      target: await ref(query),
      paths: files.slice(0, count),
    });
    expect(result).toMatchObject({ isError: false, text: 'Uploaded.' });
    const names = files.slice(0, count).map((file) => path.basename(file));
    await soon(() =>
      expect(recorded('files')).toMatchObject([{ on: id, files: names.map((name) => [name, name]) }]),
    );
  });

  test('says what does not fit', async () => {
    const problems: ReadonlyArray<readonly [string, Record<string, unknown>, string]> = [
      ['one file', { paths: files }, 'The file field takes one file only.'],
      ['one file', {}, 'paths: expected one to 50 files.'],
      ['one file', { paths: [path.join(folder, 'none')] }, 'paths: there is no such file.'],
      ['one file', { paths: [folder] }, 'paths: there is no such file.'],
      ['one file', { document_ids: ['file_1'] }, 'document_ids: not supported here; give paths.'],
      ['closed upload', { paths: files.slice(0, 1) }, 'The file field is disabled.'],
      ['nothing button', { paths: files.slice(0, 1) }, 'The element is no file field, and a click on it'],
    ];
    for (const [query, input, text] of problems)
      expect(await harness.call('file_upload', { target: await ref(query), ...input })).toMatchObject({
        isError: true,
        text: expect.stringContaining(text),
      });
    expect(recorded('files')).toEqual([]);
  });
});
