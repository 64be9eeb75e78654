import { type Clock, systemClock } from '../base/clock.ts';
import type { Disposable } from '../base/lifecycle.ts';

/** Between an answer and the next ping, in ms: a message of 20 characters each way. */
export const PING_INTERVAL_MS = 5_000;

/**
 * How long an answer may take, in ms. Longer than a busy window, a slow remote connection or a laptop that wakes up
 * needs: a page set anew for nothing is worse than one missed a little later.
 */
export const PONG_TIMEOUT_MS = 10_000;

/** How long an answer that has come may take to be read, in ms. */
export const UNREAD_MS = 100;

/** How long a page may take to load before it counts as lost, in ms: more each time, up to {@link MAX_REBUILDS}. */
export const LOAD_TIMEOUT_MS = 10_000;

/** Pages set anew in a row without one that answered. */
export const MAX_REBUILDS = 3;

export interface HeartbeatDeps {
  /** Asks the page for a sign of life. */
  readonly ping: (id: number) => void;
  /** Sets the page anew. */
  readonly rebuild: () => void;
  /** Tells the user that the page stays dead. */
  readonly onGivenUp: () => void;
  readonly clock?: Clock;
}

/**
 * Notices a webview that hangs or has crashed, which nothing else tells: it is pinged while it can be seen, and set anew
 * when it does not answer. Begins with the page's own `ready`; a page that is loading is given more time.
 */
export class Heartbeat implements Disposable {
  readonly #deps: HeartbeatDeps;
  readonly #clock: Clock;
  #isVisible = true;
  #lastId = 0;
  /** The ping that waits for its answer. */
  #awaited: number | undefined;
  #rebuilds = 0;
  #timer: Disposable | undefined;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
  }

  /** The page is there: it has loaded. It has still to answer to count as alive. */
  ready(): void {
    this.#awaited = undefined;
    if (this.#isVisible) this.#wait(PING_INTERVAL_MS, () => this.#ping());
  }

  /** The page answered the ping of this id. */
  pong(id: number): void {
    if (id !== this.#awaited) return;
    this.#awaited = undefined;
    this.#rebuilds = 0;
    if (this.#isVisible) this.#wait(PING_INTERVAL_MS, () => this.#ping());
  }

  /** A page that cannot be seen draws nothing and may be slowed down: it is left alone. */
  setVisible(visible: boolean): void {
    if (visible === this.#isVisible) return;
    this.#isVisible = visible;
    this.#awaited = undefined;
    this.#cancel();
    // VS Code loads a page anew when it is shown again; its `ready` comes in time, or a ping finds out.
    if (visible) this.#wait(LOAD_TIMEOUT_MS, () => this.#ping());
  }

  dispose(): void {
    this.#isVisible = false;
    this.#cancel();
  }

  #ping(): void {
    this.#lastId += 1;
    this.#awaited = this.#lastId;
    // When this host stood still itself, the answer may lie there unread: it is read before the second wait is over.
    this.#wait(PONG_TIMEOUT_MS, () => this.#wait(UNREAD_MS, () => this.#rebuild()));
    this.#deps.ping(this.#lastId);
  }

  #rebuild(): void {
    this.#awaited = undefined;
    if (this.#rebuilds >= MAX_REBUILDS) {
      this.#cancel();
      this.#deps.onGivenUp();
      return;
    }
    this.#rebuilds += 1;
    // The new page says `ready`, which takes the place of this.
    this.#wait(LOAD_TIMEOUT_MS * this.#rebuilds, () => this.#rebuild());
    this.#deps.rebuild();
  }

  #wait(ms: number, then: () => void): void {
    this.#cancel();
    this.#timer = this.#clock.schedule(then, ms);
  }

  #cancel(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}
