import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MemberQuestion } from '../../../src/computer/browser/askedMembers.ts';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { createFilePolicy } from '../../../src/computer/browser/filePolicy.ts';
import type { Screen } from '../../../src/computer/computer.ts';
import { soon } from './browsing.ts';
import { type Harness, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function start(options: BrowserComputerOptions): Promise<Harness> {
  const harness = await startHarness(options);
  open.push(harness);
  return harness;
}

/** As a person does, whatever the model waits for. */
async function clickOn(screen: Screen | undefined): Promise<void> {
  const modifiers = { alt: false, control: false, meta: false, shift: false };
  const button = { x: 100, y: 100, button: 'left', clicks: 1, modifiers } as const;
  const { signal } = new AbortController();
  if (screen === undefined || !('input' in screen)) throw new Error('There is no picture to click on.');
  await screen.input({ type: 'pointer-down', ...button }, signal);
  await screen.input({ type: 'pointer-up', ...button }, signal);
}

describe('members that are off by default', () => {
  test('stay off', async () => {
    const harness = await start({ confirm: async () => true });
    for (const member of ['javascript_exec', 'file_upload', 'read_console', 'read_network'] as const)
      expect(await harness.call(member, { text: '1' })).toMatchObject({
        isError: true,
        text: expect.stringContaining('not permitted'),
      });
    expect(await harness.folders()).toEqual([]);
  });

  test('are on by setting, and asked about each time', async () => {
    const questions: MemberQuestion[] = [];
    const answers = [true, false];
    const harness = await start({
      members: ['javascript_exec'],
      confirm: async (question) => {
        questions.push(question);
        return answers.shift() ?? false;
      },
    });
    await harness.call('list_tabs');
    expect(questions).toEqual([]);
    expect((await harness.call('javascript_exec', { text: '40 + 2' })).text).toContain('42');
    expect(await harness.call('javascript_exec', { text: '1 + 1' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('did not grant permission'),
    });
    expect(questions).toEqual([
      { member: 'javascript_exec', url: 'about:blank', detail: '40 + 2' },
      { member: 'javascript_exec', url: 'about:blank', detail: '1 + 1' },
    ]);
  });

  test('do not run on another page than the user was asked about', async () => {
    const second = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      if (request.url === '/second') second.resolve();
      response.setHeader('content-type', 'text/html');
      response.end(request.url === '/first' ? '<title>First</title>' : '<title>Second</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: async () => void server.close() });
    const harness = await start({
      members: ['javascript_exec'],
      confirm: async ({ detail }) => {
        if (detail.includes('location')) return true;
        await second.promise;
        // Until the browser has told of it.
        await delay(500);
        return true;
      },
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await harness.call('navigate', { url: `${url}/first` });
    await harness.call('javascript_exec', { text: "setTimeout(() => { location = '/second'; }, 1_000)" });
    expect(await harness.call('javascript_exec', { text: 'document.title' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('has changed since the user was asked'),
    });
  });

  test.each(['javascript_exec', 'read_console', 'read_network'] as const)(
    '%s does not run in a tab that opens while the user is asked about another',
    async (member) => {
      const opened = Promise.withResolvers<void>();
      const server = createServer((request, response) => {
        if (request.url === '/other') opened.resolve();
        response.setHeader('content-type', 'text/html');
        response.end(
          `<title>${request.url}</title><body style="height: 100vh" onclick="window.open('/other')">`,
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      open.push({ close: async () => void server.close() });
      const questions: MemberQuestion[] = [];
      const harness = await start({
        members: ['javascript_exec', 'read_console', 'read_network'],
        confirm: async (question) => {
          if (questions.push(question) > 1) return true;
          await clickOn(harness.computer.screen);
          await opened.promise;
          return true;
        },
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await harness.call('navigate', { url: `${url}/popup` });
      expect(await harness.call(member, { text: 'document.title' })).toMatchObject({
        isError: true,
        text: expect.stringContaining('has changed since the user was asked, or another tab is active'),
      });
      expect(questions).toMatchObject([{ member, url: `${url}/popup` }]);
      await soon(async () =>
        expect((await harness.call('list_tabs')).state?.tabs.at(-1)?.url).toBe(`${url}/other`),
      );
      // It does in the tab that the call names, and in the new one once the model knows of it.
      expect(await harness.call(member, { text: 'document.title', tab_id: 'tab_1' })).toMatchObject({
        isError: false,
      });
      expect(await harness.call(member, { text: 'document.title' })).toMatchObject({ isError: false });
      expect(questions.slice(1)).toMatchObject([{ url: `${url}/popup` }, { url: `${url}/other` }]);
    },
  );

  test('are refused where nobody can be asked, or the question fails', async () => {
    const silent = await start({ members: ['javascript_exec'] });
    expect(await silent.call('javascript_exec', { text: '1' })).toMatchObject({ isError: true });
    const failing = await start({
      members: ['javascript_exec'],
      confirm: () => Promise.reject(new Error('no window')),
    });
    expect(await failing.call('javascript_exec', { text: '1' })).toMatchObject({ isError: true });
  });

  test('end with the run that asked', async () => {
    const stopping = new AbortController();
    let asked: AbortSignal | undefined;
    const harness = await start({
      members: ['javascript_exec'],
      confirm: (_question, signal) => {
        asked = signal;
        queueMicrotask(() => stopping.abort(new Error('stopped')));
        return new Promise(() => undefined);
      },
    });
    expect(await harness.callAborted('javascript_exec', { text: '1' }, stopping.signal)).toBeInstanceOf(
      Error,
    );
    expect(await harness.folders()).toEqual([]);
    expect(asked?.aborted).toBe(true);
  });
});

describe('files for uploads', () => {
  let folder: string;
  let root: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'upload-test-'));
    root = path.join(folder, 'workspace');
    await mkdir(path.join(root, 'sub'), { recursive: true });
    await mkdir(path.join(folder, 'workspace-twin'));
    await Promise.all([
      writeFile(path.join(root, 'report.csv'), 'a'),
      writeFile(path.join(root, 'sub', 'deep.csv'), 'a'),
      writeFile(path.join(folder, 'secret.txt'), 's'),
      writeFile(path.join(folder, 'workspace-twin', 'secret.txt'), 's'),
    ]);
    await symlink(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'));
    await symlink(folder, path.join(root, 'out'));
    await symlink(path.join(root, 'report.csv'), path.join(root, 'alias.csv'));
    await symlink(root, path.join(folder, 'linked-root'));
    open.push({ close: () => rm(folder, { recursive: true, force: true }) });
  });

  const resolve = (...files: string[]) =>
    Promise.resolve(createFilePolicy([root]).resolveUploadPaths({ member: 'file_upload' }, files));

  test('are those of the folders, by their real paths', async () => {
    expect(await resolve(path.join(root, 'report.csv'), path.join(root, 'sub', 'deep.csv'))).toHaveLength(2);
    expect(await resolve('sub/deep.csv')).toEqual([path.join(root, 'sub', 'deep.csv')]);
    expect(await resolve(path.join(root, 'alias.csv'))).toEqual([path.join(root, 'report.csv')]);
    const linked = createFilePolicy([path.join(folder, 'linked-root')]);
    expect(await linked.resolveUploadPaths({}, [path.join(root, 'report.csv')])).toEqual([
      path.join(root, 'report.csv'),
    ]);
  });

  test('are no others', async () => {
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    const wrong = [
      path.join(folder, 'secret.txt'),
      path.join(folder, 'workspace-twin', 'secret.txt'),
      path.join(root, 'link.txt'),
      path.join(root, 'out', 'secret.txt'),
      path.join(root, '..', 'secret.txt'),
      `${root}/sub/../../secret.txt`,
      '../secret.txt',
      path.join(root, 'sub'),
      path.join(root, 'missing.txt'),
      path.join(root, 'pipe'),
      '/etc/passwd',
      '/dev/zero',
      `${root}/report.csv\0.png`,
      '',
      '/'.repeat(5_000),
    ];
    for (const file of wrong) await expect(resolve(file), file).rejects.toThrow(/file_upload/);
    await expect(resolve(path.join(root, 'report.csv'), '/etc/passwd')).rejects.toThrow();
  });

  test('are none without folders, and a whole disk is no folder', async () => {
    for (const folders of [[], ['/'], ['relative'], ['']]) {
      const policy = createFilePolicy(folders);
      await expect(policy.resolveUploadPaths({}, [path.join(root, 'report.csv')])).rejects.toThrow();
    }
  });

  test('named in the chat by an id are refused, and the model is told where downloads are, nothing else', async () => {
    const policy = createFilePolicy([root], (file) => file === '/downloads/1/a.csv');
    expect(() => policy.resolveUploadDocuments({}, ['file_1'])).toThrow('give paths of files');
    expect(await policy.isPathVisible('/downloads/1/a.csv')).toBe(true);
    expect(await policy.isPathVisible(path.join(root, 'report.csv'))).toBe(false);
    expect(await createFilePolicy([root]).isPathVisible('/downloads/1/a.csv')).toBe(false);
  });
});
