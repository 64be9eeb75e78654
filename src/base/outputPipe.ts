/** A pipe for what a program prints, which costs the host next to no memory however much that is. */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ByteSource, pipeSource } from './byteSource.ts';
import { makeTempFolderSync, removeOrphanedTempFolders } from './tempFolders.ts';

export interface OutputPipe {
  /** What comes out. It has no end: that of the program tells. */
  readonly source: ByteSource;
  /** What goes in, as a program's standard output. Its opener closes it once the program has it. */
  readonly fd: number;
}

const PREFIX = 'computer-use-chat-pipe-';

/** Whether those of hosts that were killed in the middle of it were looked for. */
let hasLooked = false;

/**
 * Makes one of a name, which is gone when this resolves. Node's own cannot be read into one buffer; and the two ends are
 * opened each by itself, as the program's must wait where ours must not. Not on Windows.
 * @throws what keeps it from being made; the signal's reason
 */
export async function openOutputPipe(signal: AbortSignal): Promise<OutputPipe> {
  signal.throwIfAborted();
  if (!hasLooked) void removeOrphanedTempFolders(PREFIX, os.tmpdir());
  hasLooked = true;
  const file = path.join(makeTempFolderSync(PREFIX, os.tmpdir()), 'output');
  let out: number | undefined;
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', file], { signal });
    // For both ways, as that waits for nobody at the other end.
    out = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
    return { source: pipeSource(out), fd: openSync(file, constants.O_WRONLY) };
  } catch (error) {
    if (out !== undefined) closeSync(out);
    signal.throwIfAborted();
    throw error;
  } finally {
    await rm(path.dirname(file), { recursive: true, force: true });
  }
}
