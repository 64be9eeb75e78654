import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** A tick a second, shared: many running rows cost one timer. */
const now = signal(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The time in ms since the epoch, renewed every second while `running`. The caller is rendered with each tick. */
export function useNow(running: boolean): number {
  useEffect(() => {
    if (!running) return undefined;
    now.value = Date.now();
    if (users++ === 0) timer = setInterval(() => (now.value = Date.now()), 1000);
    return () => {
      if (--users === 0) clearInterval(timer);
    };
  }, [running]);
  return running ? now.value : now.peek();
}
