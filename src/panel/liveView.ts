/** What a panel's live view is fed: the session's screen while the webview shows it, and what the user does on it. */
import { type Clock, systemClock } from '../base/clock.ts';
import type { Event } from '../base/emitter.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import type {
  DesktopScreen,
  DesktopView,
  PictureScreen,
  Screen,
  ScreenDialogs,
  WatchOptions,
} from '../computer/computer.ts';
import { type HumanInput, isRelease } from '../protocol/humanInput.ts';
import type {
  Controller,
  LiveHostMessage,
  LiveRfbMessage,
  LiveSurface,
  LiveViewMessage,
} from '../protocol/liveMessages.ts';
import type { SessionStatus } from '../protocol/messages.ts';
import { assertNever } from '../protocol/transcript.ts';
import { FrameFeed } from './frameFeed.ts';

/** The session as a live view knows it. */
export interface LiveSource {
  /** Undefined while no computer runs. */
  readonly screen: Screen | undefined;
  /** {@link screen} is another one now, or gone. */
  readonly onScreen: Event<Screen | undefined>;
  readonly status: Pick<SessionStatus, 'control'>;
  readonly onStatus: Event<unknown>;
  takeOver(): void;
  handBack(): void;
}

export interface LiveViewOptions {
  readonly post: (message: LiveHostMessage) => void;
  /** Where it is told that the computer did not take what the user did. */
  readonly log: (line: string) => void;
  readonly clock?: Clock;
}

/** What carries the screen to the webview: pictures, or the bytes of VNC. */
type Feed =
  | { readonly kind: 'pictures'; readonly frames: FrameFeed }
  | { readonly kind: 'desktop'; readonly id: number; readonly view: DesktopView };

interface Watching {
  readonly screen: Screen;
  readonly feed: Feed;
  readonly owned: Disposable;
}

/** Nothing is asked of the screen while the webview is hidden or does not show it. */
export class LiveView implements Disposable {
  readonly #source: LiveSource;
  readonly #post: LiveViewOptions['post'];
  readonly #log: (line: string) => void;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  /** How large the webview's picture is; undefined while it shows none. */
  #size: WatchOptions | undefined;
  #isVisible = true;
  #watching: Watching | undefined;
  #lastFrame = 0;
  #lastView = 0;
  #control: Controller;
  /** While the user has the computer, who is asked what its screen asks. */
  #attending: { readonly screen: Screen; readonly owned: Disposable | undefined } | undefined;
  /** Aborts when the user no longer has the computer. */
  #users = new AbortController();
  #hasToldTrouble = false;

