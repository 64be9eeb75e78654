/** Presses keys of a desktop and knows which are down. */
import { delay } from '../../base/delay.ts';
import type { DesktopConnection } from './connection.ts';
import { type Chord, isModifier } from './keyNames.ts';

/** As desktops do by default: how long until a held key repeats, and how often. In ms. */
const REPEAT_AFTER_MS = 400;
const REPEAT_EVERY_MS = 40;

/** Repeats that a server may be behind: more of them would come when the key is long up. */
const REPEATS_AHEAD = 8;

export class Keyboard {
  readonly #connection: DesktopConnection;
  /** In the order they went down. */
  readonly #held = new Set<number>();
  readonly #heldByOthers = new Set<number>();

  constructor(connection: DesktopConnection) {
    this.#connection = connection;
  }

  /** The keysyms of the keys that are down. */
  get held(): readonly number[] {
    return [...this.#held];
  }

  /** The keysyms of the keys that a person holds, which are not let go of by us while the connection lives. */
  get heldByOthers(): readonly number[] {
    return [...this.#heldByOthers];
  }

  /** A person has pressed a key or let go of it. */
  pressedByOthers(keysym: number, isDown: boolean): void {
    if (isDown) this.#heldByOthers.add(keysym);
    else this.#heldByOthers.delete(keysym);
  }

  /** Presses the chord's keys in their order and lets go of them in the opposite one. */
  press(chord: Chord): void {
    const isDown = chord.map((keysym) => this.#held.has(keysym));
    for (const keysym of chord) this.#down(keysym);
    for (let at = chord.length - 1; at >= 0; at--) if (!isDown[at]) this.#up(chord[at] ?? 0);
  }

  /** Holds the chord for `ms`; its last key repeats, as that of a keyboard does: servers leave that to their clients. */
  async hold(chord: Chord, ms: number, signal: AbortSignal): Promise<void> {
    const key = chord[chord.length - 1] ?? chord[0];
    await this.holding(chord, signal, async () => {
      const end = performance.now() + ms;
      await delay(Math.min(REPEAT_AFTER_MS, ms), signal);
      let ahead = 0;
      for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
        if (!isModifier(key) && ahead < REPEATS_AHEAD) {
          this.#connection.key(key, true);
          ahead += 1;
          const taken = () => {
            ahead = 0;
          };
          // A connection that ends is told of by the signal.
          if (ahead === 1) this.#connection.roundTrip(signal).then(taken, () => undefined);
        }
        await delay(Math.min(REPEAT_EVERY_MS, left), signal);
      }
    });
  }

  /** Holds `keys` while `action` runs. Those that were down before stay so. */
  async holding<T>(keys: readonly number[], signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const added = keys.filter((keysym) => !this.#held.has(keysym));
    try {
      for (const keysym of added) this.#down(keysym);
      return await action();
    } finally {
      for (const keysym of added.toReversed()) this.#up(keysym);
    }
  }

  /** Lets go of all keys. */
  release(): void {
    for (const keysym of this.held.toReversed()) this.#up(keysym);
  }

  #down(keysym: number): void {
    if (this.#held.has(keysym)) return;
    this.#held.add(keysym);
    this.#connection.key(keysym, true);
  }

  #up(keysym: number): void {
    if (!this.#held.delete(keysym)) return;
    this.#connection.key(keysym, false);
  }
}
