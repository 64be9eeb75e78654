/** Has a browser running when one is needed, and not before. */
import type { Protocol } from 'puppeteer-core';
import { cut } from '../cut.ts';
import type { Changes } from './changes.ts';
import { RefNames } from './elementRefs.ts';
import { BrowserRestartedError, BrowserUnavailableError } from './errors.ts';
import { FilledSecrets } from './filledSecrets.ts';
import { Machine } from './machine.ts';
import { machineStart, requestGuard, type StartSettings } from './machineStart.ts';
import type { Refusal } from './requestGuard.ts';
import type { Recording } from './tab.ts';

/** Of what a server calls the place it asks a password for, in characters. */
const MAX_CHALLENGE = 200;

/** Prompts between two reports to the model that the user is told of. A page can cause them in a loop. */
const MAX_TOLD_CHALLENGES = 5;

export interface MachinesOptions extends StartSettings {
  /** Told of each request that was refused. */
  readonly onRefused: (refusal: Refusal) => void;
  readonly changes: Changes;
  readonly recording: Recording;
  /** {@link Machines.current} is another one now, or none. */
  readonly onCurrent: () => void;
}

export class Machines {
  readonly #options: MachinesOptions;
  readonly #closing = new AbortController();
  readonly #refNames = new RefNames();
  /** A profile may bring them back in a browser that is started anew. */
  readonly #secrets = new FilledSecrets();
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
      // Of two at once the second would take the first one's place, and nobody would end that one.
      while (this.#starting !== undefined) await Promise.race([aborted, this.#starting]);
      if (this.#current !== undefined) return this.#current;
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

  async #launch(signal: AbortSignal): Promise<Machine> {
    const { limits, changes, recording, fire, attachTo } = this.#options;
    const machine = await Machine.start(machineStart(this.#options, signal), {
      limits,
      changes,
      recording,
      fire,
      refNames: this.#refNames,
      secrets: this.#secrets,
      guard: requestGuard(this.#options, {
        onRefused: (refusal) => this.#onRefused(refusal),
        onAuthCancelled: (challenge) => this.#onAuthCancelled(challenge),
      }),
      isShared: attachTo !== undefined,
      onGone: (gone) => this.#onGone(gone),
    });
    if (attachTo !== undefined) fire({ type: 'attached', address: attachTo });
    return machine;
  }

  #onRefused(refusal: Refusal): void {
    const { changes, onRefused } = this.#options;
    const isPage = this.#current?.tabs.all.some(({ targetId }) => targetId === refusal.documentOf) === true;
    // The model is told of pages that did not come, not of what pages lack.
    if (isPage && changes.count('navigation_refused') === 0) changes.add({ type: 'navigation_refused' });
    onRefused(refusal);
  }

  /** A prompt for a password is a dialog like others: dismissed, and told. */
  #onAuthCancelled({ source, origin, realm }: Protocol.Fetch.AuthChallenge): void {
    const { changes, fire } = this.#options;
    const kind = source === 'Proxy' ? 'proxy sign-in' : 'sign-in';
    const message = cut([origin, realm].filter((part) => part !== '').join(': '), MAX_CHALLENGE);
    changes.add({ type: 'dialog_dismissed', kind, message });
    if (changes.count('dialog_dismissed') <= MAX_TOLD_CHALLENGES)
      fire({ type: 'dialog-dismissed', kind, message });
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
