/**
 * Actions at random on pages of the zoo. ACTIONS says how many, SEED which; the seed is printed with a failure, and so
 * are the last calls, as what they find and when they are aborted is not in the seed.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ASKED_MEMBERS } from '../../../src/computer/browser/askedMembers.ts';
import { DEFAULT_LIMITS } from '../../../src/computer/browser/limits.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { type CallResult, type Harness, startHarness } from './harness.ts';
import { type Moment, type RandomCall, randomCalls } from './randomCalls.ts';

const ACTIONS = Number(process.env.ACTIONS ?? 1_000);
const SEED = Number(process.env.SEED ?? 20_261_123);

/** Short: pages that hang or never rest are met often. */
const LIMITS = {
  ...DEFAULT_LIMITS,
  responseMs: 1_500,
  navigationMs: 3_000,
  navigationSettleMs: 2_000,
  actionSettleMs: 600,
};

/** No call takes longer, whatever the page does: a navigation with its settling, and what a busy machine adds. */
const CEILING_MS = LIMITS.navigationMs + LIMITS.navigationSettleMs + 20_000;

/** What a failure tells of. */
const MAX_TRAIL = 15;

const PAGES = readdirSync(path.join(import.meta.dirname, '../../support/pages')).filter((name) =>
  name.endsWith('.html'),
);
const ANSWERS = [
  'missing.html',
  'paper.pdf',
  'slow?ms=300',
  'never',
  'status/500',
  'cut',
  'drip',
  'login',
  'download/a.csv',
];

let server: PageServer;
let harness: Harness;
let folder: string;
/** What browsers take for temporary files, which tells their processes too. */
let temporary: string;
const launching = vi.spyOn(puppeteer, 'launch');
const unowned: unknown[] = [];
const onUnowned = (error: unknown) => unowned.push(error);

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'random-actions-'));
  temporary = path.join(folder, 'tmp');
  await mkdir(temporary);
  for (const name of ['one.txt', 'two.txt']) await writeFile(path.join(folder, name), name);
  server = await startPageServer();
  harness = await startHarness({
    limits: LIMITS,
    env: { ...process.env, TMPDIR: temporary },
    members: [...ASKED_MEMBERS],
    confirm: async () => true,
    uploadFolders: [folder],
  });
  process.on('unhandledRejection', onUnowned);
}, 60_000);

afterEach(async () => {
  process.off('unhandledRejection', onUnowned);
  await harness.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Where there is something for every member. */
const RICH_PAGES = ['form.html', 'fields.html', 'upload.html', 'widgets.html', 'frames.html', 'shadow.html'];

/** What was read last, for the next calls to name. */
class Memory implements Moment {
  #refs: string[] = [];
  #tabs: string[] = [];

  ref(nth: number): string {
    return this.#refs[nth % this.#refs.length] ?? 'ref_0';
  }

  tab(nth: number): string {
    return this.#tabs[nth % this.#tabs.length] ?? 'tab_1';
  }

  /** @returns whether it names elements */
  read({ text, state }: CallResult): boolean {
    const named = text.match(/(?<=\[)ref_\d+(?=\])/g) ?? [];
    if (named.length > 0) this.#refs = [...new Set(named)];
    if (state !== undefined) this.#tabs = state.tabs.map(({ tab_id }) => tab_id);
    return named.length > 0;
  }
}

/** Finds elements for the call to name, on another page where its own has none: many are blank by then. */
async function look({ about, tab }: RandomCall, memory: Memory, nth: number): Promise<void> {
  if (about === undefined) return;
  const tabId = tab(memory);
  const where = tabId === undefined ? {} : { tab_id: tabId };
  const find = async () => memory.read(await harness.call('find', { ...where, query: about }));
  for (const page of [undefined, RICH_PAGES[nth % RICH_PAGES.length], 'upload.html']) {
    if (page !== undefined) await harness.call('navigate', { ...where, url: server.url + page });
    if (await find()) return;
  }
}

async function make({ member, abortAfterMs }: RandomCall, input: Record<string, unknown>, memory: Memory) {
  if (abortAfterMs === undefined) {
    const result = await harness.call(member, input);
    if (result.isError) expect(result.text).not.toBe('');
    memory.read(result);
    return result.isError ? result.text : 'done';
  }
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error('aborted')), abortAfterMs);
  const error = await harness.callAborted(member, input, abort.signal);
  clearTimeout(timer);
  return abort.signal.aborted ? `aborted after ${abortAfterMs} ms: ${String(error)}` : 'done in time';
}

