/** Where a desktop comes from: what starts one, and what ends it. */
import type { Duplex } from 'node:stream';
import type { Event } from '../../base/emitter.ts';
import type { ShellProcess } from '../../base/shellPlace.ts';
import type { Point } from './geometry.ts';

/** A desktop that runs (or is reached) for one session. */
export interface DesktopMachine {
  /** A new connection to its VNC server, before the first byte of the protocol. @throws DesktopUnavailable */
  connect(signal: AbortSignal): Promise<Duplex>;
  /** What the VNC server is told when it asks who connects. */
  readonly credentials: Credentials;
  /** What keeps its programs from the user's own things. */
  readonly isolation: Isolation;
  /**
   * Whether nobody on the way can read or change what crosses: a pipe, a unix socket, loopback, SSH. Where it is not, only
   * a security type of the server with TLS keeps the screen and what is typed from others.
   */
  readonly isStreamPrivate: boolean;
  /** How long the programs that it opens by itself may take to show, in ms; 0 for one that runs already. */
  readonly warmUpMs: number;
  /** The machine ended by itself: a plain sentence, which may quote what it printed last. */
  readonly onEnd: Event<string>;
  /** Covers the screen with a black window of ours that records clicks; undefined where none can be shown. */
  recordClicks?(): ClickRecorder | undefined;
  /**
   * Starts a program there as the leader of a process group; absent where only the screen can be had.
   * @throws an error with a plain message; the signal's reason
   */
  spawnShell?(command: readonly string[], signal: AbortSignal): Promise<ShellProcess>;
  /** What its network has kept programs from since this was called last, in sentences. */
  takeRefusals?(): readonly string[];
  /** Ends it and removes what it left. Safe to call twice. */
  close(): Promise<void>;
}

export interface ClickRecorder {
  /** Takes the window away. Answers where buttons were pressed in it, in order, in px of the screen; hostile input. */
  end(): Promise<readonly Point[]>;
}

/**
 * - `sandbox`: programs of this machine, which see its system read-only and nothing of the user's
 * - `container`: a container of Docker
 * - `machine`: another machine; what its user may do there, Claude may
 * - `none`: programs of this machine, which can do what the user can
 */
export interface Isolation {
  readonly kind: 'sandbox' | 'container' | 'machine' | 'none';
  /** Whole sentences for the user: what is kept apart and what is not, and why not where it could be. */
  readonly detail: string;
}

export interface Credentials {
  readonly username?: string;
  /** Asked for only when the server wants one. Undefined: the user gave none. */
  readonly password: () => Promise<string | undefined>;
}

/** A way to get a desktop. Knowing of it costs nothing. */
export interface DesktopSource {
  readonly kind: 'virtual' | 'docker' | 'vnc';
  /** Of a desktop that is reached by one, as the user wrote it. */
  readonly address?: string;
  /** What the user reads: `Virtual desktop`. */
  readonly label: string;
  /**
   * @throws DesktopUnavailable when it cannot be had
   * @throws the signal's reason
   */
  start(signal: AbortSignal): Promise<DesktopMachine>;
}

/** No desktop can be had; `help` says what to do about it. Both are whole sentences for the user. */
export class DesktopUnavailable extends Error {
  override readonly name = 'DesktopUnavailable';
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
}
