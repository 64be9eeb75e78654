/** Every word of the webview. The host may override them in the user's language. */
const ENGLISH = {
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
  // Transcript
  transcript: 'Transcript',
  loading: 'Loading…',
  outdated: 'The extension was updated. Reload the window to go on.',
  jumpToEnd: 'Jump to the end',
  newActivity: 'New activity',
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

export type Strings = Readonly<Record<keyof typeof ENGLISH, string>>;

/** The words in English. */
export const defaultStrings: Strings = ENGLISH;

/**
 * The words to show: English, overridden by what `json` (an object of strings) has for the same names.
 *
 * @throws SyntaxError when it is not JSON
 */
export function parseStrings(json: string): Strings {
  const overrides: unknown = JSON.parse(json);
  if (typeof overrides !== 'object' || overrides === null) return ENGLISH;
  const strings: Record<keyof typeof ENGLISH, string> = { ...ENGLISH };
  for (const [name, text] of Object.entries(overrides)) {
    if (isName(name) && typeof text === 'string') strings[name] = text;
  }
  return strings;
}

/** `template` with `{0}`, `{1}`, ... replaced by `values`. */
export function format(template: string, ...values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (placeholder, index) => String(values[Number(index)] ?? placeholder));
}

function isName(name: string): name is keyof typeof ENGLISH {
  return Object.hasOwn(ENGLISH, name);
}
