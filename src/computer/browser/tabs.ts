/** All tabs of a browser: which there are, which one is active, and how they come and go. */

import { randomUUID } from 'node:crypto';
import type { BetaBrowserStateTabEntry } from '@anthropic-ai/sdk/resources/beta';
import type { Protocol } from 'puppeteer-core';
import { Emitter } from '../../base/emitter.ts';
import { bounded, ignoreFailure } from '../bounded.ts';
import type { Channel } from './channel.ts';
import { Dialogs } from './dialogs.ts';
import { PageUnresponsiveError, refuse, TabClosedError } from './errors.ts';
import { letWorkerRun } from './frame.ts';
import { MAX_TABS } from './limits.ts';
import { Tab, type TabContext } from './tab.ts';

/** How long a tab may take to go when told to. A hung page is given a moment to say goodbye, then is ended. */
const CLOSE_LIMIT_MS = 3_000;

/** For the inventory that goes with each result. */
const STATE_LIMIT_MS = 1_000;

const PAGES: Protocol.Target.FilterEntry[] = [{ type: 'page' }, { exclude: true }];

export class Tabs {
  /** What their pages ask beside their picture. */
  readonly dialogs = new Dialogs();
  /** Of the whole browser; its commands are answered by the browser's own process, which no page can block. */
  readonly #channel: Channel;
  readonly #context: TabContext;
  /** Least recently active first: the last one is the active tab. */
  #tabs: Tab[] = [];
  readonly #shownChanges = new Emitter<void>();
  readonly #bySession = new Map<string, Tab>();
  /** The tab the browser draws. Only that one takes input. */
  #front: Tab | undefined;
  /** Windows the page opened that the user has not been told of. */
  readonly #untold = new Set<Tab>();
  #lastNumber = 0;
  /** The tab being opened by `open`, which is not news to the user. */
  #isOpening = false;
  /** What the tab being opened shows, where it must be told from those that the user opens. */
  #opening = '';
  /** Whether new windows stay behind the current one, as a middle click's does. */
  opensInBackground = false;

  constructor(channel: Channel, context: TabContext) {
    this.#channel = channel;
    this.#context = context;
  }

  /** Begins to follow the browser's tabs. */
  async start(): Promise<void> {
    const { session } = this.#channel;
    session.on('Target.attachedToTarget', (event) => this.#onAttached(event));
    session.on('Target.detachedFromTarget', (event) => this.#onDetached(event.sessionId));
    session.on('Target.targetInfoChanged', (event) => this.#onInfo(event.targetInfo));
    await session.send('Target.setDiscoverTargets', { discover: true, filter: PAGES });
    // A new page waits until its own session listens, so that nothing of it is missed.
    await session.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [...this.#context.guard.sharedTypes.map((type) => ({ type })), ...PAGES],
    });
  }

  /** The tab that people see: the one the browser draws. */
  get shown(): Tab | undefined {
    return this.#front ?? this.active;
  }

  /** {@link shown} may be another tab now, or have another title or address. */
  get onShown() {
    return this.#shownChanges.event;
  }

  get active(): Tab | undefined {
    return this.#tabs.at(-1);
  }

  get all(): readonly Tab[] {
    return this.#tabs;
  }

  /**
   * The named tab, or the active one where none is named.
   * @throws ToolError when there is none
   */
  resolve(tabId: string | null | undefined): Tab {
    if (tabId === undefined || tabId === null || tabId === '') {
      if (this.active === undefined) throw refuse('No tab is open. Use new_tab first.');
      return this.active;
    }
    const tab = this.find(tabId);
    if (tab === undefined) throw refuse('There is no such tab. Use list_tabs to see the open tabs.');
    return tab;
  }

  /** The named tab, or the active one where none is named; undefined when there is none. */
  find(tabId: string | undefined): Tab | undefined {
    return tabId === undefined ? this.active : this.#tabs.find((candidate) => candidate.id === tabId);
  }

  /**
   * Opens an empty tab and makes it the active one.
   * @param limitMs - for each step; the first tab of a browser that is still starting takes longer
   */
  async open(signal: AbortSignal, limitMs = this.#context.limits.responseMs): Promise<Tab> {
    if (this.#tabs.length >= MAX_TABS)
      throw refuse(`At most ${MAX_TABS} tabs can be open. Close some first.`);
    this.#isOpening = true;
    try {
      if (this.#context.isShared) this.#opening = `about:blank#${randomUUID()}`;
      const { targetId } = await this.#channel.send('Target.createTarget', this.#newTarget(), signal, {
        limitMs,
      });
      // Attaching is reported before the command is answered.
      const tab = this.#tabs.find((candidate) => candidate.targetId === targetId);
      if (tab === undefined) throw new TabClosedError();
      await this.whenReady(tab, signal, limitMs);
      this.#tabs = [...this.#tabs.filter((other) => other !== tab), tab];
      return tab;
    } finally {
      this.#isOpening = false;
      this.#opening = '';
    }
  }

  /** In a window of its own where the others are the user's. */
  #newTarget(): Protocol.Target.CreateTargetRequest {
    const { isShared } = this.#context;
    return isShared ? { url: this.#opening, newWindow: this.#tabs.length === 0 } : { url: 'about:blank' };
  }

  async activate(tab: Tab, signal: AbortSignal): Promise<void> {
    await this.bringToFront(tab, signal);
    this.#tabs = [...this.#tabs.filter((other) => other !== tab), tab];
  }

  /** Lets `tab` be drawn and take input, without making it the model's active tab. */
  async bringToFront(tab: Tab, signal: AbortSignal): Promise<void> {
    if (this.#front === tab) return;
    // Should the wait be cut short, nobody knows which one the browser draws.
    this.#front = undefined;
    await this.#channel.send('Target.activateTarget', { targetId: tab.targetId }, signal);
    this.#front = tab;
    this.#shownChanges.fire();
  }

  /** Waits until the tab is observed. One that crashed is ready too: to be navigated. */
  async whenReady(tab: Tab, signal: AbortSignal, limitMs = this.#context.limits.responseMs): Promise<void> {
    await bounded(
      Promise.race([tab.ready, tab.gone]),
      [signal],
      limitMs,
      () => new PageUnresponsiveError(limitMs),
    );
    if (tab.isClosed) throw new TabClosedError();
  }

  /** Closes `tab`, whatever its page is doing. */
  async close(tab: Tab, signal: AbortSignal): Promise<void> {
    tab.isLeaving = true;
    await this.#channel.send('Target.closeTarget', { targetId: tab.targetId }, signal);
    await bounded(tab.gone, [signal], CLOSE_LIMIT_MS, () => undefined).catch(() => undefined);
    signal.throwIfAborted();
    // The browser has promised; whether it needs longer is no concern of the model's.
    if (!tab.isClosed) this.#remove(tab, new TabClosedError());
  }

  /** The inventory for the model: as the browser has it now, in the order of opening. Never rejects. */
  async state(): Promise<BetaBrowserStateTabEntry[]> {
    try {
      const { targetInfos } = await this.#channel.send('Target.getTargets', { filter: PAGES }, undefined, {
        limitMs: STATE_LIMIT_MS,
      });
      for (const info of targetInfos) this.#onInfo(info);
    } catch {
      // The browser is gone or very busy: what it said last stands.
    }
    return this.#tabs
      .map((tab) => ({ tab_id: tab.id, title: tab.title, url: tab.url, active: tab === this.active }))
      .sort((a, b) => numberOf(a.tab_id) - numberOf(b.tab_id));
  }

  /** Closes all tabs of a browser that goes on. Never rejects. */
  async closeTargets(): Promise<void> {
    const closing = this.#tabs.map(({ targetId }) =>
      this.#channel.send('Target.closeTarget', { targetId }, undefined, { limitMs: CLOSE_LIMIT_MS }),
    );
    await Promise.allSettled(closing);
  }

