/** How what runs within a call tells what it prints, without knowing whose call it is. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** What is new of an output. */
export interface OutputNews {
  /** More of its beginning, plain text; empty for nothing. */
  readonly added: string;
  /** What comes after that and may still be another: the line being written, or the end of much. Null for nothing. */
  readonly latest: LatestText | null;
}

export interface LatestText {
  readonly text: string;
  /** Bytes between the beginning and this. */
  readonly leftOut: number;
  /** Where all of it is, on this machine; null where it is nowhere, or nothing is left out. */
  readonly file: string | null;
}

/** Hears what a call prints; told a few times a second at most, and never once the call has ended. */
export type OutputSink = (news: OutputNews) => void;

const sinks = new AsyncLocalStorage<OutputSink>();

/** Runs a call whose output goes to `sink`. Within another one's `run`, in place of its sink. */
export function withOutput<T>(sink: OutputSink, run: () => T): T {
  return sinks.run(sink, run);
}

/** Where the call that is running tells what it prints: to be taken at its beginning. Undefined outside of one. */
export function outputSink(): OutputSink | undefined {
  return sinks.getStore();
}
