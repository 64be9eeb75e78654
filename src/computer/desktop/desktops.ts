/** Has a desktop running and connected when one is needed, and not before. */
import { untilAborted } from '../../base/delay.ts';
import { Emitter } from '../../base/emitter.ts';
import type { ShellProcess } from '../../base/shellPlace.ts';
import type { ComputerEvent, PointerCheck } from '../computer.ts';
import { refuse } from '../inputs.ts';
import type { DesktopConnection } from './connection.ts';
import { Desktop } from './desktop.ts';
import { DesktopRestartedError, NoDesktopError } from './errors.ts';
import type { Limits } from './limits.ts';
import { type DesktopMachine, type DesktopSource, DesktopUnavailable, type Isolation } from './machine.ts';
import { SelfTest } from './selfTest.ts';
import type { TypingOptions } from './typing.ts';
import { warmedUp } from './warmUp.ts';

/** Opens a connection to a machine's VNC server. @throws DesktopUnavailable, or any error with a plain message */
export type Connect = (machine: DesktopMachine, signal: AbortSignal) => Promise<DesktopConnection>;

export interface DesktopsOptions {
  readonly source: DesktopSource;
  readonly connect: Connect;
  readonly limits: Limits;
  readonly typing: TypingOptions;
  readonly fire: (event: ComputerEvent) => void;
}

/** A connection that ends so soon after it was taken up again is not taken up once more. In ms. */
const STEADY_AFTER_MS = 5_000;

/** For a machine to say how it ended, when its connection has. In ms. */
const LAST_WORDS_MS = 500;

/** A machine that runs for us. */
interface Running {
  readonly machine: DesktopMachine;
  readonly madeKeys: Set<string>;
  /** What it said when it ended by itself. */
  readonly ended: Promise<string>;
  hasEnded: boolean;
  /** When it was connected to again, on the clock of `performance`. */
  reconnectedAt: number | undefined;
}

export class Desktops {
  /** Of the pointer, before calls. */
  readonly selfTest: SelfTest;
  readonly #options: DesktopsOptions;
  readonly #closing = new AbortController();
  readonly #changes = new Emitter<Desktop | undefined>();
  /** Settles, without ever rejecting, when a start or a reconnection has succeeded or has been cleaned up. */
  #starting: Promise<void> | undefined;
  #running: Running | undefined;
  #current: Desktop | undefined;
  /** Whether a machine has ended and the model has not been told. */
  #owesNote = false;
  /** What is being ended, so that closing can wait for it. */
  readonly #ending = new Set<Promise<void>>();

  constructor(options: DesktopsOptions) {
    this.#options = options;
    this.selfTest = new SelfTest(options.fire);
  }

  /** The desktop that is connected now. */
  get current(): Desktop | undefined {
    return this.#current;
  }

  /** Whether a machine runs, with the state that earlier calls left. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** {@link current} is another one now, or gone. */
  readonly onCurrent = this.#changes.event;

