/**
 * Waits for `work`, but no longer than `limitMs` and not past the abort of one of `signals`. What `work` does later is
 * ignored: a request to a hung page cannot be taken back, only left behind.
 * @throws the first aborted signal's reason, or `onLimit()`
 */
export function bounded<T>(
  work: Promise<T>,
  signals: readonly AbortSignal[],
  limitMs: number,
  onLimit: () => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = () => {
      const aborted = signals.find((signal) => signal.aborted);
      finish(() => reject(aborted?.reason));
    };
    const timer = setTimeout(() => finish(() => reject(onLimit())), limitMs);
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
    for (const signal of signals) signal.addEventListener('abort', onAbort);
    if (signals.some((signal) => signal.aborted)) onAbort();
  });
}

/** Owns the failure of something that may fail because its target is gone by then, such as a release or a close. */
export function ignoreFailure(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
