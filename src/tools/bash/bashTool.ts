/** The tool `bash_20250124`: a shell that stays, where the computer is. */

import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaRunnableTool } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool';
import { type OutputSink, outputSink } from '../../base/callOutput.ts';
import { untilAborted } from '../../base/delay.ts';
import { reportExitStatus } from '../../base/exitStatus.ts';
import type { ShellPlace } from '../../base/shellPlace.ts';
import { OutputFiles } from './outputFiles.ts';
import { type CommandResult, Shell } from './shell.ts';
import { BASH_TOOL_NAME } from './toolName.ts';

export interface BashToolOptions {
  readonly place: ShellPlace;
  /** How long a command may take, in ms, as of now. */
  readonly limitMs: () => number;
  /** Where the folder for long outputs is made; the system's temporary folder by default. */
  readonly tempRoot?: string;
}

/** Longest command, in UTF-16 units. A shell reads what comes by a pipe byte by byte. */
const MAX_COMMAND = 200_000;

export class BashTool {
  readonly #place: ShellPlace;
  readonly #limitMs: () => number;
  readonly #files: OutputFiles;
  readonly #closing = new AbortController();
  #shell: Shell | undefined;
  /** Where the next shell begins. */
  #folder = '';
  /** Whether a shell was ended of which the model does not know that. */
  #isLost = false;
  /** The latest call; each waits for the one before. Never rejects. */
  #latest: Promise<unknown> = Promise.resolve();

  /** Nothing runs until the first command. */
  constructor({ place, limitMs, tempRoot }: BashToolOptions) {
    this.#place = place;
    this.#limitMs = limitMs;
    this.#files = new OutputFiles(tempRoot);
  }

  /** What the SDK's runner takes. */
  readonly tool: BetaRunnableTool<unknown> = {
    type: 'bash_20250124',
    name: BASH_TOOL_NAME,
    // As it is: what is wrong with it is a result like any other, and told by `run`.
    parse: (input) => input,
    run: (input, context) => this.call(input, context?.signal ?? undefined),
  };

  /**
   * Does what the model asks for. Calls at the same time are done one after another.
   * @throws ToolError with what the model reads; the signal's reason
   */
  call(input: unknown, signal?: AbortSignal): Promise<string> {
    const ended = this.#closing.signal;
    const joined = signal ? AbortSignal.any([signal, ended]) : ended;
    const sink = outputSink();
    const done = this.#latest.then(() => this.#do(input, joined, sink));
    this.#latest = done.catch(() => undefined);
    return done;
  }

  /** Ends the shell with all it runs, background jobs too. The model is told with its next command. Never rejects. */
  async stop(): Promise<void> {
    if (!this.#shell?.isAlive) return;
    this.#isLost = true;
    await this.#shell.kill();
  }

  /** Ends what runs and removes the files. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing.abort(new ToolError('The session was closed.'));
    await this.#shell?.kill();
    await this.#latest;
    await Promise.all([this.#files.close(), this.#place.close?.()]);
  }

  async #do(input: unknown, signal: AbortSignal, sink: OutputSink | undefined): Promise<string> {
    signal.throwIfAborted();
    const { command, restart } = fieldsOf(input);
    if (restart === true) return this.#restart();
    if (typeof command !== 'string' || command.trim() === '')
      throw new ToolError('No command was given. Give `command`, or `restart: true` for a new shell.');
    if (command.length > MAX_COMMAND || command.includes('\0'))
      throw new ToolError(`The command is longer than ${MAX_COMMAND} characters, or has a NUL in it.`);
    await this.#confirmed(command, signal);
    return this.#run(command, signal, sink);
  }

  /** Takes as long as the user does: the limit of time is the command's. */
  async #confirmed(command: string, signal: AbortSignal): Promise<void> {
    const { confirm } = this.#place;
    if (!confirm) return;
    let isAllowed: boolean;
    try {
      isAllowed = await untilAborted(confirm(command, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new ToolError(
        `The command was not run: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (!isAllowed) throw new ToolError('The person did not allow this command. Ask what to do instead.');
  }

  async #restart(): Promise<string> {
    await this.#shell?.kill();
    this.#shell = undefined;
    this.#folder = '';
    this.#isLost = false;
    return 'The shell was restarted: its variables, its folder and its background jobs are gone.';
  }

  async #run(command: string, signal: AbortSignal, sink: OutputSink | undefined): Promise<string> {
    const limitMs = this.#limitMs();
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new Error(`It did not start within ${limitMs / 1000} s.`)),
      limitMs,
    );
    const limited = AbortSignal.any([signal, limit.signal]);
    try {
      const shell = await this.#running(signal, limited);
      const result = await shell.run(command, limited, sink);
      this.#folder = shell.folder;
      if (signal.aborted) this.#isLost = true;
      signal.throwIfAborted();
      // Its result tells.
      if (result.end.kind !== 'done') this.#shell = undefined;
      const news = this.#isLost ? [NEW_SHELL] : [];
      this.#isLost = false;
      if (result.end.kind !== 'killed' && result.end.status >= 0) reportExitStatus(result.end.status);
      return told(result, limitMs, news, this.#place.takeRefusals?.() ?? []);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param limited - aborts with `signal`, and when the time is over */
  async #running(signal: AbortSignal, limited: AbortSignal): Promise<Shell> {
    if (this.#shell) {
      if (this.#shell.isAlive && !(await this.#place.isOutdated?.())) return this.#shell;
      // Also one that has ended between commands.
      this.#isLost = true;
      await this.#shell.kill();
    }
    this.#shell = undefined;
    try {
      this.#shell = await Shell.start(this.#place, this.#folder, () => this.#files.next(), limited);
    } catch (error) {
      signal.throwIfAborted();
      throw new ToolError(`No shell can be had: ${error instanceof Error ? error.message : String(error)}`);
    }
    return this.#shell;
  }
}

const NEW_SHELL =
  '[This is a new shell in the folder of the last one, which was ended with its variables and background jobs.]';

function fieldsOf(input: unknown): { readonly command?: unknown; readonly restart?: unknown } {
  return typeof input === 'object' && input !== null ? input : {};
}

/** What the model reads of a command that has ended. @throws ToolError for one that ended by the time limit */
function told(
  { end, output, before }: CommandResult,
  limitMs: number,
  news: readonly string[],
  refusals: readonly string[],
): string {
  const parts = [
    ...news,
    ...(before === '' ? [] : [`[Background jobs had printed before:]\n${before.trimEnd()}\n[The command:]`]),
    ...(output === '' ? [] : [output.trimEnd()]),
    ...refusals.map((refusal) => `[${refusal}]`),
  ];
  switch (end.kind) {
    case 'done':
      if (end.status !== 0) parts.push(`[Exit status ${end.status}]`);
      else if (output === '') parts.push('[No output]');
      return parts.join('\n');
    case 'shell-ended':
      return [
        ...parts,
        `[The shell has ended${end.status >= 0 ? ` with status ${end.status}` : ''}. The next command gets a new one.]`,
      ].join('\n');
    case 'killed':
      throw new ToolError(
        [
          ...parts,
          `[Ended by the time limit of ${limitMs / 1000} s, with the shell and all it ran; the next command gets a ` +
            'new shell in the same folder, without the variables. Standard input is empty: a program that waits for ' +
            'answers needs them by a pipe or an option. Start what has to go on with & and its output in a file.]',
        ].join('\n'),
      );
  }
}
