import type { BetaRunnableToolset } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { Emitter } from '../base/emitter.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type {
  Computer,
  ComputerEvent,
  ComputerProvider,
  PointerCheck,
  Screen,
} from '../computer/computer.ts';
import type { Control } from './control.ts';
import type { CallObserver } from './observedToolset.ts';

/**
 * A session's one computer. Made for the first run: a session that is only read costs no computer, and does not load
 * what drives one.
 */
export class SessionComputer {
  readonly #provider: () => ComputerProvider;
  readonly #onEvent: (event: ComputerEvent) => void;
  readonly #control: Control;
  readonly #screens = new Emitter<Screen | undefined>();
  #making: Promise<BetaRunnableToolset> | undefined;
  #made: { readonly computer: Computer; readonly events: DisposableStore } | undefined;
  #observer: CallObserver | undefined;
  #isClosed = false;

  /**
   * @param provider - asked when the computer is made
   * @param control - decides whether Claude's calls may run
   */
  constructor(provider: () => ComputerProvider, control: Control, onEvent: (event: ComputerEvent) => void) {
    this.#provider = provider;
    this.#control = control;
    this.#onEvent = onEvent;
  }

  /** Whether there is one that runs, with whatever state earlier runs left it in. */
  get hasState(): boolean {
    return this.#made?.computer.isRunning ?? false;
  }

  /** Its screen, while it runs. */
  get screen(): Screen | undefined {
    return this.#made?.computer.screen;
  }

  /** {@link screen} is another one now, or gone. */
  readonly onScreen = this.#screens.event;

  /** Points the calls of the toolset to `observer`, or to nobody. */
  observe(observer: CallObserver | undefined): void {
    this.#observer = observer;
  }

  /**
   * Its toolset: the same object each time, also where the run that asked first does not wait for it any more.
   *
   * @throws what making the computer throws; the next call tries again
   */
  toolset(): Promise<BetaRunnableToolset> {
    this.#making ??= this.#make().catch((error) => {
      this.#making = undefined;
      throw error;
    });
    return this.#making;
  }

  /** @throws the signal's reason */
  async checkPointer(signal: AbortSignal): Promise<PointerCheck> {
    return (await this.#made?.computer.checkPointer?.(signal)) ?? { type: 'not-running' };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#made?.events.dispose();
    try {
      await this.#made?.computer.close();
    } finally {
      this.#screens.dispose();
    }
  }

  async #make(): Promise<BetaRunnableToolset> {
    const [{ observeToolset }, { guardToolset }] = await Promise.all([
      import('./observedToolset.ts'),
      import('./guardedToolset.ts'),
    ]);
    const computer = await this.#provider().create();
    if (this.#isClosed) {
      await computer.close();
      throw new Error('The session was closed.');
    }
    const events = new DisposableStore();
    events.add(computer.onEvent(this.#onEvent));
    events.add(computer.onScreen((screen) => this.#screens.fire(screen)));
    this.#made = { computer, events };
    return observeToolset(guardToolset(computer.toolset, this.#control), {
      callStarted: (call) => this.#observer?.callStarted(call),
      callEnded: (call, outcome) => this.#observer?.callEnded(call, outcome),
      keep: (content) => this.#observer?.keep(content) ?? content,
    });
  }
}
