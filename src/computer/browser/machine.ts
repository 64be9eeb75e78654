/** One running browser: its process, its tabs, its downloads. */

import { bounded } from '../bounded.ts';
import { type AttachOptions, attachBrowser } from './attach.ts';
import { Channel } from './channel.ts';
import { Downloads } from './downloads.ts';
import { BrowserCrashedError, BrowserUnavailableError, refuse } from './errors.ts';
import { type LaunchedBrowser, type LaunchOptions, launchBrowser } from './launch.ts';
import { BrowserScreen } from './screen.ts';
import type { TabContext } from './tab.ts';
import { Tabs } from './tabs.ts';

/** What a machine tells its surroundings. */
export interface MachineContext extends TabContext {
  /** The browser ended without having been told to. */
  readonly onGone: (machine: Machine) => void;
}

/** A browser of our own, or one that the user has started. */
export type MachineStart =
  | ({ readonly kind: 'launch' } & LaunchOptions)
  | ({ readonly kind: 'attach' } & AttachOptions);

export class Machine {
  readonly tabs: Tabs;
  readonly downloads: Downloads;
  readonly screen: BrowserScreen;
  readonly #launched: LaunchedBrowser;
  readonly #channel: Channel;
  readonly #isShared: boolean;
  /** From the end of its start until it is told to close: to end meanwhile is to crash. */
  #isInService = false;

  private constructor(launched: LaunchedBrowser, channel: Channel, context: MachineContext) {
    this.#launched = launched;
    this.#channel = channel;
    this.#isShared = context.isShared;
    this.tabs = new Tabs(channel, context);
    this.screen = new BrowserScreen(this.tabs);
    this.downloads = new Downloads(channel.session, context.changes, context.fire);
    launched.browser.once('disconnected', () => this.#onDisconnected(context));
  }

  /**
   * Starts a browser with one empty tab.
   * @throws BrowserUnavailableError, or the signal's reason
   */
  static async start(options: MachineStart, context: MachineContext): Promise<Machine> {
    const launched = options.kind === 'launch' ? await launchBrowser(options) : await attachBrowser(options);
    try {
      const settingUp = Machine.#setUp(launched, options.signal, context);
      const machine = await bounded(
        settingUp,
        [options.signal],
        options.limitMs,
        () => new Error('It does not answer.'),
      );
      machine.#isInService = true;
      return machine;
    } catch (error) {
      await launched.close();
      options.signal.throwIfAborted();
      const detail = error instanceof Error ? error.message : String(error);
      throw new BrowserUnavailableError(
        `The browser started but does not work: ${detail}`,
        'Try another browser.',
      );
    }
  }

  static async #setUp(
    launched: LaunchedBrowser,
    signal: AbortSignal,
    context: MachineContext,
  ): Promise<Machine> {
    const session = await launched.browser.target().createCDPSession();
    const channel = new Channel(session, context.limits.responseMs, () => undefined);
    const machine = new Machine(launched, channel, context);
    if (!context.isShared) await context.guard.enable(session);
    await machine.tabs.start();
    if (launched.downloadFolder !== undefined) await machine.downloads.start(launched.downloadFolder);
    await machine.tabs.open(signal, context.limits.launchMs);
    return machine;
  }

  /** Ends the browser. Never rejects. */
  async close(): Promise<void> {
    this.#isInService = false;
    this.screen.dispose();
    if (this.#isShared) await this.tabs.closeTargets();
    this.tabs.closeAll(refuse('The browser is closed.'));
    await this.#launched.close();
  }

  #onDisconnected(context: MachineContext): void {
    const error = new BrowserCrashedError();
    this.screen.dispose();
    this.#channel.fail(error);
    this.tabs.closeAll(error);
    if (!this.#isInService) return;
    context.onGone(this);
    void this.#launched.howEnded().then((message) => context.fire({ type: 'crashed', message }));
  }
}
