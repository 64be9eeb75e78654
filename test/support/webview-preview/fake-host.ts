/** Stands in for the extension host, inside of the page: `acquireVsCodeApi`, and a session to show. */

import { fold } from '../../../src/history/folding.ts';
import { searchedText } from '../../../src/history/search.ts';
import type { LiveHostMessage, LiveScreenMessage } from '../../../src/protocol/liveMessages.ts';
import {
  type FindUserMessage,
  type HostMessage,
  MAX_SEARCH_HITS,
  PAGE_SIZE,
  type Page,
  PROTOCOL_VERSION,
  type SearchMessage,
  type SendMessage,
  type SessionStatus,
  type WebviewMessage,
} from '../../../src/protocol/messages.ts';
import { applyToItem, growingText, type Operation } from '../../../src/protocol/operations.ts';
import {
  type ActionState,
  type Item,
  isSettled,
  type NewItem,
  type Ordinal,
  ordinal,
  revision,
  type ScreenshotRef,
} from '../../../src/protocol/transcript.ts';
import { longSession, place, placeOne, richSession, SAMPLE_SESSION } from './sample-session.ts';

declare global {
  interface Window {
    acquireVsCodeApi: () => unknown;
    fakeHost: FakeHost;
  }
}

const STATE_KEY = 'vscode-state';

const IDLE_STATUS: SessionStatus = {
  title: 'Order a flat white',
  run: { state: 'idle' },
  access: 'full',
  consent: 'given',
  model: { provider: 'anthropic', label: 'Claude Opus 5.5' },
  computer: { kind: 'browser', label: 'Chromium (headless)' },
  control: 'claude',
  tokens: { input: 48_210, output: 3_904 },
  httpLogs: false,
  unattended: 'off',
};

/** A host with its session in memory. Replies come in a later task, as they do from VS Code. */
export class FakeHost {
  readonly items: Item[];
  /** What the webview posted, oldest first. */
  readonly received: WebviewMessage[] = [];
  status: SessionStatus;
  /** Whether `send` is answered with yes. */
  takesPrompts = true;
  /** What the live view shows in words; null while no browser runs. */
  screen: LiveScreenMessage['screen'] = {
    title: 'Corner Café',
    address: 'http://127.0.0.1:8123/cafe',
    surface: { kind: 'pictures' },
  };
  #frames = 0;
  #revision = 0;
  #feed = 0;
  #delayMs = 0;

  constructor(items: Item[], status: Partial<SessionStatus>) {
    this.items = items;
    this.status = { ...IDLE_STATUS, ...status };
  }

  /** How long `read-page` takes. */
  delayPages(ms: number): void {
    this.#delayMs = ms;
  }

  receive(message: WebviewMessage): void {
    this.received.push(message);
    if (message.type === 'ready') this.#open(message.around);
    if (message.type === 'read-page') {
      const { request, start, count } = message;
      setTimeout(() => this.#reply({ type: 'page', request, page: this.#page(start, count) }), this.#delayMs);
    }
    if (message.type === 'send') this.#take(message);
    if (message.type === 'search') this.#reply(this.#search(message));
    if (message.type === 'live-watch') this.#reply({ type: 'live-screen', screen: this.screen });
    if (message.type === 'live-control') this.setStatus({ control: message.holder });
    if (message.type === 'find-user') this.#reply(this.#findUser(message));
  }

  /** Sends a frame of the live view, 1280x800, as wide as `width`, painted by `paint`. @returns its number */
  async showFrame(
    paint: (context: OffscreenCanvasRenderingContext2D) => void,
    width = 1280,
  ): Promise<number> {
    const canvas = new OffscreenCanvas(width, (width * 800) / 1280);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas.');
    context.scale(width / 1280, width / 1280);
    paint(context);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    const image = new Uint8Array(await blob.arrayBuffer());
    const frame = ++this.#frames;
    this.#reply({ type: 'live-frame', frame, image, mediaType: 'image/jpeg', width: 1280, height: 800 });
    return frame;
  }

  /** Sends what the live view is told beside frames. */
  tellLive(message: LiveHostMessage): void {
    this.#reply(message);
  }

  /** Sends a heartbeat. */
  ping(id: number): void {
    this.#reply({ type: 'ping', id });
  }

  #search({ request, query, from }: SearchMessage): HostMessage {
    const found = this.items
      .slice(from)
      .filter((item) => fold(searchedText(item)).includes(fold(query)))
      .map((item) => item.ordinal);
    const settled = ordinal(this.items.find((item) => !isSettled(item))?.ordinal ?? this.items.length);
    return {
      type: 'search-results',
      request,
      ordinals: found.slice(0, MAX_SEARCH_HITS),
      total: found.length,
      settled,
      settledTotal: found.filter((place) => place < settled).length,
    };
  }

