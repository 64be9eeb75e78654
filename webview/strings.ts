/** Every word of the webview. */
export const strings = {
  // Header
  newSession: 'New Session',
  httpLogsOn: 'Stop logging HTTP exchanges',
  httpLogsOff: 'Log HTTP exchanges',
  showHttpLogs: 'Show the HTTP exchange log',
  tokens: '{0} in · {1} out',
  tokensTitle: 'Tokens of this session: {0} read, {1} written',
  stateIdle: 'Ready',
  stateStopping: 'Stopping…',
  activityStarting: 'Starting…',
  activityThinking: 'Thinking…',
  activityAnswering: 'Answering…',
  activityActing: 'Using the computer…',
  activityWaiting: 'Waiting…',
  activitySummarizing: 'Summarizing to make room…',
  // Transcript
  transcript: 'Transcript',
  loading: 'Loading…',
  outdated: 'The extension was updated. Reload the window to go on.',
  jumpToEnd: 'Jump to the end',
  newActivity: 'New activity',
  previousMessage: 'Previous message of yours',
  nextMessage: 'Next message of yours',
  find: 'Find in the transcript',
  previousMatch: 'Previous match',
  nextMatch: 'Next match',
  matchCount: '{0} of {1}',
  noResults: 'No results',
  brokenRow: 'This item cannot be shown.',
  you: 'You',
  thinking: 'Thinking…',
  thoughtFor: 'Thought for {0}',
  thoughtInterrupted: 'Thinking was interrupted',
  interrupted: 'Interrupted',
  skipped: 'Skipped',
  queued: 'Queued',
  running: 'Running',
  failed: 'Failed',
  actionInput: 'Input',
  actionResult: 'Result',
  actionReason: 'Reason',
  showTarget: 'Show where on the whole screenshot: {0}',
  screenshotOf: 'Screenshot: {0}',
  enlarge: 'Enlarge the screenshot: {0}',
  screenshotMissing: 'This screenshot is no longer stored.',
  details: 'Details',
  severityInfo: 'Information',
  severityWarning: 'Warning',
  severityError: 'Error',
  countdown: 'in {0}',
  copyCode: 'Copy code',
  copied: 'Copied',
  // Actions offered by notices
  retry: 'Retry',
  continue: 'Continue',
  setApiKey: 'Set API Key',
  startDemo: 'Try the Offline Demo',
  openSettings: 'Open Settings',
  // Screenshot viewer
  close: 'Close',
  zoomIn: 'Actual size',
  zoomOut: 'Fit to window',
  // Composer
  prompt: 'Message to Claude',
  promptPlaceholder: 'What should Claude do on the computer?',
  send: 'Send',
  stop: 'Stop',
  keyHint: 'Enter to send, Shift+Enter for a new line',
  busyHint: 'Claude is working. Stop it to send this.',
  noProvider: 'Set an Anthropic API key to talk to Claude, or try the offline demo first.',
  restricted: 'This workspace is not trusted, so Claude may not use a computer in it. You can read.',
  manageTrust: 'Manage Workspace Trust',
  elsewhere:
    'This session is in use in another window. Here you can read it; it is free again when that window lets go.',
  tooLong: 'This is too long to send.',
  endDemo: 'Leave the Demo',
  demoLabel: 'Offline demo model — no key, scripted answers',
  demoPrompt: 'Order a flat white and two croissants for Ada at the demo café.',
  // Empty transcript
  welcomeTitle: 'What should Claude do?',
  welcomeText:
    'Claude uses a browser of its own, step by step, while you watch. You can stop it at any moment and scroll back through everything it did.',
  examplesLabel: 'Examples',
  example1: 'Find the three most recent releases of Node.js and list what is new in each.',
  example2: 'Open http://localhost:3000 and check that the sign-up form rejects a bad e-mail address.',
  example3: 'Compare the opening hours of two libraries near me and put them in a table.',
  safety:
    'Claude can misread a page, and a page can try to mislead it. Keep passwords and payments out of its browser, and watch what matters.',
  // Durations
  milliseconds: '{0} ms',
  seconds: '{0} s',
  minutes: '{0} min {1} s',
  hours: '{0} h {1} min',
};

export type Strings = Readonly<Record<keyof typeof strings, string>>;

/** `template` with `{0}`, `{1}`, ... replaced by `values`. */
export function format(template: string, ...values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (placeholder, index) => String(values[Number(index)] ?? placeholder));
}
