/** Calls on a desktop at random, and what its VNC server is sent. */
import type { ScriptedBlock } from '../../src/agent/demo/script.ts';
import { keysymOf, needsShift, SHIFT } from '../../src/computer/desktop/keysyms.ts';
import type { RecordedInput } from '../support/desktop/clientReader.ts';
import type { Random } from '../support/desktop/random.ts';
import type { Act, Sent } from './stopping.ts';

/** Of the screen, in px. */
export const SIZE = [640, 480] as const;

const KEYSYMS: Readonly<Record<string, number>> = {
  ctrl: 0xffe3,
  shift: 0xffe1,
  alt: 0xffe9,
  Down: 0xff54,
  Return: 0xff0d,
};

const named = (name: string) => KEYSYMS[name] ?? keysymOf(name) ?? 0;
const key = (keysym: number) => `+${keysym.toString(16)}`;

/** Calls at random, each with what it sends. */
export class RandomActs {
  readonly #random: Random;
  /** A move to a place is that of one call only. */
  #place = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A few calls, the first of which is one that takes its time. */
  some(): Act[] {
    const acts = [this.#long()];
    const more = this.#random.below(4);
    for (let at = 0; at < more; at++) {
      const kind = this.#random.below(3);
      if (kind === 0) acts.unshift(this.#short());
      else if (kind === 1) acts.push(this.#short());
      else acts.push(this.#long());
    }
    return acts;
  }

  #long(): Act {
    const random = this.#random;
    switch (random.below(6)) {
      case 0:
        return this.#type();
      case 1:
        return this.#drag();
      case 2: {
        const count = 1 + random.below(60);
        const presses = Array.from({ length: count }, () => '+b8');
        const input = { scroll_direction: 'up', scroll_amount: count, coordinate: this.#newPlace() };
        return { block: act('scroll', input), presses };
      }
      case 3: {
        const names = random.pick([['ctrl', 'k'], ['shift', 'Down'], ['Down']]);
        const input = { text: names.join('+'), duration: (1 + random.below(9)) / 10 };
        return { block: act('hold_key', input), presses: names.map((name) => key(named(name))) };
      }
      case 4: {
        const repeat = 1 + random.below(80);
        const once = [
          ...['ctrl', 'k'].map((name) => key(named(name))),
          ...['Down', 'Return'].map((name) => key(named(name))),
        ];
        const presses = Array.from({ length: repeat }, () => once).flat();
        return { block: act('key', { text: 'ctrl+k Down Return', repeat }), presses };
      }
      default:
        return { block: act('wait', { duration: (1 + random.below(5)) / 10 }), presses: [] };
    }
  }

  #short(): Act {
    const random = this.#random;
    const place = this.#newPlace();
    const moves = [`@${place.join(',')}`];
    const count = 1 + random.below(3);
    switch (random.below(4)) {
      case 0: {
        const member = ['left_click', 'double_click', 'triple_click'][count - 1] ?? '';
        const presses = Array.from({ length: count }, () => '+b1');
        return { block: act(member, { coordinate: place }), presses, moves };
      }
      case 1:
        return {
          block: act('left_click', { coordinate: place, text: 'ctrl' }),
          presses: [key(named('ctrl')), '+b1'],
          moves,
        };
      case 2:
        return { block: act('mouse_move', { coordinate: place }), presses: [], moves };
      default:
        return { block: act('left_mouse_up'), presses: [] };
    }
  }

  #type(): Act {
    const random = this.#random;
    const length = 1 + random.below(random.below(2) === 0 ? 40 : 600);
    const characters = Array.from({ length }, () => random.pick([...'abcdefgh IJKL.?\nüπ']));
    const presses = characters.flatMap((character) => [
      ...(needsShift(character) ? [key(SHIFT)] : []),
      key(keysymOf(character) ?? 0),
    ]);
    const charactersOf = (some: readonly string[]) => some.filter((press) => press !== key(SHIFT)).length;
    return { block: act('type', { text: characters.join('') }), presses, charactersOf };
  }

  #drag(): Act {
    const [start, end] = [this.#newPlace(), this.#newPlace()];
    const block = act('left_click_drag', { start_coordinate: start, coordinate: end });
    return { block, presses: ['+b1'], moves: [start, end].map((place) => `@${place.join(',')}`) };
  }

  #newPlace(): readonly [number, number] {
    this.#place += 1;
    return [(this.#place * 37) % SIZE[0], (this.#place * 53) % SIZE[1]];
  }
}

function act(member: string, input: Readonly<Record<string, unknown>> = {}): ScriptedBlock {
  return { type: 'action', toolset: 'computer', member, input };
}

/** What messages of RFB come to, one after another. */
export class Hands {
  readonly sent: Sent[] = [];
  readonly #keys = new Set<number>();
  #buttons = 0;

  take(input: RecordedInput): void {
    const { at } = input;
    if (input.kind === 'key') {
      const { keysym, isDown } = input;
      const isRepeat = isDown && this.#keys.has(keysym);
      if (isDown) this.#keys.add(keysym);
      else this.#keys.delete(keysym);
      const sign = isDown ? '+' : '-';
      this.sent.push({ at, what: `${sign}${keysym.toString(16)}`, isRelease: !isDown, isRepeat });
      return;
    }
    const { x, y, buttons } = input;
    const [down, up] = [buttons & ~this.#buttons, this.#buttons & ~buttons];
    this.#buttons = buttons;
    if (down !== 0) this.sent.push({ at, what: `+b${down}`, isRelease: false });
    if (up !== 0) this.sent.push({ at, what: `-b${up}`, isRelease: true });
    if (down === 0) this.sent.push({ at, what: `@${x},${y}`, isRelease: up !== 0 });
  }

  held(): string[] {
    return [
      ...[...this.#keys].map((keysym) => keysym.toString(16)),
      ...(this.#buttons === 0 ? [] : [`b${this.#buttons}`]),
    ];
  }
}