  /**
   * The connected desktop; starts a machine where there is none.
   * @param canStartAfresh - whether the call makes sense on a new machine
   * @throws NoDesktopError, DesktopRestartedError, or the signal's reason
   */
  async acquire(canStartAfresh: boolean, signal: AbortSignal): Promise<Desktop> {
    while (this.#starting !== undefined) await untilAborted(this.#starting, signal);
    this.#closing.signal.throwIfAborted();
    const desktop = this.#current ?? (await this.#start(signal));
    if (this.#owesNote) {
      this.#owesNote = false;
      if (!canStartAfresh) throw new DesktopRestartedError();
    }
    return desktop;
  }

  /** What keeps the machine's programs from the user's own things; undefined while none runs. */
  get isolation(): Isolation | undefined {
    return this.#running?.machine.isolation;
  }

  /** Starts a machine where there is none. @throws NoDesktopError, or the signal's reason */
  async untilRunning(signal: AbortSignal): Promise<void> {
    while (this.#starting !== undefined) await untilAborted(this.#starting, signal);
    this.#closing.signal.throwIfAborted();
    if (!this.#current) await this.#start(signal);
  }

  /** As the user asks for it. @throws the signal's reason */
  async checkPointer(signal: AbortSignal): Promise<PointerCheck> {
    if (!this.#current || !this.#running) return { type: 'not-running' };
    return this.selfTest.check(this.#current, this.#running.machine, signal);
  }

  /**
   * Starts a program on the machine, and the machine where there is none.
   * @throws as {@link acquire}; what the machine throws
   */
  async spawnShell(command: readonly string[], signal: AbortSignal): Promise<ShellProcess> {
    await this.acquire(false, signal);
    const machine = this.#running?.machine;
    if (!machine?.spawnShell) throw refuse('Commands cannot be run on this desktop.');
    return machine.spawnShell(command, signal);
  }

  /** What the machine's network has kept programs from since this was called last, in sentences. */
  takeRefusals(): readonly string[] {
    return this.#running?.machine.takeRefusals?.() ?? [];
  }

  /** Ends what runs and what is starting. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort(refuse('The desktop is closed.'));
    await this.#starting;
    this.#current?.release();
    this.#current?.end(refuse('The desktop is closed.'));
    this.#setCurrent(undefined);
    if (this.#running) this.#end(this.#running);
    await Promise.all(this.#ending);
    this.#changes.dispose();
  }

  /** An aborted call does not wait until what it had begun to start is gone again; the next start does. */
  async #start(signal: AbortSignal): Promise<Desktop> {
    const starting = this.#launch(AbortSignal.any([signal, this.#closing.signal]));
    this.#watchStart(starting);
    try {
      return await untilAborted(starting, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#closing.signal.throwIfAborted();
      const { message, help } = explained(error);
      this.#options.fire({ type: 'unavailable', message, help });
      throw new NoDesktopError();
    }
  }

  #watchStart(starting: Promise<unknown>): void {
    const done = () => {
      this.#starting = undefined;
    };
    this.#starting = starting.then(done, done);
  }

  async #launch(signal: AbortSignal): Promise<Desktop> {
    const machine = await this.#options.source.start(signal);
    const running = this.#watched(machine);
    const { kind, detail } = machine.isolation;
    if (kind === 'none') this.#options.fire({ type: 'fallback', cause: 'no-sandbox', detail });
    try {
      const desktop = await this.#connect(running, undefined, signal);
      try {
        await warmedUp(desktop.connection, machine.warmUpMs, AbortSignal.any([signal, desktop.lost]));
        desktop.lost.throwIfAborted();
      } catch (error) {
        desktop.end();
        throw error;
      }
      this.#running = running;
      this.#setCurrent(desktop);
      return desktop;
    } catch (error) {
      await machine.close();
      throw error;
    }
  }

  #watched(machine: DesktopMachine): Running {
    const { promise, resolve } = Promise.withResolvers<string>();
    const running: Running = {
      ...{ machine, madeKeys: new Set<string>(), ended: promise, hasEnded: false, reconnectedAt: undefined },
    };
    machine.onEnd((message) => {
      running.hasEnded = true;
      resolve(message);
    });
    return running;
  }

  /** A desktop that nobody knows of yet: what becomes of it until it is the current one is the caller's. */
  async #connect(running: Running, before: Desktop | undefined, signal: AbortSignal): Promise<Desktop> {
    const { connect, limits, typing } = this.#options;
    const limit = AbortSignal.timeout(limits.connectMs);
    const late = () => new Error(`The desktop did not let us in within ${limits.connectMs / 1000} s.`);
    let connection: DesktopConnection;
    try {
      connection = await connect(running.machine, AbortSignal.any([signal, limit]));
    } catch (error) {
      signal.throwIfAborted();
      throw limit.aborted ? late() : error;
    }
    if (signal.aborted) {
      connection.dispose();
      throw signal.reason;
    }
    const desktop = new Desktop(connection, { limits, typing, madeKeys: running.madeKeys, before });
    // With it comes the first picture, and what the server can do.
    await desktop.roundTrip(signal).catch((error: unknown) => {
      desktop.end();
      throw error;
    });
    void connection.ended.then(({ message }) => this.#onConnectionEnd(running, desktop, message));
    return desktop;
  }

  #onConnectionEnd(running: Running, desktop: Desktop, message: string): void {
    desktop.end();
    if (this.#current !== desktop) return;
    this.#setCurrent(undefined);
    if (this.#closing.signal.aborted) return;
    this.#watchStart(this.#takeUpAgain(running, desktop, message));
  }

  /** A server may drop a connection and live: it is connected to once more before the desktop counts as gone. */
  async #takeUpAgain(running: Running, before: Desktop, message: string): Promise<void> {
    const { reconnectedAt } = running;
    const isSteady = reconnectedAt === undefined || performance.now() - reconnectedAt > STEADY_AFTER_MS;
    if (isSteady && !running.hasEnded) {
      try {
        running.reconnectedAt = performance.now();
        const desktop = await this.#connect(running, before, this.#closing.signal);
        desktop.lost.throwIfAborted();
        this.#setCurrent(desktop);
        return;
      } catch {
        // The machine's own words, or those of the first end, say more than those of this failure.
      }
    }
    if (this.#closing.signal.aborted) return;
    const lastWords = await Promise.race([running.ended, afterMs(LAST_WORDS_MS)]);
    this.#owesNote = true;
    this.#end(running);
    this.#options.fire({ type: 'crashed', message: lastWords ?? message });
  }

  #end(running: Running): void {
    if (this.#running === running) this.#running = undefined;
    this.selfTest.forget();
    const ignore = () => undefined;
    // What its close could not remove, its source does when it starts the next one.
    const ending = running.machine.close().catch(ignore);
    void ending.then(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #setCurrent(desktop: Desktop | undefined): void {
    if (this.#current === desktop) return;
    this.#current = desktop;
    this.#changes.fire(desktop);
  }
}

function explained(error: unknown): { readonly message: string; readonly help: string } {
  if (error instanceof DesktopUnavailable) return { message: error.message, help: error.help };
  const message = error instanceof Error ? error.message : String(error);
  return { message, help: 'Check that the desktop runs and that its address and password are right.' };
}

function afterMs(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
