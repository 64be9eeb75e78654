/** How what takes a screenshot within a call tells what it saw, without knowing whose call it is. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ScreenSignature } from './screenSignature.ts';

export type ScreenSink = (screen: ScreenSignature) => void;

const sinks = new AsyncLocalStorage<ScreenSink>();

/** Runs a call whose screenshots of the whole screen go to `sink`. */
export function withSeenScreen<T>(sink: ScreenSink, run: () => T): T {
  return sinks.run(sink, run);
}

/** Where the call that is running tells what it saw: without the pointer, which moves wherever a click goes. */
export function screenSink(): ScreenSink | undefined {
  return sinks.getStore();
}
