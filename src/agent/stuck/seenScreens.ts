/** The screens of late, and which parts of them move by themselves. */
import type { ScreenSignature } from '../../base/screenSignature.ts';
import type { Point } from '../../protocol/transcript.ts';
import type { SeenScreen } from './step.ts';

/** How much of what was found out is new: `slight` may be a clock as well as an answer. */
export type News = 'none' | 'slight' | 'new';

export interface Sight {
  /** Equal for equal screens, but for what moves by itself. */
  readonly id: string;
  readonly news: News;
}

/** Screens that are remembered. A page that comes back after more of them counts as new. */
const REMEMBERED = 32;

/** Blocks that differ, of which a clock or a caret has no more. */
const SLIGHT_BLOCKS = 4;

/** Below this many blocks nothing can be said about where a picture differs. */
const MIN_BLOCKS = 100;

/**
 * Between looks with nothing done in between, in a row, a block has to change this often before it counts as one that
 * moves by itself: what an action brings late changes it once or twice (*Saving*, *Saved*).
 */
const CHANGES_OF_ITS_OWN = 3;

/** Looks after which nobody knows any more whether something still moves. */
const MOTION_LASTS = 24;

/** Share of blocks that differ in another page. */
const OTHER_PAGE = 0.5;

export class SeenScreens {
  #seen: { readonly id: string; readonly signature: ScreenSignature }[] = [];
  #last: ScreenSignature | undefined;
  #lastId = 0;
  #motion: Motion | undefined;

  /** @param isIdle - whether nothing was done since the last one */
  see(signature: ScreenSignature, isIdle: boolean): Sight {
    this.#followMotion(signature, isIdle);
    this.#last = signature;
    let nearest = Number.POSITIVE_INFINITY;
    for (let index = this.#seen.length - 1; index >= 0; index -= 1) {
      const known = this.#seen[index];
      if (known === undefined) continue;
      const differing = this.#differing(known.signature, signature);
      if (differing === 0) {
        this.#seen.splice(index, 1);
        this.#remember(known.id, signature);
        return { id: known.id, news: 'none' };
      }
      nearest = Math.min(nearest, differing);
    }
    this.#lastId += 1;
    const id = `screen ${this.#lastId}`;
    this.#remember(id, signature);
    const isSlight = nearest <= SLIGHT_BLOCKS && signature.blocks.length >= MIN_BLOCKS;
    return { id, news: isSlight ? 'slight' : 'new' };
  }

  /** Another page: what moved on the last one says nothing of this one. */
  forgetMotion(): void {
    this.#motion = undefined;
  }

  /** Share of the screen that moves by itself, 0 to 1. */
  get restless(): number {
    return this.#motion?.share ?? 0;
  }

  /** Whether a place in px of `screen` is in or beside what moves by itself. */
  isRestlessAt({ x, y }: Point, { width, height, signature }: SeenScreen): boolean {
    const motion = this.#motion;
    if (!motion || motion.share === 0) return false;
    const { columns, rows } = signature;
    const column = Math.floor((x / width) * columns);
    const row = Math.floor((y / height) * rows);
    for (let at = Math.max(0, row - 1); at <= Math.min(rows - 1, row + 1); at += 1) {
      for (let next = Math.max(0, column - 1); next <= Math.min(columns - 1, column + 1); next += 1) {
        if (motion.isRestless[at * columns + next]) return true;
      }
    }
    return false;
  }

  #remember(id: string, signature: ScreenSignature): void {
    this.#seen.push({ id, signature });
    if (this.#seen.length > REMEMBERED) this.#seen.shift();
  }

  /** Blocks that differ beside those that move by themselves; counted no further than matters. */
  #differing(one: ScreenSignature, other: ScreenSignature): number {
    if (one.columns !== other.columns || one.rows !== other.rows) return Number.POSITIVE_INFINITY;
    const ignored = this.#motion?.isRestless;
    let count = 0;
    for (let index = 0; index < one.blocks.length && count <= SLIGHT_BLOCKS; index += 1) {
      if (one.blocks[index] !== other.blocks[index] && !ignored?.[index]) count += 1;
    }
    return count;
  }

  #followMotion(signature: ScreenSignature, isIdle: boolean): void {
    const last = this.#last;
    const { length } = signature.blocks;
    if (length < MIN_BLOCKS || last?.blocks.length !== length) {
      this.#motion = undefined;
      return;
    }
    this.#motion ??= new Motion(length);
    const motion = this.#motion;
    const changed = motion.follow(last, signature, isIdle);
    if (changed > length * OTHER_PAGE) this.#motion = undefined;
  }
}

class Motion {
  readonly isRestless: Uint8Array;
  /** Changes while nothing was done. */
  readonly #changes: Uint8Array;
  #restless = 0;
  /** Looks since something new was found to move. */
  #age = 0;

  constructor(blocks: number) {
    this.isRestless = new Uint8Array(blocks);
    this.#changes = new Uint8Array(blocks);
  }

  get share(): number {
    return this.#restless / this.isRestless.length;
  }

  /** Returns how many blocks differ. */
  follow(last: ScreenSignature, next: ScreenSignature, isIdle: boolean): number {
    this.#age += 1;
    if (!isIdle) this.#changes.fill(0);
    if (this.#age > MOTION_LASTS && this.#restless > 0) {
      this.isRestless.fill(0);
      this.#restless = 0;
    }
    let differing = 0;
    for (let index = 0; index < next.blocks.length; index += 1) {
      if (last.blocks[index] === next.blocks[index]) continue;
      differing += 1;
      if (isIdle) this.#note(index);
    }
    return differing;
  }

  #note(index: number): void {
    const changes = Math.min(CHANGES_OF_ITS_OWN, (this.#changes[index] as number) + 1);
    this.#changes[index] = changes;
    if (changes < CHANGES_OF_ITS_OWN) return;
    this.#age = 0;
    if (this.isRestless[index]) return;
    this.isRestless[index] = 1;
    this.#restless += 1;
  }
}
