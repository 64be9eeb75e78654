/** A child process with an input and an output, as shells need it. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type ByteSource, streamSource } from './byteSource.ts';
import { openOutputPipe } from './outputPipe.ts';

export interface ShellChild {
  readonly child: ChildProcess;
  readonly input: Writable;
  /** Has an end of its own or not: that of the process tells. */
  readonly output: ByteSource;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Starts a program. What it prints as errors is dropped.
 * @throws what keeps it from starting; the signal's reason
 */
export async function spawnShellChild(
  file: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env' | 'detached' | 'uid' | 'gid'>,
  signal: AbortSignal,
): Promise<ShellChild> {
  const pipe = process.platform === 'win32' ? undefined : await openOutputPipe(signal);
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  try {
    const stdio = ['pipe', pipe?.fd ?? 'pipe', 'ignore'] as const;
    const child = spawn(file, args, { ...options, windowsHide: true, stdio: [...stdio] });
    child.once('spawn', started.resolve);
    child.once('error', (error) => {
      started.reject(error);
      ended.resolve();
    });
    child.once('exit', () => ended.resolve());
    await started.promise;
    const { stdin, stdout } = child;
    if (!stdin) throw new Error('It has no input.');
    stdin.on('error', () => undefined); // it has ended, which `ended` tells
    const output = pipe?.source ?? (stdout && streamSource(stdout));
    if (!output) throw new Error('It has no output.');
    return { child, input: stdin, output, ended: ended.promise };
  } catch (error) {
    pipe?.source.destroy();
    throw error;
  } finally {
    if (pipe) closeSync(pipe.fd);
  }
}
