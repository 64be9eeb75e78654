/** The tab that the browser draws, live: for people to watch and, at times, to use. */
import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { type Disposable, DisposableStore, toDisposable } from '../../base/lifecycle.ts';
import { type HumanInput, isRelease } from '../../protocol/humanInput.ts';
import { ignoreFailure } from '../bounded.ts';
import type {
  PictureScreen,
  ScreenCaption,
  ScreenDialogs,
  ScreenFrame,
  ScreenPoint,
  ScreenWatch,
  WatchOptions,
} from '../computer.ts';
import { cut } from '../cut.ts';
import { TabClosedError } from './errors.ts';
import type { HumanHands } from './humanInput.ts';
import { VIEWPORT } from './limits.ts';
import { askForPopup, mayOpenPopup } from './popups.ts';
import { type CastOptions, Screencast } from './screencast.ts';
import { ScreencastPace } from './screencastPace.ts';
import { ScreenViewer } from './screenViewer.ts';
import type { Tab } from './tab.ts';
import type { Tabs } from './tabs.ts';

/** Between two frames asked for; some 30 a second look smooth and cost half of what a screen could show. */
const FRAME_INTERVAL_MS = 30;

/** Without a frame for this long the page rests, and what is seen of it is made good and true. */
const REST_MS = 300;

/** What is shown of a title and an address, in UTF-16 units; pages may make them as long as they like. */
const MAX_TITLE_LENGTH = 300;
const MAX_ADDRESS_LENGTH = 2_000;

/** Smaller pictures show nothing, and the browser refuses some sizes. */
const MIN_SIZE = 100;

export class BrowserScreen implements PictureScreen, Disposable {
  readonly kind = 'pictures';
  readonly #tabs: Tabs;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #captions = new Emitter<ScreenCaption>();
  readonly #closing = new AbortController();
  readonly #viewers = new Set<ScreenViewer>();
  readonly #pointers = new Emitter<ScreenPoint | undefined>();
  /** The tab that was drawn when a person's hands were used last. */
  #handled: Tab | undefined;
  #isAskingForPopup = false;
  #popupClosing: Promise<unknown> | undefined;
  /** Where a popup may have opened since the last look for one. */
  #popupTab: Tab | undefined;
  #pointing: { readonly tab: Tab; readonly following: Disposable } | undefined;
  #pointer: ScreenPoint | undefined;
  #pace = new ScreencastPace();
  /** Runs while somebody watches. */
  #cast: { readonly tab: Tab; readonly screencast: Screencast } | undefined;
  #latest: ScreenFrame | undefined;
  #caption: ScreenCaption = { title: '', address: '' };
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Disposable | undefined;
  #resting: Disposable | undefined;

  constructor(tabs: Tabs, clock: Clock = systemClock) {
    this.#tabs = tabs;
    this.#clock = clock;
    this.#owned.add(this.#captions);
    this.#owned.add(this.#pointers);
    this.#owned.add(tabs.onShown(() => this.#follow()));
  }

  get caption(): ScreenCaption {
    return this.#caption;
  }

  get onCaption() {
    return this.#captions.event;
  }

  get pointer(): ScreenPoint | undefined {
    return this.#pointer;
  }

  get onPointer() {
    return this.#pointers.event;
  }

  get dialogs(): ScreenDialogs {
    return this.#tabs.dialogs;
  }

