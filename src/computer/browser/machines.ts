/** Has a browser running when one is needed, and not before. */
import type { ComputerEvent } from '../computer.ts';
import type { Changes } from './changes.ts';
import { RefNames } from './elementRefs.ts';
import { BrowserRestartedError, BrowserUnavailableError } from './errors.ts';
import {
  browserAt,
  findBrowser,
  howToInstall,
  type InstalledBrowser,
  type MachineFacts,
} from './findBrowser.ts';
import type { Limits } from './limits.ts';
import { Machine } from './machine.ts';
import type { Recording } from './tab.ts';

export interface MachinesOptions {
  /** What to look at in the search for a browser. */
  readonly facts: MachineFacts;
  /** The user's setting; undefined where a browser shall be found. */
  readonly executablePath: string | undefined;
  readonly tempRoot: string;
  readonly limits: Limits;
  readonly changes: Changes;
  readonly recording: Recording;
  readonly fire: (event: ComputerEvent) => void;
  /** {@link Machines.current} is another one now, or none. */
  readonly onCurrent: () => void;
}

export class Machines {
  readonly #options: MachinesOptions;
  readonly #closing = new AbortController();
  readonly #refNames = new RefNames();
  /** Settles, without ever rejecting, when a start has succeeded or has been cleaned up. */
  #starting: Promise<void> | undefined;
  #current: Machine | undefined;
  /** Whether a browser has ended and the model has not been told. */
  #owesNote = false;
  /** What is being ended, so that closing can wait for it. */
  readonly #ending = new Set<Promise<void>>();

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  /** The running browser, if there is one. */
  get current(): Machine | undefined {
    return this.#current;
  }

  /** Looks for the browser anew: the user may have installed one meanwhile. */
  #find(): InstalledBrowser | undefined {
    const { executablePath, facts } = this.#options;
    return executablePath === undefined ? findBrowser(facts) : browserAt(executablePath, facts);
  }

  /**
   * The running browser; starts one where there is none.
   * @param canStartAfresh - whether the call makes sense in a new browser's empty tab
   * @throws BrowserUnavailableError, BrowserRestartedError, or the signal's reason
   */
  async acquire(canStartAfresh: boolean, signal: AbortSignal): Promise<Machine> {
    const machine = this.#current ?? (await this.#start(signal));
    if (this.#owesNote) {
      this.#owesNote = false;
      if (!canStartAfresh) throw new BrowserRestartedError();
    }
    return machine;
  }

  /** The model has been told that the browser ended. */
  noteGiven(): void {
    this.#owesNote = false;
  }

  /** Ends what runs and what is starting. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The browser is closed.'));
    await this.#starting;
    const machine = this.#current;
    this.#setCurrent(undefined);
    await machine?.close();
    await Promise.all(this.#ending);
  }

  /** An aborted call does not wait until what it had begun to start is gone again; the next start does. */
  async #start(signal: AbortSignal): Promise<Machine> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([aborted, this.#starting]);
      const launching = this.#launch(AbortSignal.any([signal, this.#closing.signal]));
      this.#starting = launching.then(
        (machine) => {
          this.#starting = undefined;
          this.#setCurrent(machine);
        },
        () => {
          this.#starting = undefined;
        },
      );
      return await Promise.race([aborted, launching]);
    } catch (error) {
      if (error instanceof BrowserUnavailableError)
        this.#options.fire({ type: 'unavailable', message: error.reason, help: error.help });
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #launch(signal: AbortSignal): Promise<Machine> {
    const { facts, executablePath, tempRoot, limits, changes, recording, fire } = this.#options;
    const installed = this.#find();
    if (installed === undefined) {
      const reason =
        executablePath === undefined
          ? 'No Chrome, Edge or Chromium was found.'
          : `There is no browser at ${executablePath}, which is set in "computerUseChat.browser.executablePath".`;
      return Promise.reject(new BrowserUnavailableError(reason, howToInstall(facts)));
    }
    const { env, platform } = facts;
    return Machine.start(
      { installed, env, platform, tempRoot, limitMs: limits.launchMs, signal },
      {
        limits,
        changes,
        recording,
        refNames: this.#refNames,
        fire,
        onGone: (machine) => this.#onGone(machine),
      },
    );
  }

  #setCurrent(machine: Machine | undefined): void {
    if (this.#current === machine) return;
    this.#current = machine;
    this.#options.onCurrent();
  }

  #onGone(machine: Machine): void {
    if (this.#current === machine) this.#setCurrent(undefined);
    this.#owesNote = true;
    const ending = machine.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
