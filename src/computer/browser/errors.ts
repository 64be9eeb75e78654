/** What the model reads when something does not work. Fixed phrases: no page text gets into them. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';

export { refuse } from '../inputs.ts';

/** The tab went away: closed by the page, by the model or with its window. */
export class TabClosedError extends ToolError {
  constructor() {
    super('The tab was closed.');
  }
}

/** The tab's renderer process ended. The tab is there still and can be navigated. */
export class PageCrashedError extends ToolError {
  constructor() {
    super('The page crashed. Use navigate (reload works too) to load it again, or close_tab.');
  }
}

/** The page's main thread did not answer in time. */
export class PageUnresponsiveError extends ToolError {
  constructor(limitMs: number) {
    super(
      `The page did not respond within ${limitMs / 1000} s. It may be busy or stuck: wait and try again, ` +
        'navigate it elsewhere, or close the tab.',
    );
  }
}

/** The browser's process ended by itself. */
export class BrowserCrashedError extends ToolError {
  constructor() {
    super(
      'The browser ended unexpectedly. The next call starts a new one with one empty tab: ' +
        'open tabs, cookies and entered text are lost.',
    );
  }
}

/** The browser ended between two calls, and a new one has been started for this call, which was not run. */
export class BrowserRestartedError extends ToolError {
  constructor() {
    super(
      'Not executed: the browser ended unexpectedly since the last call. A new one runs now with one empty tab: ' +
        'open tabs, cookies and entered text are lost. Navigate again first.',
    );
  }
}

/** There is no browser on this machine, or it does not start. */
export class BrowserUnavailableError extends ToolError {
  /** What the user can do about it. */
  readonly help: string;
  /** What the user reads; may quote the browser's own output. */
  readonly reason: string;

  constructor(reason: string, help: string) {
    super('No browser can be started on this machine. The user has been told what to do about it.');
    this.reason = reason;
    this.help = help;
  }
}

/** An element reference that names nothing (any more). */
export class StaleReferenceError extends ToolError {
  constructor() {
    super('This element reference is unknown or stale. Use read_page or find again.');
  }
}
