/** One tab: its session, what its page is doing, its keyboard and mouse, and its troubles. */
import type { CDPSession, Protocol } from 'puppeteer-core';
import { bounded, ignoreFailure } from '../bounded.ts';
import type { ComputerEvent } from '../computer.ts';
import { Activity } from './activity.ts';
import type { Changes } from './changes.ts';
import { Channel, type SendOptions } from './channel.ts';
import { ConsoleLog } from './consoleLog.ts';
import type { Dialogs } from './dialogs.ts';
import { ElementRefs, type RefNames } from './elementRefs.ts';
import { PageCrashedError, TabClosedError } from './errors.ts';
import type { FilledSecrets } from './filledSecrets.ts';
import { attachFrames, Frame, Frames } from './frame.ts';
import { HumanHands } from './humanInput.ts';
import { Keyboard } from './keyboard.ts';
import { type Limits, VIEWPORT } from './limits.ts';
import { NetworkLog } from './networkLog.ts';
import { PageDialogs } from './pageDialogs.ts';
import { Pointer } from './pointer.ts';
import type { RequestGuard } from './requestGuard.ts';

/** What a tab tells its surroundings. */
export interface TabContext {
  readonly limits: Limits;
  readonly changes: Changes;
  readonly fire: (event: ComputerEvent) => void;
  readonly refNames: RefNames;
  readonly secrets: FilledSecrets;
  readonly recording: Recording;
  readonly guard: RequestGuard;
  /** Whether the browser has tabs of the user's. */
  readonly isShared: boolean;
}

/** What is kept of pages for members that are off by default: nothing, where they are. */
export interface Recording {
  readonly console: boolean;
  readonly network: boolean;
}

/** For a page that did not answer to show that it does again, before its process is ended. */
const PROBE_LIMIT_MS = 300;

/** How long a page's process may take to end when told to. */
const KILL_LIMIT_MS = 2_000;

export class Tab {
  /** The model's name for it: `tab_1`. */
  readonly id: string;
  readonly targetId: string;
  readonly channel: Channel;
  readonly activity: Activity;
  readonly keyboard: Keyboard;
  readonly pointer: Pointer;
  /** A person's, beside the model's keyboard and pointer. */
  readonly hands: HumanHands;
  readonly refs: ElementRefs;
  /** What was filled in here or in other tabs. */
  readonly secrets: FilledSecrets;
  /** The page's own document; its frames of the same process go with it. */
  readonly page: Frame;
  readonly frames: Frames;
  readonly console = new ConsoleLog();
  readonly network = new NetworkLog();
  /** Resolves when the page is observed and runs. Never rejects: a tab that is gone by then is gone. */
  readonly ready: Promise<void>;
  /** Resolves when the tab is gone. */
  readonly gone: Promise<void>;
  url: string;
  title: string;
  /** While the model leaves the page on purpose, a page that asks whether to stay is left; else it is answered no. */
  isLeaving = false;
  readonly #session: CDPSession;
  readonly #context: TabContext;
  readonly #dialogs: PageDialogs;
  readonly #resolveGone: () => void;
  #departures = 0;
  #leaving: Promise<void> | undefined;
  #isUnresponsive = false;
  #isCrashed = false;
  #isKilling = false;
  #isClosed = false;

