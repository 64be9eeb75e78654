import { type Clock, systemClock } from '../base/clock.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { RoundTrip } from './roundTrip.ts';

/**
 * From a sign of life to the next ping, in ms: a message of 20 characters each way. A batch that is taken is one too.
 */
export const PING_INTERVAL_MS = 250;

/**
 * How long a document may give no sign of life before it is taken for dead, in ms: twice as long as its answers are
 * seen to take, within these. Less than a second would set documents anew that only had much to do.
 */
export const MIN_SILENCE_MS = 1_000;
export const MAX_SILENCE_MS = 10_000;

/** Before there was an answer. */
const FIRST_SILENCE_MS = 2_500;

/** How long an answer that has come may take to be read, in ms. */
export const UNREAD_MS = 100;

/**
 * How long a document may take to load before it counts as lost, in ms, by how long the latest took; twice and three
 * times that for the second and third in a row.
 */
export const MIN_LOAD_MS = 3_000;
export const MAX_LOAD_MS = 10_000;

/** How long VS Code's window may keep a question for a document that has not loaded, in ms. */
export const MAX_PASS_ON_MS = 20_000;

/** Documents set anew in a row without one that answered. */
export const MAX_REBUILDS = 3;

/** Documents set anew within a minute, whatever they answered: one more would crash as well. */
export const MAX_REBUILDS_PER_MINUTE = 15;

export interface HeartbeatDeps {
  /**
   * Asks the document for a sign of life. `onPassedOn` hears that VS Code's window has taken the question, and whether
   * it has a document there to ask. That takes longer than usual while the window is busy or the connection to it is
   * away.
   */
  readonly ping: (id: number, onPassedOn: (isThere: boolean) => void) => void;
  /** Calls back once VS Code's window has shown that it can be reached. Absent: it always can. */
  readonly reachWindow?: (onReached: () => void) => void;
  /** Puts a new document in the place of the one there is. */
  readonly rebuild: () => void;
  /** Tells the user that the document stays dead. */
  readonly onGivenUp: () => void;
  readonly clock?: Clock;
}

/**
 * Notices a webview that hangs or has crashed, which nothing else tells: it is asked for a sign of life while it can be
 * seen. Silence alone is no proof, as the way to the document may be closed: it is asked a second time, and the end of
 * its time counts from when VS Code's window has passed that on. The window keeps what is for a document that is still
 * loading: as long as the window itself can be reached, that has an end as well.
 */
