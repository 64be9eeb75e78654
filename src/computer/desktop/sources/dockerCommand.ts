/** Runs the `docker` command, as the user's configuration has it: its context says which engine, here or far away. */
import { spawn } from 'node:child_process';
import { childEnvironment } from '../../../base/childEnvironment.ts';
import { DesktopUnavailable } from '../machine.ts';
import { firstLines, lastLines } from './firstLines.ts';

export interface DockerResult {
  readonly status: number;
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
}

export interface DockerCallOptions {
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** Told of each line of progress. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

const MAX_OUTPUT_CHARACTERS = 200_000;

export class DockerCommand {
  readonly executable: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(executable: string, env: NodeJS.ProcessEnv) {
    this.executable = executable;
    this.env = childEnvironment(env);
  }

  /**
   * Runs it to its end.
   * @throws DesktopUnavailable when it cannot be run, or takes longer than `limitMs`; the signal's reason
   */
  async call(
    args: readonly string[],
    { signal, limitMs, onProgress }: DockerCallOptions,
  ): Promise<DockerResult> {
    signal.throwIfAborted();
    const limit = AbortSignal.timeout(limitMs);
    const child = spawn(this.executable, args, {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, limit]),
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(0, MAX_OUTPUT_CHARACTERS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_OUTPUT_CHARACTERS);
      if (onProgress !== undefined)
        for (const line of text.split('\n')) if (line.trim()) onProgress(line.trim());
    });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.once('error', reject).once('close', (code) => resolve(code ?? -1));
    try {
      return { status: await promise, stdout, stderr };
    } catch (error) {
      signal.throwIfAborted();
      throw limit.aborted ? this.#tookTooLong(args, limitMs) : this.#cannotRun(error);
    }
  }

  /**
   * As {@link call}, for one that has to succeed.
   * @param failure - begins the sentence that says so
   */
  async succeed(args: readonly string[], failure: string, options: DockerCallOptions): Promise<string> {
    const { status, stdout, stderr } = await this.call(args, options);
    if (status !== 0) throw dockerFailure(failure, stderr);
    return stdout;
  }

  #tookTooLong(args: readonly string[], limitMs: number): DesktopUnavailable {
    return new DesktopUnavailable(
      `"docker ${args[0]}" took longer than ${Math.round(limitMs / 1000)} s.`,
      'See whether "docker info" answers in a terminal.',
    );
  }

  #cannotRun(error: unknown): DesktopUnavailable {
    const reason = error instanceof Error ? error.message : String(error);
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? new DesktopUnavailable(
          `The command "${this.executable}" was not found.`,
          'Install Docker, or set the path of docker in the settings.',
        )
      : new DesktopUnavailable(
          `The command "${this.executable}" cannot be run: ${reason}`,
          'Check its path.',
        );
  }
}

/** What to tell of a command that failed. `stderr` is what it printed. */
export function dockerFailure(failure: string, stderr: string): DesktopUnavailable {
  const help = HELP.find(({ pattern }) => pattern.test(stderr))?.help;
  return new DesktopUnavailable(
    `${failure}: ${lastLines(stderr) || firstLines('It did not say why.')}`,
    help ?? 'See whether "docker info" answers in a terminal.',
  );
}

/** In the words of Docker. */
const HELP = [
  {
    pattern: /permission denied.*(docker\.sock|daemon)/is,
    help: 'You may not use Docker: add yourself to the group "docker" and log in again, or use rootless Docker.',
  },
  {
    pattern: /cannot connect to the docker daemon|is the docker daemon running|error during connect/i,
    help: 'Start Docker, or choose the context of an engine that runs (docker context use).',
  },
  {
    pattern: /pull access denied|manifest unknown|repository does not exist|not found: manifest/i,
    help: 'There is no such image that you may use. Check its name in the settings; a private one needs "docker login".',
  },
  {
    pattern:
      /no such host|i\/o timeout|tls handshake|connection refused|temporary failure in name resolution/i,
    help: 'The registry cannot be reached: check the network and the proxy that Docker is set to.',
  },
  { pattern: /no space left/i, help: 'The disk of the engine is full: "docker system prune" makes room.' },
  { pattern: /no matching manifest/i, help: 'The image is not made for the processor of this engine.' },
] as const;
