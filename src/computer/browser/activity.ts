/** What one tab's page is loading: the network side of "has it settled?". */
import type { CDPSession, Protocol } from 'puppeteer-core';

/** What changes a page when it arrives. Images, fonts, media and open streams do not hold an action up. */
const AWAITED_TYPES: ReadonlySet<string> = new Set(['Document', 'Stylesheet', 'Script', 'XHR', 'Fetch']);

/** A request that has been open this long before or during an action is a long poll: nobody waits for it. */
const LONG_POLL_MS = 2_000;

/** Requests followed at a time. Beyond it the oldest are forgotten. */
const MAX_REQUESTS = 500;

interface PendingRequest {
  readonly since: number;
  readonly loaderId: string;
  readonly isDocument: boolean;
}

/** How the main frame's last navigation went. */
export interface DocumentResponse {
  readonly loaderId: string;
  readonly status: number;
}

export class Activity {
  readonly #mainFrameId: string;
  readonly #pending = new Map<string, PendingRequest>();
  readonly #listeners = new Set<() => void>();
  #isLoading = false;
  #version = 0;
  #changedAt = 0;
  #navigations = 0;
  #commits = 0;
  #response: DocumentResponse | undefined;
  #isErrorPage = false;

  /** @param mainFrameId - of the page, which is also its target's id */
  constructor(mainFrameId: string) {
    this.#mainFrameId = mainFrameId;
  }

  /** Whether the main frame is on its way to another document. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Raised by each start and end of something awaited: unchanged means nothing happened in between. */
  get version(): number {
    return this.#version;
  }

  /** For how long nothing awaited has started or ended, in milliseconds. */
  get quietFor(): number {
    return performance.now() - this.#changedAt;
  }

  /** How many navigations of the main frame have begun. */
  get navigations(): number {
    return this.#navigations;
  }

  /** How many navigations of the main frame have arrived, those within a document too. */
  get commits(): number {
    return this.#commits;
  }

  /** Of the last document asked for; undefined where none came (a cached, a blank, a failed one). */
  get response(): DocumentResponse | undefined {
    return this.#response;
  }

  /** Whether the browser shows its own page because the address could not be loaded. */
  get isErrorPage(): boolean {
    return this.#isErrorPage;
  }

  /** Listens to the page's session. Its network and page domains must be enabled. */
  follow(session: CDPSession): void {
    this.followNetwork(session);
    session.on('Page.frameStartedLoading', (event) => this.#onLoading(event.frameId, true));
    session.on('Page.frameStoppedLoading', (event) => this.#onLoading(event.frameId, false));
    session.on('Page.frameNavigated', (event) => this.#onNavigated(event.frame));
    session.on('Page.navigatedWithinDocument', (event) => this.#onNavigatedWithin(event.frameId));
  }

  /** Listens to the requests of the page or of a frame in another process. */
  followNetwork(session: CDPSession): void {
    session.on('Network.requestWillBeSent', (event) => this.#onRequest(event));
    session.on('Network.responseReceived', (event) => this.#onResponse(event));
    session.on('Network.loadingFinished', (event) => this.#onRequestEnd(event.requestId));
    session.on('Network.loadingFailed', (event) => this.#onRequestEnd(event.requestId));
  }

  /** Forgets what was under way, which a crash has ended. */
  reset(): void {
    this.#pending.clear();
    this.#isLoading = false;
    this.#changed();
  }

  /** Whether nothing awaited is under way. */
  isIdle(): boolean {
    if (this.#isLoading) return false;
    const oldest = performance.now() - LONG_POLL_MS;
    for (const request of this.#pending.values()) if (request.since > oldest) return false;
    return true;
  }

  /**
   * Waits for `condition`, which is asked at each change (and from time to time, because requests age into long polls).
   * @returns whether it came true within `limitMs`
   * @throws the signal's reason
   */
  async until(condition: () => boolean, limitMs: number, signals: readonly AbortSignal[]): Promise<boolean> {
    const end = performance.now() + limitMs;
    for (;;) {
      for (const signal of signals) signal.throwIfAborted();
      if (condition()) return true;
      const left = end - performance.now();
      if (left <= 0) return false;
      await this.#nextChange(Math.min(left, 100), signals);
    }
  }

  #nextChange(limitMs: number, signals: readonly AbortSignal[]): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#listeners.delete(wake);
        for (const signal of signals) signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      this.#listeners.add(wake);
      for (const signal of signals) signal.addEventListener('abort', wake);
    });
  }

  #changed(): void {
    this.#version++;
    this.#changedAt = performance.now();
    for (const listener of [...this.#listeners]) listener();
  }

  #onRequest(event: Protocol.Network.RequestWillBeSentEvent): void {
    if (!AWAITED_TYPES.has(event.type ?? '')) return;
    const isDocument = event.type === 'Document';
    if (isDocument && event.frameId === this.#mainFrameId) this.#response = undefined;
    this.#pending.set(event.requestId, { since: performance.now(), loaderId: event.loaderId, isDocument });
    if (this.#pending.size > MAX_REQUESTS) {
      const [oldest] = this.#pending.keys();
      if (oldest !== undefined) this.#pending.delete(oldest);
    }
    this.#changed();
  }

  #onResponse(event: Protocol.Network.ResponseReceivedEvent): void {
    if (event.type !== 'Document' || event.frameId !== this.#mainFrameId) return;
    this.#response = { loaderId: event.loaderId, status: event.response.status };
  }

  #onRequestEnd(requestId: string): void {
    if (this.#pending.delete(requestId)) this.#changed();
  }

  #onLoading(frameId: string, isLoading: boolean): void {
    if (frameId !== this.#mainFrameId) return;
    this.#isLoading = isLoading;
    if (isLoading) this.#navigations++;
    this.#changed();
  }

  #onNavigated(frame: Protocol.Page.Frame): void {
    if (frame.parentId !== undefined) return;
    this.#commits++;
    this.#isErrorPage = frame.unreachableUrl !== undefined;
    // The old document's requests died with it, without a word about some of them.
    for (const [id, request] of this.#pending)
      if (!request.isDocument && request.loaderId !== frame.loaderId) this.#pending.delete(id);
    this.#changed();
  }

  #onNavigatedWithin(frameId: string): void {
    if (frameId !== this.#mainFrameId) return;
    this.#commits++;
    this.#changed();
  }
}
