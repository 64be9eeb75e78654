/** Speaks with the script that runs a virtual desktop. What comes from it may come from the desktop's programs: hostile. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Emitter } from '../../../base/emitter.ts';
import { BRIDGE_READY } from '../../../base/sandbox/bridge.ts';
import type { SandboxUser } from '../../../base/sandbox/sandboxUser.ts';
import { shellQuote } from '../../../base/shellQuote.ts';
import type { SUPERVISOR } from './virtualScript.ts';

/** A program on the desktop. */
export interface DesktopProgram {
  /** What it printed to both outputs, up to a limit, and how it ended. Never rejects: a desktop that ends, ends it. */
  readonly ended: Promise<ProgramEnd>;
  /** Ends it and its children by force. */
  kill(): void;
}

export interface ProgramEnd {
  /** As a shell has it: 128 and the signal's number for one that was killed, 127 for one not found, -1 if unknown. */
  readonly status: number;
  /** The first of {@link ProgramOptions.maxOutputBytes} bytes, in UTF-8. */
  readonly output: string;
}

export interface ProgramOptions {
  /** More variables, or other values of those that are set. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the output that is kept. Default 100,000; 0 for what may run for long. */
  readonly maxOutputBytes?: number;
}

export interface SupervisorOptions {
  /** What to run the script with: `/bin/sh`, or `bwrap` and its arguments up to that. */
  readonly shell: readonly string[];
  /** Where the shell finds {@link SUPERVISOR}. */
  readonly script: string;
  /** The X server's command. */
  readonly server: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whom it runs as; undefined: as the host does. */
  readonly user: SandboxUser | undefined;
}

/** Of what the X server and `bwrap` printed, the last so many characters are kept. */
const MAX_LOG_CHARACTERS = 8_000;

/** The script's own lines are shorter; a longer one is not from it, and not kept. */
const MAX_LINE_CHARACTERS = 4_096;

/** How long a desktop may take to end in good order. The script's own limit is shorter. */
const END_LIMIT_MS = 4_000;

interface Running {
  readonly chunks: Buffer[];
  room: number;
  readonly end: (status: number) => void;
}

export class Supervisor {
  readonly #child: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };
  readonly #display = Promise.withResolvers<number>();
  #bridge: PromiseWithResolvers<boolean> | undefined;
  readonly #exited = Promise.withResolvers<void>();
  readonly #onEnd = new Emitter<string>();
  readonly #programs = new Map<number, Running>();
  #lastId = 0;
  #log = '';
  #line = '';
  #isUp = false;
  #hasEnded = false;

  /** It, or what runs it, ended by itself; told once, with what was printed last. */
  readonly onEnd = this.#onEnd.event;

  constructor({ shell, script, server, folder, env, user }: SupervisorOptions) {
    const [command = '/bin/sh', ...args] = shell;
    // A process group of its own, to be ended as one.
    const child = spawn(command, [...args, script, ...server], {
      cwd: folder,
      env,
      ...user,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    // A rejection is for whoever waits for the display; nobody may.
    this.#display.promise.catch(() => undefined);
    child.stdin.on('error', () => undefined); // it has ended, which `exit` tells
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-MAX_LOG_CHARACTERS);
    });
    child.stdout.setEncoding('latin1').on('data', (text: string) => this.#read(text));
    child.once('error', (error) => {
      this.#log += error.message;
      this.#end();
    });
    // Programs may keep the pipes open for longer than the process lives: not `close`.
    child.once('exit', () => this.#end());
  }

  /** The number of its X display. Rejects when it ends before it has one. */
  get display(): Promise<number> {
    return this.#display.promise;
  }

  /** What the X server printed last. */
  get log(): string {
    return this.#log;
  }

  /** Runs a program on the desktop. */
  run(command: string, args: readonly string[], options: ProgramOptions): DesktopProgram {
    return this.#start(options.maxOutputBytes === 0 ? 'launch' : 'run', command, args, options);
  }

  /** Runs what leads to the network. Answers whether it does, once that is known; it never rejects. */
  async runBridge(command: string, args: readonly string[], options: ProgramOptions): Promise<boolean> {
    this.#bridge = Promise.withResolvers<boolean>();
    const { ended } = this.#start('bridge', command, args, options);
    return Promise.race([this.#bridge.promise, ended.then(() => false)]);
  }

  #start(
    verb: 'run' | 'launch' | 'bridge',
    command: string,
    args: readonly string[],
    options: ProgramOptions,
  ): DesktopProgram {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
    const chunks: Buffer[] = [];
    const end = (status: number) => resolve({ status, output: Buffer.concat(chunks).toString('utf8') });
    if (this.#hasEnded) {
      end(-1);
      return { ended: promise, kill: () => undefined };
    }
    const room = options.maxOutputBytes ?? 100_000;
    this.#programs.set(id, { chunks, room, end });
    const variables = Object.entries(options.env ?? {}).map(([name, value]) =>
      shellQuote(`${name}=${value}`),
    );
    const words = [
      ...(variables.length > 0 ? ['env', ...variables] : []),
      ...[command, ...args].map(shellQuote),
    ];
    const line = Buffer.from(`exec ${words.join(' ')}`).toString('base64');
    this.#child.stdin.write(`${verb} ${id} ${line}\n`);
    return { ended: promise, kill: () => this.#child.stdin.write(`kill ${id}\n`) };
  }

  /** Ends the desktop: its programs at once, the X server in good order, by force when that takes too long. */
  async close(): Promise<void> {
    this.#onEnd.dispose();
    this.#child.stdin.end();
    // Before the X server is up the script does not look at its input.
    const timer = setTimeout(() => this.#kill(), this.#isUp ? END_LIMIT_MS : 0);
    await this.#exited.promise;
    clearTimeout(timer);
    // Pipes that a program still holds must not keep the host.
    this.#child.stdout.destroy();
    this.#child.stderr?.destroy();
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL'); // no group of its own: it is about to be
    }
  }

  #read(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS);
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const [verb, first = '', second = ''] = line.split(' ', 3);
    switch (verb) {
      case 'display':
        if (!/^\d{1,5}$/.test(first)) break;
        this.#isUp = true;
        this.#display.resolve(Number(first));
        break;
      case BRIDGE_READY:
        this.#bridge?.resolve(true);
        break;
      case 'server':
        // The rest goes with it; `exit` tells.
        this.#child.stdin.end();
        break;
      case 'out': {
        const program = this.#programs.get(Number(first));
        if (program === undefined || program.room <= 0) break;
        const bytes = Buffer.from(second, 'base64').subarray(0, program.room);
        program.room -= bytes.length;
        program.chunks.push(bytes);
        break;
      }
      case 'end': {
        const program = this.#programs.get(Number(first));
        this.#programs.delete(Number(first));
        program?.end(/^\d{1,3}$/.test(second) ? Number(second) : -1);
        break;
      }
    }
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const program of this.#programs.values()) program.end(-1);
    this.#programs.clear();
    this.#display.reject(new Error('The X server has ended.'));
    this.#exited.resolve();
    this.#onEnd.fire(this.#log);
  }
}