  constructor(
    id: string,
    session: CDPSession,
    info: Protocol.Target.TargetInfo,
    context: TabContext,
    dialogs: Dialogs,
  ) {
    this.id = id;
    this.targetId = info.targetId;
    this.url = info.url;
    this.title = info.title;
    this.#session = session;
    this.#context = context;
    this.channel = new Channel(session, context.limits.responseMs, (error) => this.#onUnresponsive(error));
    this.activity = new Activity(info.targetId);
    this.keyboard = new Keyboard(this.channel);
    this.pointer = new Pointer(this.channel, this.keyboard);
    this.hands = new HumanHands(this.channel);
    this.secrets = context.secrets;
    this.refs = new ElementRefs(context.refNames);
    this.page = new Frame(0, info.targetId, this.channel);
    this.frames = new Frames(
      context.limits.responseMs,
      (each) => this.#observe(each),
      (each, worker) => context.guard.observeWorker(each, worker, 'page'),
    );
    const { changes, fire } = context;
    this.#dialogs = new PageDialogs(session, { dialogs, changes, fire, isLeaving: () => this.isLeaving });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    this.#resolveGone = resolve;
    this.ready = this.#prepare().catch(() => undefined);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the page's process has ended. */
  get isCrashed(): boolean {
    return this.#isCrashed;
  }

  /** How often it was taken off a page that it must not show. */
  get departures(): number {
    return this.#departures;
  }

  /** Whether the page waits for a person to answer a dialog: it does nothing else meanwhile. */
  get isAsking(): boolean {
    return this.#dialogs.isOpen;
  }

  throwClosed(): never {
    throw new TabClosedError();
  }

  /** Runs a script in the host's own world of the page's current document and awaits its value, a JSON one. */
  async evaluate(expression: string, signal: AbortSignal, options: SendOptions = {}): Promise<unknown> {
    const value = await this.page.evaluate(expression, signal, options);
    this.#isUnresponsive = false;
    return value;
  }

  /** Takes over the address and title as the browser has them now. */
  async refresh(signal: AbortSignal): Promise<void> {
    const { targetInfo } = await this.channel.send('Target.getTargetInfo', {}, signal);
    this.url = targetInfo.url;
    this.title = targetInfo.title;
  }

  /** Makes a page that crashed or hangs take commands again, by ending its process. To be followed by a navigation. */
  async recover(signal: AbortSignal): Promise<void> {
    if (this.#isUnresponsive && !this.#isCrashed && !(await this.#answers(signal))) {
      this.#isKilling = true;
      const crashed = new Promise<void>((resolve) =>
        this.#session.once('Inspector.targetCrashed', () => resolve()),
      );
      // Answered only by the next document, if at all.
      ignoreFailure(this.#session.send('Page.crash'));
      await bounded(crashed, [signal], KILL_LIMIT_MS, () => undefined).catch(() => signal.throwIfAborted());
      this.#isKilling = false;
    }
    this.#isUnresponsive = false;
    this.#isCrashed = false;
    if (!this.channel.trouble.aborted) return;
    this.channel.revive();
    // What was down could not be let go of meanwhile.
    this.release();
    this.hands.release();
  }

  /** Lets go of all keys and buttons of the model's. */
  release(): void {
    this.keyboard.release();
    this.pointer.release();
  }

  /** Takes it off a page it must not show, whatever that page is doing. Resolves, always, when the browser has answered. */
  leave(): Promise<void> {
    this.#departures++;
    const done = () => {
      this.#leaving = undefined;
    };
    this.#leaving ??= this.#session.send('Page.navigate', { url: 'about:blank' }).then(done, done);
    return this.#leaving;
  }

  /** It is gone: ends what waits for it. @param reason - what the model reads */
  closed(reason: Error): void {
    this.#isClosed = true;
    this.#dialogs.forget();
    this.channel.fail(reason);
    this.frames.failAll(reason);
    this.#resolveGone();
  }

  async #answers(signal: AbortSignal): Promise<boolean> {
    try {
      await this.evaluate('0', signal, { limitMs: PROBE_LIMIT_MS, onLimit: () => undefined });
      return true;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }

  /** Sent in one go, before the page runs: it waits for the last of these commands. */
  async #prepare(): Promise<void> {
    const session = this.#session;
    this.activity.follow(session);
    session.on('Inspector.targetCrashed', () => this.#onCrash());
    this.#dialogs.follow();
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId !== undefined) return;
      this.#dialogs.forget();
      this.#forgetDocument();
    });
    this.frames.follow(session, this.page);
    await Promise.all([
      session.send('Page.enable'),
      ...this.#observe(session),
      session.send('Emulation.setDeviceMetricsOverride', {
        ...VIEWPORT,
        deviceScaleFactor: 1,
        mobile: false,
      }),
      session.send('Emulation.setFocusEmulationEnabled', { enabled: true }),
      attachFrames(session),
      session.send('Runtime.runIfWaitingForDebugger'),
    ]);
  }

  /** What is followed of the page and of each of its frames. Their network events are needed in any case. */
  #observe(session: CDPSession): Array<Promise<unknown>> {
    const { recording, guard } = this.#context;
    if (session !== this.#session) this.activity.followNetwork(session);
    if (recording.network) this.network.follow(session);
    this.#dialogs.followFiles(session);
    return [
      // Bodies are never asked for: the browser need not keep them.
      session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }),
      ...guard.observe(session, this.targetId, () => void this.leave()),
      // Nobody could answer a file chooser: it is told instead, for `file_upload`.
      session.send('Page.setInterceptFileChooserDialog', { enabled: true, cancel: true }),
      ...(recording.console ? this.console.follow(session) : []),
    ];
  }

  #forgetDocument(): void {
    this.page.forgetDocument();
    this.refs.clear();
  }

  #onUnresponsive(error: Error): void {
    // One that waits for a person's answer does not hang.
    if (this.#isUnresponsive || this.isAsking) return;
    this.#isUnresponsive = true;
    this.#context.fire({ type: 'unresponsive', message: error.message });
  }

  #onCrash(): void {
    this.#isCrashed = true;
    this.#dialogs.forget();
    this.#forgetDocument();
    this.activity.reset();
    const error = new PageCrashedError();
    this.channel.fail(error);
    this.frames.failAll(error);
    if (!this.#isKilling) this.#context.fire({ type: 'page-crashed', message: error.message });
  }
}