  /** The browser has ended: so have all tabs. */
  closeAll(reason: Error): void {
    for (const tab of [...this.#tabs]) this.#remove(tab, reason);
  }

  /** Lets go of all keys and buttons everywhere. */
  release(): void {
    for (const tab of this.#tabs) tab.release();
  }

  #onAttached(event: Protocol.Target.AttachedToTargetEvent): void {
    const { sessionId, targetInfo } = event;
    const session = this.#channel.session.connection()?.session(sessionId);
    if (session === null || session === undefined) return;
    if (targetInfo.type !== 'page') {
      letWorkerRun(this.#channel.session, session, event, (each, worker) =>
        this.#context.guard.observeWorker(each, worker, 'browser'),
      );
      return;
    }
    if (!this.#isOurs(targetInfo)) {
      ignoreFailure(session.send('Runtime.runIfWaitingForDebugger'));
      ignoreFailure(this.#channel.session.send('Target.detachFromTarget', { sessionId }));
      return;
    }
    if (this.#tabs.length >= MAX_TABS) {
      ignoreFailure(this.#channel.session.send('Target.closeTarget', { targetId: targetInfo.targetId }));
      return;
    }
    const tab = new Tab(`tab_${++this.#lastNumber}`, session, targetInfo, this.#context, this.dialogs);
    this.#bySession.set(sessionId, tab);
    if (this.opensInBackground && !this.#isOpening) {
      this.#tabs.splice(-1, 0, tab);
    } else {
      this.#tabs.push(tab);
      this.#front = tab;
    }
    this.#context.changes.add({ type: 'tab_opened', tab_id: tab.id });
    if (!this.#isOpening) this.#untold.add(tab);
    this.#shownChanges.fire();
  }

  /** Whether a tab was opened here, or by a page of such a one. */
  #isOurs({ url, openerId }: Protocol.Target.TargetInfo): boolean {
    if (!this.#context.isShared || (this.#opening !== '' && url === this.#opening)) return true;
    return openerId !== undefined && this.#tabs.some(({ targetId }) => targetId === openerId);
  }

  #onDetached(sessionId: string): void {
    const tab = this.#bySession.get(sessionId);
    this.#bySession.delete(sessionId);
    if (tab !== undefined) this.#remove(tab, new TabClosedError());
  }

  #onInfo(info: Protocol.Target.TargetInfo): void {
    const tab = this.#tabs.find((candidate) => candidate.targetId === info.targetId);
    if (tab === undefined) return;
    if (info.url !== tab.url && !this.#context.guard.checkShown(info.url, info.targetId)) void tab.leave();
    tab.url = info.url;
    tab.title = info.title;
    if (tab === this.shown) this.#shownChanges.fire();
    // A new window has no address at first.
    if (tab.url !== '' && this.#untold.delete(tab)) this.#context.fire({ type: 'tab-opened', url: tab.url });
  }

  #remove(tab: Tab, reason: Error): void {
    this.#tabs = this.#tabs.filter((other) => other !== tab);
    // Which tab the browser draws next is its own choice.
    this.#front = undefined;
    this.#untold.delete(tab);
    tab.closed(reason);
    this.#shownChanges.fire();
  }
}

function numberOf(tabId: string): number {
  return Number(tabId.slice('tab_'.length));
}
