/** Where a desktop comes from: what starts one, and what ends it. */
import type { Duplex } from 'node:stream';
import type { Event } from '../../base/emitter.ts';

/** A desktop that runs (or is reached) for one session. */
export interface DesktopMachine {
  /** A new connection to its VNC server, before the first byte of the protocol. @throws DesktopUnavailable */
  connect(signal: AbortSignal): Promise<Duplex>;
  /** What the VNC server is told when it asks who connects. */
  readonly credentials: Credentials;
  /** The machine ended by itself: a plain sentence, which may quote what it printed last. */
  readonly onEnd: Event<string>;
  /** Ends it and removes what it left. Safe to call twice. */
  close(): Promise<void>;
}

export interface Credentials {
  readonly username?: string;
  /** Asked for only when the server wants one. Undefined: the user gave none. */
  readonly password: () => Promise<string | undefined>;
}

/** A way to get a desktop. Knowing of it costs nothing. */
export interface DesktopSource {
  readonly kind: 'virtual' | 'docker' | 'vnc';
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
