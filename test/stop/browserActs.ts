/** Calls on a browser at random, and what the browser is sent. */
import type { ScriptedBlock } from '../../src/agent/demo/script.ts';
import type { Random } from '../support/desktop/random.ts';
import type { Act, Sent } from './stopping.ts';

const CODES: Readonly<Record<string, string>> = { ' ': 'Space', '\n': 'Enter', '.': 'Period' };
const TYPED = [...'abcdefgh IJKL.\nüπ'];

function codeOf(character: string): string | undefined {
  return CODES[character] ?? (/^[a-z]$/i.test(character) ? `Key${character.toUpperCase()}` : undefined);
}

function act(member: string, input: Readonly<Record<string, unknown>> = {}): ScriptedBlock {
  return { type: 'action', toolset: 'browser', member, input };
}

const at = ([x, y]: readonly [number, number]) => ({ type: 'coordinate', x, y });

/** Calls on `stops.html`. */
export class RandomActs {
  readonly #random: Random;
  /** A move to a place is that of one call only. */
  #place = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A few calls, of which at least one takes its time. */
  some(): Act[] {
    const random = this.#random;
    const acts = [this.#long()];
    const more = random.below(4);
    for (let count = 0; count < more; count++) {
      const kind = random.below(3);
      if (kind === 0) acts.unshift(this.#short());
      else acts.push(kind === 1 ? this.#short() : this.#long());
    }
    return acts;
  }

  #long(): Act {
    const random = this.#random;
    switch (random.below(7)) {
      case 0:
      case 1:
        return this.#type();
      case 2: {
        const input = { from: at(this.#newPlace()), target: at(this.#newPlace()) };
        return { block: act('left_click_drag', input), presses: ['+left'] };
      }
      case 3: {
        const input = { from: at([60, 440]), target: at(this.#newPlace()) };
        return { block: act('left_click_drag', input), presses: ['+left'] };
      }
      case 4: {
        const count = 1 + random.below(10);
        const input = {
          target: at(this.#newPlace()),
          scroll_direction: random.pick(['up', 'down']),
          scroll_amount: count,
        };
        return { block: act('scroll', input), presses: Array.from({ length: count }, () => '+wheel') };
      }
      case 5: {
        const input = { text: 'ctrl+shift+x', duration: (1 + random.below(9)) / 10 };
        return { block: act('hold_key', input), presses: ['+ControlLeft', '+ShiftLeft', '+KeyX'] };
      }
      default: {
        const repeat = 1 + random.below(30);
        const once = ['+ControlLeft', '+KeyB', '+ArrowDown', '+Enter'];
        const presses = Array.from({ length: repeat }, () => once).flat();
        return { block: act('key', { text: 'ctrl+b Down Return', repeat }), presses };
      }
    }
  }

  #short(): Act {
    const random = this.#random;
    const place = this.#newPlace();
    const target = at(place);
    const moves = [`@${place.join(',')}`];
    const count = 1 + random.below(3);
    switch (random.below(5)) {
      case 0: {
        const member = ['left_click', 'double_click', 'triple_click'][count - 1] ?? '';
        return {
          block: act(member, { target }),
          presses: Array.from({ length: count }, () => '+left'),
          moves,
        };
      }
      case 1: {
        const presses = ['+ShiftLeft', '+left'];
        return { block: act('left_click', { target, modifiers: 'shift' }), presses, moves };
      }
      case 2:
        return { block: act('mouse_move', { target }), presses: [], moves };
      case 3:
        return { block: act('left_mouse_up', { target }), presses: [], moves };
      default:
        return { block: act('wait', { duration: (1 + random.below(3)) / 10 }), presses: [] };
    }
  }

  #type(): Act {
    const random = this.#random;
    const length = 1 + random.below(random.below(2) === 0 ? 40 : 400);
    const text = Array.from({ length }, () => random.pick(TYPED)).join('');
    const presses = (text.match(/[ -~\n]|[^ -~\n]+/g) ?? []).map((run) => {
      const code = codeOf(run);
      return code === undefined ? `+insert ${run}` : `+${code}`;
    });
    const charactersOf = (some: readonly string[]) =>
      some.reduce((sum, press) => sum + (press.startsWith('+insert ') ? press.length - 8 : 1), 0);
    return { block: act('type', { text }), presses, charactersOf };
  }

  #newPlace(): readonly [number, number] {
    this.#place += 1;
    return [600 + ((this.#place * 37) % 600), (this.#place * 53) % 700];
  }
}

/** What commands to a browser come to, one after another. */
export class Hands {
  readonly sent: Sent[] = [];
  readonly #held = new Set<string>();

  /** A command of the DevTools protocol, as it is sent. */
  take(method: string, params: Readonly<Record<string, unknown>>): void {
    const now = performance.now();
    const { type, code, button, text, x, y, autoRepeat } = params;
    switch (`${method} ${type ?? ''}`) {
      case 'Input.insertText ':
        this.sent.push({ at: now, what: `+insert ${text}`, isRelease: false });
        return;
      case 'Input.dispatchKeyEvent rawKeyDown':
      case 'Input.dispatchKeyEvent keyDown':
        this.#press(now, String(code), autoRepeat === true);
        return;
      case 'Input.dispatchKeyEvent keyUp':
        this.#release(now, String(code));
        return;
      case 'Input.dispatchMouseEvent mousePressed':
        this.#press(now, String(button), false);
        return;
      case 'Input.dispatchMouseEvent mouseReleased':
        this.#release(now, String(button));
        return;
      case 'Input.dispatchMouseEvent mouseWheel':
        this.sent.push({ at: now, what: '+wheel', isRelease: false });
        return;
      case 'Input.dispatchMouseEvent mouseMoved':
        this.sent.push({ at: now, what: `@${x},${y}`, isRelease: false });
        return;
      default:
        if (method.startsWith('Input.')) throw new Error(`Nothing records ${method} ${type}.`);
    }
  }

  held(): string[] {
    return [...this.#held];
  }

  #press(now: number, name: string, isRepeat: boolean): void {
    this.#held.add(name);
    this.sent.push({ at: now, what: `+${name}`, isRelease: false, isRepeat });
  }

  #release(now: number, name: string): void {
    this.#held.delete(name);
    this.sent.push({ at: now, what: `-${name}`, isRelease: true });
  }
}
