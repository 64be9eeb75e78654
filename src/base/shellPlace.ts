/** Where commands run: a machine, a container, a sandbox. */
import type { Writable } from 'node:stream';
import type { ByteSource } from './byteSource.ts';

/** The variable by which what a program has started is found. Its value is another one for each. */
export const SHELL_MARK = 'COMPUTER_USE_CHAT_SHELL';

/** A program that runs there. */
export interface ShellProcess {
  readonly input: Writable;
  /** What it and its children print to their standard output. */
  readonly output: ByteSource;
  /** Resolves when the program has ended; never rejects. */
  readonly ended: Promise<void>;
  /**
   * Ends it, its process group and what has left that, by force. The group is ended at once; resolves when nothing else is
   * found any more. Never rejects; safe to call twice.
   */
  kill(): Promise<void>;
}

export interface ShellPlace {
  /** Where it is, as part of a sentence for the model: `the sandbox of the virtual desktop`. */
  readonly description: string;
  /** Whether commands there can read what the host writes to its temporary folder. */
  readonly seesFiles?: boolean;
  /** `sandbox`: nothing of the user's is within reach but what they have put there. */
  readonly isolation: 'sandbox' | 'none';
  /**
   * Resolves, before each command, to whether the user allows it, however long they take. Rejects with a plain message where
   * there is another reason against it. Absent where nothing of the user's is within reach.
   */
  readonly confirm?: (command: string, signal: AbortSignal) => Promise<boolean>;
  /**
   * Starts a program as the leader of a process group of its own.
   * @throws an error with a plain message when it cannot be started; the signal's reason
   */
  spawn(command: readonly string[], signal: AbortSignal): Promise<ShellProcess>;
  /** Whether the place no longer keeps the program that was started last from all that it should: it has to be ended then. */
  isOutdated?(): Promise<boolean>;
  /** What the place has kept programs from since this was called last, in sentences for the model. */
  takeRefusals?(): readonly string[];
  /** Removes what it left, once its programs have ended. Safe to call twice. */
  close?(): Promise<void>;
}