  watch(onFrame: (frame: ScreenFrame) => void, options: WatchOptions): ScreenWatch {
    const viewer = new ScreenViewer(onFrame, options, this.#clock);
    this.#viewers.add(viewer);
    const before = this.#latest;
    this.#follow();
    // A page that rests sends nothing by itself.
    if (before && before === this.#latest) viewer.offer(before);
    this.#recast();
    const leaving = toDisposable(() => this.#leave(viewer));
    return {
      acknowledge: () => this.#acknowledged(viewer),
      resize: (size) => {
        viewer.options = size;
        this.#recast();
      },
      dispose: () => leaving.dispose(),
    };
  }

  async input(event: HumanInput, signal: AbortSignal): Promise<void> {
    const tab = this.#tabs.shown;
    // What was held on a tab that is gone is not held any more.
    if (tab === undefined && isRelease(event)) return;
    if (tab === undefined) throw new TabClosedError();
    // The key that closes it is not to be mixed with a person's.
    if (this.#popupClosing !== undefined) await this.#popupClosing;
    try {
      await this.#handle(tab).act(event, AbortSignal.any([signal, this.#closing.signal]));
    } catch (error) {
      // It comes to the page once the dialog is answered.
      if (!tab.isAsking) throw error;
    }
    if (!mayOpenPopup(event)) return;
    this.#popupTab = tab;
    void this.#askForPopups();
  }

  releaseInput(): void {
    const hands = this.#handled?.hands;
    hands?.release();
    // Where it was left is where it is seen from now on.
    if (hands?.at !== undefined) this.#point(hands.at);
  }

  dispose(): void {
    this.#closing.abort(new TabClosedError());
    this.#viewers.clear();
    this.#endCast();
    this.#pointing?.following.dispose();
    this.#owned.dispose();
  }

  /** Turns to the tab that is drawn now. */
  #follow(): void {
    const tab = this.#tabs.shown;
    this.#setCaption(tab);
    this.#followPointer(tab);
    // What is held there is let go of, also where nothing more is done.
    if (this.#handled !== tab) this.#dropHands();
    if (this.#viewers.size === 0 || this.#cast?.tab === tab) return;
    this.#endCast();
    if (tab !== undefined && !this.#owned.isDisposed) void this.#begin(tab);
  }

  #handle(tab: Tab): HumanHands {
    if (this.#handled !== tab) this.#dropHands();
    this.#handled = tab;
    return tab.hands;
  }

  #dropHands(): void {
    this.#handled?.hands.release();
    this.#handled = undefined;
  }

  async #askForPopups(): Promise<void> {
    const { dialogs } = this.#tabs;
    if (this.#isAskingForPopup) return;
    this.#isAskingForPopup = true;
    for (let tab = this.#popupTab; tab !== undefined && dialogs.isAttended; tab = this.#popupTab) {
      this.#popupTab = undefined;
      await askForPopup(tab, dialogs, (closed) => {
        const closing = closed
          .catch(() => undefined)
          .finally(() => {
            if (this.#popupClosing === closing) this.#popupClosing = undefined;
          });
        this.#popupClosing = closing;
      });
    }
    this.#isAskingForPopup = false;
  }

  /** The browser does not tell of every change to a title. */
  async #refreshCaption(tab: Tab): Promise<void> {
    try {
      await tab.refresh(this.#closing.signal);
    } catch {
      // A page that hangs or is gone has nothing to tell.
      return;
    }
    if (tab === this.#tabs.shown) this.#setCaption(tab);
  }

  #followPointer(tab: Tab | undefined): void {
    if (this.#pointing?.tab === tab) return;
    this.#pointing?.following.dispose();
    this.#pointing = tab && { tab, following: tab.pointer.onPointing((at) => this.#point(at)) };
    this.#point(tab?.pointer.pointing);
  }

  #point(at: ScreenPoint | undefined): void {
    if (this.#pointer?.x === at?.x && this.#pointer?.y === at?.y) return;
    this.#pointer = at;
    this.#pointers.fire(at);
  }

  async #begin(tab: Tab): Promise<void> {
    await Promise.race([tab.ready, tab.gone]);
    if (this.#viewers.size === 0 || this.#cast !== undefined || this.#tabs.shown !== tab || tab.isClosed)
      return;
    const screencast = new Screencast(tab.channel.session, this.#castOptions(), (frame) => this.#take(frame));
    this.#cast = { tab, screencast };
    // Where the tab before it was closed, the browser may draw any other one.
    ignoreFailure(this.#tabs.bringToFront(tab, this.#closing.signal));
  }

  #endCast(): void {
    this.#asking?.dispose();
    this.#resting?.dispose();
    this.#asking = undefined;
    this.#resting = undefined;
    this.#cast?.screencast.dispose();
    this.#cast = undefined;
    this.#latest = undefined;
  }

  #leave(viewer: ScreenViewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#endCast();
    // Others shall not wait for the answer that it owed.
    else this.#ask();
  }

  #take(frame: ScreenFrame): void {
    this.#latest = frame;
    for (const viewer of this.#viewers) viewer.offer(frame);
    this.#restLater();
  }

  #acknowledged(viewer: ScreenViewer): void {
    const roundTripMs = viewer.acknowledge();
    if (roundTripMs === undefined) return;
    if (this.#pace.answered(roundTripMs)) this.#recast();
    else this.#ask();
  }

  /** Asks the browser for more, when it is time. */
  #ask(): void {
    if (this.#asking !== undefined) return;
    const wait = this.#askedAt + FRAME_INTERVAL_MS - this.#clock.now();
    if (wait <= 0) this.#askNow();
    else this.#asking = this.#clock.schedule(() => this.#askNow(), wait);
  }

  #askNow(): void {
    this.#asking = undefined;
    this.#askedAt = this.#clock.now();
    // The quickest viewer sets the pace.
    this.#cast?.screencast.answer(Math.min(...[...this.#viewers].map(({ inUse }) => inUse)));
  }

  #restLater(): void {
    this.#resting?.dispose();
    this.#resting = this.#clock.schedule(() => this.#rest(), REST_MS);
  }

  /** Nothing has come for a while: what was left out, or shown worse than it could be, is shown now. */
  #rest(): void {
    const screencast = this.#cast?.screencast;
    if (screencast === undefined) return;
    if ([...this.#viewers].every(({ inUse }) => inUse > 0)) {
      // A frame on its way to everybody says nothing about the page.
      this.#restLater();
      return;
    }
    if (this.#cast !== undefined) void this.#refreshCaption(this.#cast.tab);
    if (!screencast.mayHaveMissed && this.#pace.isBest) return;
    this.#pace.rest();
    this.#recast();
  }

  #recast(): void {
    this.#cast?.screencast.restart(this.#castOptions());
  }

  /** As large as the largest viewer can use, and no larger than the page is drawn. */
  #castOptions(): CastOptions {
    const { quality, scale } = this.#pace.level;
    const most = (side: 'maxWidth' | 'maxHeight', limit: number) => {
      const wanted = Math.max(...[...this.#viewers].map(({ options }) => options[side]));
      return Math.round(Math.max(MIN_SIZE, Math.min(wanted, limit) * scale));
    };
    return {
      maxWidth: most('maxWidth', VIEWPORT.width),
      maxHeight: most('maxHeight', VIEWPORT.height),
      quality,
    };
  }

  #setCaption(tab: Tab | undefined): void {
    const { title: full = '', url = '' } = tab ?? {};
    const title = cut(full, MAX_TITLE_LENGTH);
    const address = url === 'about:blank' ? '' : cut(url, MAX_ADDRESS_LENGTH);
    if (title === this.#caption.title && address === this.#caption.address) return;
    this.#caption = { title, address };
    this.#captions.fire(this.#caption);
  }
}
