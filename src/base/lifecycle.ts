/** Who opened it closes it: the small vocabulary of ownership used all over the host. */

/** The same shape as VS Code's `Disposable`, so either can stand for the other. */
export interface Disposable {
  dispose(): void;
}

/** A disposable that runs `onDispose` once. */
export function toDisposable(onDispose: () => void): Disposable {
  let disposed = false;
  return {
    dispose() {
      if (disposed) return;
      disposed = true;
      onDispose();
    },
  };
}

/** Owns disposables and lets go of them together, last one first. What is added too late is disposed at once. */
export class DisposableStore implements Disposable {
  readonly #owned = new Set<Disposable>();
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** How many it holds; for leak tests. */
  get size(): number {
    return this.#owned.size;
  }

  add<T extends Disposable>(disposable: T): T {
    if (this.#disposed) disposable.dispose();
    else this.#owned.add(disposable);
    return disposable;
  }

  /** Disposes `disposable` now and forgets it. */
  delete(disposable: Disposable): void {
    if (this.#owned.delete(disposable)) disposable.dispose();
  }

  /** @throws AggregateError when some could not be disposed; the others are all the same. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const errors: unknown[] = [];
    for (const disposable of [...this.#owned].reverse()) {
      try {
        disposable.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    this.#owned.clear();
    if (errors.length > 0) throw new AggregateError(errors, 'Could not dispose everything.');
  }
}
