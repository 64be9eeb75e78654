import { type Disposable, toDisposable } from './lifecycle.ts';

/** Registers a listener until the returned disposable is disposed. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** A list of listeners. A listener that throws does not keep the others from hearing. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onListenerError: (error: unknown) => void;

  /** @param onListenerError - owns what a listener throws; the default rethrows it as an uncaught exception */
  constructor(onListenerError: (error: unknown) => void = rethrowLater) {
    this.#onListenerError = onListenerError;
  }

  readonly event: Event<T> = (listener) => {
    // A wrapper of its own, so that registering one function twice makes two registrations.
    const registered = (value: T) => listener(value);
    this.#listeners.add(registered);
    return toDisposable(() => this.#listeners.delete(registered));
  };

  /** How many listen; for leak tests. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
