/** How long anything on a desktop may take. */

/** All in milliseconds. */
export interface Limits {
  /** For its VNC server to let us in, once the machine runs. Sources and the wire have limits of their own below this. */
  readonly connectMs: number;
  /** For its VNC server to answer. A server that is busy drawing answers late; beyond this it hangs. */
  readonly responseMs: number;
  /** Without a change for this long a screen counts as quiet. */
  readonly quietMs: number;
  /** For a screen to begin to change after an action. */
  readonly beginMs: number;
  /** For a screen to become quiet after an action. */
  readonly settleMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectMs: 90_000,
  responseMs: 10_000,
  quietMs: 40,
  beginMs: 100,
  settleMs: 2_000,
};