  constructor(source: LiveSource, { post, log, clock = systemClock }: LiveViewOptions) {
    this.#source = source;
    this.#post = post;
    this.#log = log;
    this.#clock = clock;
    this.#control = source.status.control;
    this.#owned.add(
      source.onScreen(() => {
        this.#attend();
        this.#update();
      }),
    );
    this.#owned.add(source.onStatus(() => this.#followControl()));
    this.#attend();
  }

  setVisible(visible: boolean): void {
    this.#isVisible = visible;
    if (!visible) this.#release();
    this.#update();
  }

  /** The page in the webview is a new one: what the one before it wanted is of no interest. */
  reset(): void {
    this.#size = undefined;
    this.#release();
    this.#update();
  }

  handle(message: LiveViewMessage): void {
    switch (message.type) {
      case 'live-watch':
        this.#show({ maxWidth: message.width, maxHeight: message.height });
        break;
      case 'live-stop':
        this.reset();
        break;
      case 'live-ack':
        if (this.#watching?.feed.kind === 'pictures') this.#watching.feed.frames.acknowledged(message.frame);
        break;
      case 'live-rfb':
        this.#hearViewer(message);
        break;
      case 'live-input':
        this.#act(message);
        break;
      case 'live-answer':
        if (this.#control === 'user') dialogsOf(this.#source.screen)?.answer(message.dialog, message.answer);
        break;
      case 'live-control':
        if (message.holder === 'user') this.#source.takeOver();
        else this.#source.handBack();
        break;
      default:
        assertNever(message);
    }
  }

  dispose(): void {
    this.#unwatch();
    this.#attending?.owned?.dispose();
    this.#attending = undefined;
    this.#release();
    this.#users.abort();
    this.#owned.dispose();
  }

  #show(size: WatchOptions): void {
    const isNew = this.#size === undefined;
    this.#size = size;
    if (this.#watching?.feed.kind === 'pictures') this.#watching.feed.frames.resize(size);
    this.#update();
    if (isNew && this.#watching === undefined) this.#post({ type: 'live-screen', screen: null });
  }

  /** Watches the screen there is, if anybody looks. */
  #update(): void {
    const screen = this.#isVisible && this.#size ? this.#source.screen : undefined;
    if (screen === this.#watching?.screen) return;
    this.#unwatch();
    if (screen && this.#size) this.#watch(screen, this.#size);
    else if (this.#isVisible && this.#size) this.#post({ type: 'live-screen', screen: null });
  }

  #watch(screen: Screen, size: WatchOptions): void {
    const dialogs = dialogsOf(screen);
    const surface: LiveSurface =
      screen.kind === 'pictures' ? { kind: 'pictures' } : { kind: 'desktop', view: ++this.#lastView };
    const tellCaption = () => this.#post({ type: 'live-screen', screen: { ...screen.caption, surface } });
    const tellPointer = () => this.#post({ type: 'live-pointer', pointer: screen.pointer ?? null });
    const tellDialog = () => this.#post({ type: 'live-dialog', dialog: dialogs?.current ?? null });
    tellCaption();
    tellPointer();
    tellDialog();
    const owned = new DisposableStore();
    owned.add(screen.onCaption(tellCaption));
    owned.add(screen.onPointer(tellPointer));
    if (dialogs) owned.add(dialogs.onCurrent(tellDialog));
    const feed: Feed =
      screen.kind === 'pictures'
        ? { kind: 'pictures', frames: owned.add(this.#feedFrames(screen, size)) }
        : { kind: 'desktop', id: this.#lastView, view: owned.add(this.#speakTo(screen, this.#lastView)) };
    this.#watching = { screen, feed, owned };
  }

  #feedFrames(screen: PictureScreen, size: WatchOptions): FrameFeed {
    return new FrameFeed(screen, size, {
      post: this.#post,
      nextFrame: () => ++this.#lastFrame,
      onLost: () => this.#beginAnew(),
      clock: this.#clock,
    });
  }

  #speakTo(screen: DesktopScreen, id: number): DesktopView {
    const view = screen.view({
      // In memory of their own, and as what VS Code knows how to send: it knows no buffers of Node.
      send: (bytes) => this.#post({ type: 'live-rfb', view: id, bytes: new Uint8Array(bytes) }),
      // Nothing heals by beginning anew with a viewer that breaks the rules.
      onFault: (message) => this.#log(message),
    });
    view.setInteractive(this.#control === 'user');
    return view;
  }

  #hearViewer({ view, bytes }: LiveRfbMessage): void {
    const feed = this.#watching?.feed;
    if (feed?.kind === 'desktop' && feed.id === view) feed.view.receive(bytes);
  }

  #unwatch(): void {
    const watching = this.#watching;
    this.#watching = undefined;
    watching?.owned.dispose();
  }

  #beginAnew(): void {
    this.#unwatch();
    this.#update();
  }

  #act({ input }: Extract<LiveViewMessage, { type: 'live-input' }>): void {
    const { screen } = this.#source;
    if (!screen || (this.#control !== 'user' && !isRelease(input))) return;
    const { signal } = this.#users;
    takeInput(screen, input, signal).catch((error: unknown) => {
      if (signal.aborted || this.#hasToldTrouble) return;
      // Once: a page that hangs refuses every move.
      this.#hasToldTrouble = true;
      this.#log(`The computer did not take what the user did: ${error}`);
    });
  }

  #followControl(): void {
    const { control } = this.#source.status;
    if (control === this.#control) return;
    this.#control = control;
    this.#hasToldTrouble = false;
    // What still waits for an answer is over before the keys are let go of: a page that asks takes none.
    this.#attend();
    const feed = this.#watching?.feed;
    if (feed?.kind === 'desktop') feed.view.setInteractive(control === 'user');
    if (control === 'user') return;
    this.#users.abort();
    this.#users = new AbortController();
    // Claude shall not find a key down that nobody holds any more.
    this.#source.screen?.releaseInput();
  }

  /** Nobody sees any more what is held down. */
  #release(): void {
    if (this.#control === 'user') this.#source.screen?.releaseInput();
  }

  /** Has the user asked what the screen asks, also while its picture is out of sight for a while. */
  #attend(): void {
    const screen = this.#control === 'user' ? this.#source.screen : undefined;
    if (screen === this.#attending?.screen) return;
    this.#attending?.owned?.dispose();
    this.#attending = screen && { screen, owned: dialogsOf(screen)?.attend() };
  }
}

function dialogsOf(screen: Screen | undefined): ScreenDialogs | undefined {
  return screen?.kind === 'pictures' ? screen.dialogs : undefined;
}

/** To a desktop the viewer itself says what mouse and keys do; only what was pasted comes beside it. */
async function takeInput(screen: Screen, input: HumanInput, signal: AbortSignal): Promise<void> {
  if (screen.kind === 'pictures') await screen.input(input, signal);
  else if (input.type === 'text') await screen.type(input.text, signal);
}