  #findUser({ request, from, direction }: FindUserMessage): HostMessage {
    const isUser = (item: Item) => item.kind === 'user';
    const found =
      direction === 'before'
        ? this.items.slice(0, from).findLast(isUser)
        : this.items.slice(from + 1).find(isUser);
    return { type: 'user-found', request, ordinal: found?.ordinal ?? null };
  }

  #take({ id, text }: SendMessage): void {
    if (this.takesPrompts) this.append({ kind: 'user', text });
    this.#reply({ type: 'sent', id, taken: this.takesPrompts });
  }

  /** Appends an item; returns its ordinal. */
  append(item: NewItem): number {
    const placed = placeOne(item, this.items.length);
    this.items.push(placed);
    this.#batch([{ op: 'append', item: placed }]);
    return placed.ordinal;
  }

  /** Changes an action. */
  act(at: number, state: ActionState): void {
    this.#change({ op: 'update', ordinal: ordinal(at), change: { kind: 'action', state } });
  }

  /** Writes `text` at the end of what grows of an item. */
  extend(at: number, text: string): void {
    const item = this.items[at];
    const known = item && growingText(item);
    if (known === undefined) throw new Error(`Item ${at} has no text.`);
    this.#change({ op: 'extend', ordinal: ordinal(at), at: known.length, text });
  }

  /** Ends an answer. */
  complete(at: number): void {
    const change = { kind: 'text', state: 'complete', durationMs: 0 } as const;
    this.#change({ op: 'update', ordinal: ordinal(at), change });
  }

  setStatus(status: Partial<SessionStatus>): void {
    this.status = { ...this.status, ...status };
    this.#reply({ type: 'status', status: this.status });
  }

  /** Starts from the last page again, as a host does for a webview that fell behind. */
  reopen(): void {
    this.#open(null);
  }

  /** Sends an operation that fits nothing the webview holds, as a diverged host would. */
  diverge(at: number): void {
    this.#batch([{ op: 'extend', ordinal: ordinal(at), at: 1_000_000, text: 'x' }]);
  }

  #change(operation: Exclude<Operation, { op: 'append' }>): void {
    const item = this.items[operation.ordinal];
    if (item) this.items[operation.ordinal] = applyToItem(item, operation);
    this.#batch([operation]);
  }

  #batch(operations: readonly Operation[]): void {
    const from = revision(this.#revision);
    this.#revision += operations.length;
    this.#reply({ type: 'batch', from, to: revision(this.#revision), operations });
  }

  #open(around: Ordinal | null): void {
    const last = Math.max(0, this.items.length - PAGE_SIZE);
    const start = around === null ? last : Math.min(last, Math.max(0, around - PAGE_SIZE / 2));
    this.#feed += 1;
    this.#reply({
      type: 'opened',
      feed: this.#feed,
      protocol: PROTOCOL_VERSION,
      session: SAMPLE_SESSION,
      revision: revision(this.#revision),
      count: this.items.length,
      page: this.#page(start, PAGE_SIZE),
      status: this.status,
      screenshots: '/screenshots',
    });
  }

  #page(start: number, count: number): Page {
    return { start: ordinal(start), items: this.items.slice(start, start + count) };
  }

  #reply(message: HostMessage): void {
    // A copy, as it would be on the far side of a real border.
    setTimeout(() => window.postMessage(structuredClone(message), '*'), 0);
  }
}

/** The page's address says what to show: `?session=rich|long|empty&count=3000&provider=demo`. */
function hostFromAddress(): FakeHost {
  const query = new URLSearchParams(location.search);
  const image = JSON.parse(document.body.dataset.screenshot ?? 'null') as ScreenshotRef;
  const session = query.get('session') ?? 'rich';
  const items =
    session === 'empty'
      ? []
      : session === 'long'
        ? longSession(Number(query.get('count') ?? 3000), image)
        : richSession(image);
  const provider = (query.get('provider') ?? 'anthropic') as 'anthropic' | 'demo' | 'none';
  const label = { anthropic: 'Claude Opus 5.5', demo: 'Offline demo', none: 'No model' }[provider];
  const title = session === 'empty' ? 'New session' : IDLE_STATUS.title;
  const tokens = session === 'empty' ? { input: 0, output: 0 } : IDLE_STATUS.tokens;
  return new FakeHost(place(items), { title, tokens, model: { provider, label } });
}

window.fakeHost = hostFromAddress();
window.acquireVsCodeApi = () => ({
  postMessage: (message: WebviewMessage) => window.fakeHost.receive(structuredClone(message)),
  getState: () => JSON.parse(sessionStorage.getItem(STATE_KEY) ?? 'null') ?? undefined,
  setState: (state: unknown) => sessionStorage.setItem(STATE_KEY, JSON.stringify(state)),
});
