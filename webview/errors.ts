import type { WebviewErrorMessage } from '../src/protocol/messages.ts';

/** Reports per life of the page. A broken row that fails every frame must not flood the log. */
const MAX_REPORTS = 20;
/** Within what the host accepts. */
const MAX_MESSAGE_LENGTH = 4_000;

export type ReportError = (error: unknown) => void;

/** Sends errors, those nobody caught included, to the host's log. */
export function reportErrors(post: (message: WebviewErrorMessage) => void): ReportError {
  let reports = 0;
  const report: ReportError = (error) => {
    if (reports >= MAX_REPORTS) return;
    reports++;
    post({ type: 'webview-error', message: describe(error).slice(0, MAX_MESSAGE_LENGTH) });
  };
  window.addEventListener('error', (event) => {
    // Browsers report this when an observer's work is put off to the next frame; nothing is lost.
    if (event.message.includes('ResizeObserver loop')) return;
    report(event.error ?? event.message);
  });
  window.addEventListener('unhandledrejection', (event) => report(event.reason));
  return report;
}

function describe(error: unknown): string {
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`;
  return String(error);
}
