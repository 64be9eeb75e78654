/** Crashes a chat panel's renderer at random moments of a run, and looks at what comes back. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import type { Script } from '../../../src/agent/demo/script.ts';
import { History } from '../../../src/history/history.ts';
import { MAX_REBUILDS_PER_MINUTE } from '../../../src/panel/heartbeat.ts';
import { ordinal, type SessionId } from '../../../src/protocol/transcript.ts';
import { type MessagesApi, startMessagesApi } from '../../support/messagesApi/server.ts';
import { act, type ReadingPlace, readingPlace, say, scrollToEnd, send, shows, WAIT_MS } from './chat.ts';
import { pollUntil } from './poll.ts';
import { crashOuterFrame, crashRenderer } from './webviewsApart.ts';
import { startWorkbench, type Workbench } from './workbench.ts';

const EXTENSION_ID = 'computer-use-chat.computer-use-chat';
/** Stored items above those of the run. */
const STORED_ITEMS = 120;
/** Longest time a panel may be away whose document died before it had loaded: nothing tells its death but time. */
const COMEBACK_MS = 60_000;
/** Longest time from a panel that is back to its next crash, ms. */
const MAX_LIFE_MS = 1_500;

declare global {
  interface Window {
    /** When the first rows were on screen, ms since the epoch. */
    rowsAt?: number;
  }
}

/** What a crash led to. */
export interface Comeback {
  /** When it crashed, ms since the epoch. */
  readonly at: number;
  /** From the crash to a page with rows, ms. */
  readonly ms: number;
  /** Where the reader was; null at the end. */
  readonly before: ReadingPlace | null;
  readonly after: ReadingPlace | null;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A VS Code that shows a session in which Claude works until it is told to stop. Close it. */
export class CrashSite {
  readonly workbench: Workbench;
  readonly history: History;
  readonly session: SessionId;
  readonly #api: MessagesApi;
  readonly #setWorking: (isWorking: boolean) => void;
  /** When the panel was crashed, ms since the epoch. */
  readonly #crashes: number[] = [];

  private constructor(
    workbench: Workbench,
    history: History,
    session: SessionId,
    api: MessagesApi,
    setWorking: (isWorking: boolean) => void,
  ) {
    this.workbench = workbench;
    this.history = history;
    this.session = session;
    this.#api = api;
    this.#setWorking = setWorking;
  }

  static async start(): Promise<CrashSite> {
    let isWorking = true;
    let step = 0;
    const work: Script = () => {
      if (!isWorking) return { blocks: [say('That is all.')] };
      step += 1;
      return {
        blocks: [
          say(`Step ${step}. ${'I look at the page and wait for it. '.repeat(12)}`),
          act('wait', { duration: 0.3 }),
        ],
        pace: { charactersPerDelta: 4, msBetweenDeltas: 25 },
      };
    };
    const api = await startMessagesApi({ script: work, validate: false });
    const workbench = await startWorkbench({
      webviewsApart: true,
      settings: { 'computerUseChat.apiBaseUrl': api.url },
      env: { ANTHROPIC_API_KEY: 'sk-ant-test' },
    });
    await workbench.page.context().addInitScript(noteFirstRows);
    // The first panel makes the history's folder.
    await workbench.runCommand('Open Computer Use Chat');
    await workbench.chatFrame();
    await workbench.runCommand('View: Close Editor');
    const history = await openHistory(workbench.dataDir);
    const session = seed(history, STORED_ITEMS);
    return new CrashSite(workbench, history, session, api, (value) => {
      isWorking = value;
    });
  }

  /** Opens the session and has Claude begin. */
  async begin(): Promise<Frame> {
    await this.workbench.runCommand('Open Computer Use Chat');
    const chat = await this.workbench.chatFrame();
    await shows(chat, textOf(STORED_ITEMS - 1));
    await send(chat, 'Go on until I say stop');
    await shows(chat, 'Step 2.');
    return chat;
  }

  /**
   * Crashes the panel a random while after it came back.
   *
   * @param atEnd - whether to read at the end, where the run writes, or at a random place before
   */
  async crash(
    chat: Frame,
    random: () => number,
    atEnd: boolean,
  ): Promise<Comeback & { readonly chat: Frame }> {
    const before = await this.#read(chat, random, atEnd);
    await this.#pace();
    await delay(random() * MAX_LIFE_MS);
    const at = Date.now();
    await crashRenderer(chat);
    const back = await this.comeback(chat);
    const rowsAt = await back.evaluate(() => window.rowsAt);
    return {
      at,
      chat: back,
      ms: (rowsAt ?? Number.NaN) - at,
      before,
      after: atEnd ? null : await readingPlace(back),
    };
  }

  /** Waits until one more crash is not too many for a panel that crashes again and again, which is given up. */
  async #pace(): Promise<void> {
    const before = this.#crashes.at(1 - MAX_REBUILDS_PER_MINUTE) ?? 0;
    await delay(Math.max(0, before + 60_000 - Date.now()));
    this.#crashes.push(Date.now());
  }

