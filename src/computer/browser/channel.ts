/** Commands to one tab, none of which can wait forever. */
import type { ProtocolMapping } from 'devtools-protocol/types/protocol-mapping.js';
import type { CDPSession } from 'puppeteer-core';
import { bounded } from '../bounded.ts';
import { PageUnresponsiveError, TabClosedError } from './errors.ts';

export type Command = keyof ProtocolMapping.Commands;
export type CommandParams<C extends Command> = ProtocolMapping.Commands[C]['paramsType'][0];
export type CommandResult<C extends Command> = ProtocolMapping.Commands[C]['returnType'];

/** Own limits for one command. */
export interface SendOptions {
  readonly limitMs?: number;
  /** What to throw at the limit. */
  readonly onLimit?: () => unknown;
}

export class Channel {
  readonly session: CDPSession;
  readonly #responseMs: number;
  readonly #onUnresponsive: (error: PageUnresponsiveError) => void;
  #trouble = new AbortController();

  /**
   * @param responseMs - how long a command may take
   * @param onUnresponsive - told when one took longer
   */
  constructor(
    session: CDPSession,
    responseMs: number,
    onUnresponsive: (error: PageUnresponsiveError) => void,
  ) {
    this.session = session;
    this.#responseMs = responseMs;
    this.#onUnresponsive = onUnresponsive;
  }

  /** Aborts when the page can take no commands, with what the model reads as its reason. */
  get trouble(): AbortSignal {
    return this.#trouble.signal;
  }

  /** Ends all commands under way and refuses later ones with `reason`. */
  fail(reason: Error): void {
    this.#trouble.abort(reason);
  }

  /** Takes commands again after `fail`. */
  revive(): void {
    if (this.#trouble.signal.aborted) this.#trouble = new AbortController();
  }

  /** @throws what `send` would throw without sending anything */
  throwIfRefused(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    this.trouble.throwIfAborted();
  }

  /**
   * @param signal - the call's; without one the command is a release that follows the call's end
   * @throws the signal's reason, `trouble`'s, PageUnresponsiveError, TabClosedError, or the protocol's error
   */
  async send<C extends Command>(
    command: C,
    params: CommandParams<C>,
    signal: AbortSignal | undefined,
    options: SendOptions = {},
  ): Promise<CommandResult<C>> {
    const { limitMs = this.#responseMs } = options;
    const onLimit = options.onLimit ?? (() => this.#unresponsive(limitMs));
    const signals = signal === undefined ? [this.trouble] : [signal, this.trouble];
    this.throwIfRefused(signal);
    try {
      return await bounded(this.session.send(command, params), signals, limitMs, onLimit);
    } catch (error) {
      if (this.session.detached && !signals.some((each) => each.aborted)) throw new TabClosedError();
      throw error;
    }
  }

  #unresponsive(limitMs: number): PageUnresponsiveError {
    const error = new PageUnresponsiveError(limitMs);
    this.#onUnresponsive(error);
    return error;
  }
}