function isAimed({ target }: Record<string, unknown>): boolean {
  return typeof target === 'object' && target !== null && 'ref' in target;
}

test(
  `${ACTIONS} random actions: none hangs, none is left unowned, nothing is left behind`,
  async () => {
    const places = {
      pages: [...PAGES, ...ANSWERS].map((name) => server.url + name),
      files: ['one.txt', 'two.txt'].map((name) => path.join(folder, name)),
    };
    const memory = new Memory();
    const trail: string[] = [];
    const aimed = { all: 0, stale: 0 };
    const told = () => `seed ${SEED}, the last calls:\n${trail.join('\n')}`;
    for (const [at, call] of fc.sample(randomCalls(places), { numRuns: ACTIONS, seed: SEED }).entries()) {
      await look(call, memory, at);
      const input = call.input(memory);
      const what = `${at}: ${call.member} ${JSON.stringify(input)}`;
      trail.push(what);
      if (trail.length > MAX_TRAIL) trail.shift();
      const { promise: tooLate, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new Error('It took longer than the ceiling.')), CEILING_MS);
      try {
        const became = await Promise.race([make(call, input, memory), tooLate]);
        trail[trail.length - 1] = `${what} -> ${became}`;
        if (isAimed(input) && call.abortAfterMs === undefined) {
          aimed.all++;
          if (became.includes('unknown or stale')) aimed.stale++;
        }
      } catch (error) {
        throw new Error(told(), { cause: error });
      } finally {
        clearTimeout(timer);
      }
    }
    // Most name what is there: of the elements one in six is a guess, and pages change while they are read.
    expect(aimed.stale, told()).toBeLessThan(aimed.all * 0.4 + 5);
    const screenshot = await harness.call('screenshot');
    if (screenshot.isError) await harness.call('new_tab');
    expect((await harness.call('screenshot')).isError, told()).toBe(false);
    // The browser may still be ending a tab that closed itself.
    await vi.waitFor(
      async () => {
        const listed = (await harness.call('list_tabs')).state?.tabs.map(({ url }) => url) ?? [];
        expect(listed.toSorted(), told()).toEqual(await pagesOf(await launching.mock.results.at(-1)?.value));
      },
      { timeout: 10_000 },
    );
    // Where processes can be listed, the browser's are found, so that finding none afterwards means something.
    if (process.platform === 'linux') expect(processesOf(temporary)).not.toEqual([]);
    await harness.computer.close();
    expect(unowned, told()).toEqual([]);
    expect(await harness.folders()).toEqual([]);
    await expect.poll(() => processesOf(temporary), { timeout: 10_000 }).toEqual([]);
    expect(await readdir(temporary), told()).toEqual([]);
  },
  ACTIONS * 1_000 + 120_000,
);

/** The addresses of the pages that the browser really has. */
async function pagesOf(browser: Browser): Promise<string[]> {
  const session = await browser.target().createCDPSession();
  const { targetInfos } = await session.send('Target.getTargets');
  await session.detach();
  return targetInfos
    .filter(({ type }) => type === 'page')
    .map(({ url }) => url)
    .toSorted();
}

/** Processes that were given the folder for their temporary files; only Linux lists them so. */
function processesOf(given: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(given);
      } catch {
        return false;
      }
    });
}
