/** How large the screen is and how long anything may take. */

/** The page area in CSS pixels, one device pixel each; a good size for the web (API documentation, browser use). */
export const VIEWPORT = { width: 1280, height: 800 } as const;

/** Most tabs at a time. A page that opens windows in a loop would otherwise exhaust the machine. */
export const MAX_TABS = 30;

/** All in milliseconds. */
export interface Limits {
  /** For the browser to start and answer. Cold starts on a loaded machine take seconds. */
  readonly launchMs: number;
  /** For the page to answer one input, script or capture. A page may be busy for a while; beyond this it hangs. */
  readonly responseMs: number;
  /** For a server to answer a navigation. */
  readonly navigationMs: number;
  /** For a page to become quiet after an action. */
  readonly actionSettleMs: number;
  /** For a page to load and become quiet after a navigation. */
  readonly navigationSettleMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  launchMs: 30_000,
  responseMs: 10_000,
  navigationMs: 30_000,
  actionSettleMs: 2_500,
  navigationSettleMs: 10_000,
};
