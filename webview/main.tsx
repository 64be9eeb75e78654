/** The webview's entry: connects, builds the services, renders. */
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { ordinal } from '../src/protocol/transcript.ts';
import { App } from './app.tsx';
import { AppProvider, type AppServices } from './app-context.ts';
import { reportErrors } from './errors.ts';
import { Finder } from './find/finder.ts';
import { connectHost } from './host.ts';
import type { Navigation } from './list/navigation.ts';
import { CurrentAction } from './live/current-action.ts';
import { LiveStore } from './live/live-store.ts';
import { createMarkdown } from './markdown/renderer.ts';
import { answerPings, tellFocus } from './signs-of-life.ts';
import { scheduleFrame } from './store/frame.ts';
import { Prompts } from './store/prompts.ts';
import { Questions } from './store/questions.ts';
import { SessionStore } from './store/session-store.ts';
import { ViewState } from './store/view-state.ts';
import { strings } from './strings.ts';

const host = connectHost();
const reportError = reportErrors(host.post);

const viewState = new ViewState({
  saved: host.getState(),
  save: host.setState,
  schedule: (callback, ms) => {
    setTimeout(callback, ms);
  },
});
const after = (callback: () => void, ms: number) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};
const prompts = new Prompts({
  post: host.post,
  kept: viewState,
  newId: () => crypto.getRandomValues(new Uint32Array(4)).join('-'),
  after,
});
const store = new SessionStore({
  post: host.post,
  onSent: (message) => prompts.answer(message),
  anchorOf: (session) => viewState.enter(session),
  around: () => viewState.anchor?.ordinal ?? null,
  schedule: scheduleFrame,
  after,
  onError: reportError,
  now: () => performance.now(),
});
const questions = new Questions(host.post);
const navigation = signal<Navigation | null>(null);
const finder = new Finder({
  search: (query, from, then) => questions.search(query, from, then),
  reading: () => navigation.peek()?.reading() ?? ordinal(0),
  schedule: after,
});
const live = new LiveStore({
  post: host.post,
  // The host's bytes are in memory of their own.
  decode: ({ image, mediaType }) =>
    createImageBitmap(new Blob([image as Uint8Array<ArrayBuffer>], { type: mediaType })),
  onError: reportError,
});
const currentAction = new CurrentAction({ schedule: after });
const services: AppServices = {
  store,
  viewState,
  prompts,
  strings,
  markdown: createMarkdown(strings),
  post: host.post,
  reportError,
  enlarged: signal(null),
  expanded: new Map(),
  navigation,
  questions,
  finder,
  live,
  currentAction,
  endRequests: signal(0),
  promptRequests: signal(0),
  consentRequests: signal(0),
};

let shownSession: string | undefined;
effect(() => {
  const session = store.opened.value?.session;
  if (session === shownSession) return;
  shownSession = session;
  services.expanded.clear();
  finder.close();
});
effect(() => {
  if (store.opened.value) live.askAgain();
});
const answerPing = answerPings(host.post);
tellFocus(host.post);
host.onMessage((message) => {
  currentAction.receive(message);
  switch (message.type) {
    case 'ping':
      answerPing(message.id);
      break;
    case 'search-results':
    case 'user-found':
      questions.answer(message);
      break;
    case 'live-frame':
    case 'live-rfb':
    case 'live-screen':
    case 'live-pointer':
    case 'live-dialog':
      live.receive(message);
      break;
    default:
      store.receive(message);
  }
});
window.addEventListener('pagehide', () => viewState.flush());
document.addEventListener('visibilitychange', () => viewState.flush());

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
render(
  <AppProvider value={services}>
    <App />
  </AppProvider>,
  root,
);
store.start();
prompts.resume();