  /**
   * Crashes a panel while its document is still loading. Resolves once there is another with rows.
   *
   * @param known - the documents there were before
   */
  async crashWhileLoading(known: ReadonlySet<Frame>): Promise<Frame> {
    await this.#pace();
    const loading = await pollUntil('a document that loads', WAIT_MS, async () =>
      this.workbench.webviewFrames().find((frame) => !known.has(frame)),
    );
    await crashOuterFrame(loading);
    return pollUntil('the panel to be back', COMEBACK_MS, async () => {
      for (const frame of this.workbench.webviewFrames()) {
        if (frame === loading || known.has(frame)) continue;
        for (const chat of frame.childFrames()) {
          const hasRows = await chat.evaluate(() => window.rowsAt !== undefined).catch(() => false);
          if (hasRows) return chat;
        }
      }
      return undefined;
    });
  }

  /** Lets Claude come to an end, or not, from its next turn on. */
  setWorking(isWorking: boolean): void {
    this.#setWorking(isWorking);
  }

  async close(): Promise<void> {
    this.history.dispose();
    await this.workbench.close();
    await this.#api.close();
  }

  async #read(chat: Frame, random: () => number, atEnd: boolean): Promise<ReadingPlace | null> {
    if (atEnd) {
      await scrollToEnd(chat);
      return null;
    }
    const part = 0.1 + random() * 0.5;
    await chat.locator('.scroller').evaluate((scroller, to) => {
      scroller.scrollTop = scroller.scrollHeight * to;
    }, part);
    const place = await readingPlace(chat);
    // The page tells of its place a little later, as of all it keeps.
    await delay(400);
    return place;
  }

  /** The panel that took the place of a dead one, once it has rows. */
  async comeback(dead: Frame): Promise<Frame> {
    return pollUntil('the panel to be back', WAIT_MS, async () => {
      const chat = await this.workbench.chatFrame();
      if (chat === dead) return undefined;
      const hasRows = await chat.evaluate(() => window.rowsAt !== undefined).catch(() => false);
      return hasRows ? chat : undefined;
    });
  }
}

/** The text of a stored item. Each stands once in the session. */
export function textOf(place: number): string {
  return `Item ${place}: ${'some words to read here. '.repeat(1 + (place % 9))}`.trim();
}

/** Reads all rows from the first to the last, as they stand in the panel. @returns texts by ordinal */
export async function readAllRows(chat: Frame): Promise<ReadonlyMap<number, string>> {
  const rows = new Map<number, string>();
  const scroller = chat.locator('.scroller');
  await scroller.evaluate((element) => {
    element.scrollTop = 0;
  });
  for (let isAtEnd = false; !isAtEnd; ) {
    await pollUntil('loaded rows', WAIT_MS, async () =>
      (await chat.locator('.row[aria-busy="true"]').count()) === 0 ? true : undefined,
    );
    await readingPlace(chat);
    const seen = await chat.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.row')].map(
        (row) => [Number(row.dataset.ordinal), row.innerText] as const,
      ),
    );
    for (const [place, text] of seen) rows.set(place, text);
    isAtEnd = await scroller.evaluate((element) => {
      const end = element.scrollHeight - element.clientHeight;
      if (element.scrollTop >= end - 1) return true;
      element.scrollTop = Math.min(end, element.scrollTop + element.clientHeight * 0.9);
      return false;
    });
  }
  return rows;
}

function seed(history: History, count: number): SessionId {
  const start = Date.now() + 60_000;
  const { id } = history.createSession({
    title: 'A long session',
    now: start,
    provider: 'anthropic',
    computer: 'browser',
  });
  history.transaction(() => {
    for (let place = 0; place < count; place += 1) {
      const base = { ordinal: ordinal(place), at: start, text: textOf(place) };
      history.appendItem(
        id,
        place % 2 === 0 ? { ...base, kind: 'user' } : { ...base, kind: 'answer', state: 'complete' },
      );
    }
  });
  return id;
}

async function openHistory(dataDir: string): Promise<History> {
  const storage = join(dataDir, 'data', 'User', 'workspaceStorage');
  const folder = await pollUntil('the history', WAIT_MS, async () =>
    existsSync(storage)
      ? readdirSync(storage)
          .map((workspace) => join(storage, workspace, EXTENSION_ID))
          .find((path) => existsSync(join(path, 'history.db')))
      : undefined,
  );
  return History.open(folder);
}

/** Runs in each frame before its scripts; its source is what is handed to the browser. */
function noteFirstRows(): void {
  if (parent === window) return;
  // VS Code writes the page into a document that it opens anew: that takes the frames one has asked for away.
  const timer = setInterval(() => {
    if (!document.querySelector('.row[aria-busy="false"]')) return;
    window.rowsAt = Date.now();
    clearInterval(timer);
  }, 10);
}