export class Heartbeat implements Disposable {
  readonly #deps: HeartbeatDeps;
  readonly #clock: Clock;
  readonly #answers = new RoundTrip();
  readonly #loads = new RoundTrip();
  #isVisible = true;
  #lastId = 0;
  /** The pings that wait for an answer, and when the first of them was sent. */
  #asked: { readonly first: number; readonly at: number } | undefined;
  #loadingSince: number | undefined;
  #rebuilds = 0;
  /** When documents were set anew in the last minute. */
  #recentRebuilds: number[] = [];
  #timer: Disposable | undefined;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#awaitLoad(MAX_LOAD_MS);
  }

  /** The document is there: it has loaded. It has still to answer to count as alive. */
  ready(): void {
    if (this.#loadingSince !== undefined) this.#loads.add(this.#clock.now() - this.#loadingSince);
    this.#rest();
  }

  /** The document answered the ping of this id. */
  pong(id: number): void {
    if (!this.#asked || id < this.#asked.first || id > this.#lastId) return;
    this.alive(this.#clock.now() - this.#asked.at);
  }

  /** The document did what only one that is alive does. @param roundTripMs - how long that took */
  alive(roundTripMs: number): void {
    if (this.#loadingSince !== undefined) return;
    this.#answers.add(roundTripMs);
    this.#rebuilds = 0;
    this.#rest();
  }

  /** A document that cannot be seen draws nothing and may be slowed down: it is left alone. */
  setVisible(visible: boolean): void {
    if (visible === this.#isVisible) return;
    this.#isVisible = visible;
    this.#asked = undefined;
    this.#loadingSince = undefined;
    this.#cancel();
    // VS Code loads a document anew when it is shown again; its `ready` comes in time, or a ping finds out.
    if (visible) this.#wait(MAX_LOAD_MS, () => this.#ask());
  }

  /** Begins to count again after it was given up: a new document is on its way. */
  restart(): void {
    this.#rebuilds = 0;
    this.#recentRebuilds = [];
    this.#rebuild();
  }

  dispose(): void {
    this.#isVisible = false;
    this.#asked = undefined;
    this.#cancel();
  }

  #rest(): void {
    this.#asked = undefined;
    this.#loadingSince = undefined;
    if (this.#isVisible) this.#wait(PING_INTERVAL_MS, () => this.#ask());
  }

  /** Asks, and once more when there is no answer: the last third of the time is for that. */
  #ask(): void {
    this.#wait((this.#silence * 2) / 3 - PING_INTERVAL_MS, () => this.#askAgain());
    this.#ping(() => {});
  }

  #askAgain(): void {
    const asked = this.#asked;
    const isOpen = () => asked !== undefined && this.#asked === asked;
    let isPassedOn = false;
    // As long as the window cannot be reached nothing is known of the document, and nothing is done.
    this.#cancel();
    this.#reachWindow(() => {
      if (isOpen() && !isPassedOn) this.#wait(MAX_PASS_ON_MS, () => this.#rebuild());
    });
    this.#ping((isThere) => {
      if (!asked || !isOpen()) return;
      isPassedOn = true;
      if (isThere) this.#wait(this.#silence / 3 - UNREAD_MS, () => this.#doubt());
      else this.#missing(asked.at);
    });
  }

  /** When this host stood still itself, the answer may lie there unread: it is read before this wait is over. */
  #doubt(): void {
    this.#wait(UNREAD_MS, () => this.#rebuild());
  }

  /** VS Code's window has no document: one may be on its way there. */
  #missing(since: number): void {
    if (this.#clock.now() - since < MAX_SILENCE_MS) this.#wait(PING_INTERVAL_MS, () => this.#askAgain());
    else this.#rebuild();
  }

  #ping(onPassedOn: (isThere: boolean) => void): void {
    this.#lastId += 1;
    this.#asked ??= { first: this.#lastId, at: this.#clock.now() };
    this.#deps.ping(this.#lastId, onPassedOn);
  }

  #reachWindow(onReached: () => void): void {
    if (this.#deps.reachWindow) this.#deps.reachWindow(onReached);
    else onReached();
  }

  #rebuild(): void {
    const now = this.#clock.now();
    this.#asked = undefined;
    this.#recentRebuilds = this.#recentRebuilds.filter((at) => now - at < 60_000);
    if (this.#rebuilds >= MAX_REBUILDS || this.#recentRebuilds.length >= MAX_REBUILDS_PER_MINUTE) {
      this.#loadingSince = undefined;
      this.#cancel();
      this.#deps.onGivenUp();
      return;
    }
    this.#rebuilds += 1;
    this.#recentRebuilds.push(now);
    const longest = clamp(this.#loads.longest ?? MAX_LOAD_MS, MIN_LOAD_MS, MAX_LOAD_MS);
    this.#awaitLoad(longest * this.#rebuilds);
    this.#deps.rebuild();
  }

  /** A new document is on its way. It says `ready`, which takes the place of this. */
  #awaitLoad(longest: number): void {
    this.#loadingSince = this.#clock.now();
    this.#wait(longest, () => this.#rebuild());
  }

  get #silence(): number {
    const { longest } = this.#answers;
    return clamp(longest === undefined ? FIRST_SILENCE_MS : longest * 2, MIN_SILENCE_MS, MAX_SILENCE_MS);
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

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
