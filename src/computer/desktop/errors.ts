/** What the model reads when something does not work. Fixed phrases: nothing that the desktop says gets into them. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Size } from './geometry.ts';

/** The connection broke in the middle of a call. */
export class ConnectionLostError extends ToolError {
  constructor() {
    super(
      'The connection to the desktop was lost during this action, which may or may not have taken effect. ' +
        'Take a screenshot to see.',
    );
  }
}

/** The desktop ended between two calls, and a new one has been started for this call, which was not run. */
export class DesktopRestartedError extends ToolError {
  constructor() {
    super(
      'Not executed: the desktop ended unexpectedly since the last call. A new one runs now, with nothing open and ' +
        'nothing of what was entered. Take a screenshot first.',
    );
  }
}

/** Its VNC server does not answer. */
export class DesktopUnresponsiveError extends ToolError {
  constructor(limitMs: number) {
    super(
      `The desktop did not respond within ${limitMs / 1000} s. It may be busy or stuck: wait and try again.`,
    );
  }
}

/** A place was chosen on a screenshot of another size, where it may mean something else. */
export class ScreenResizedError extends ToolError {
  /** @param image - the size of screenshots now */
  constructor(image: Size) {
    super(
      `Not executed: the screen is now ${image.width}x${image.height}; take a screenshot, as the place is of the screen before.`,
    );
  }
}

/** There is none to be had. */
export class NoDesktopError extends ToolError {
  constructor() {
    super('No desktop can be started or reached. The user has been told what to do about it.');
  }
}
