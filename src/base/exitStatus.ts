/** How a command tells what it ended with, without knowing whose call it is. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Hears what a command of a call ended with: 0 to 255, by convention 0 for success. */
export type ExitStatusSink = (status: number) => void;

const sinks = new AsyncLocalStorage<ExitStatusSink>();

/** Runs a call; what a command of it ends with goes to `sink`. */
export function withExitStatus<T>(sink: ExitStatusSink, run: () => T): T {
  return sinks.run(sink, run);
}

/** Tells what a command of the call that is running has ended with; outside of one, nobody. */
export function reportExitStatus(status: number): void {
  sinks.getStore()?.(status);
}
