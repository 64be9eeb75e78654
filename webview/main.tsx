/** The webview's entry: connects, builds the services, renders. */
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { AppProvider, type AppServices } from './app-context.ts';
import { reportErrors } from './errors.ts';
import { connectHost } from './host.ts';
import { createMarkdown } from './markdown/renderer.ts';
import { scheduleFrame } from './store/frame.ts';
import { Prompts } from './store/prompts.ts';
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
const prompts = new Prompts({ post: host.post, draft: viewState });
const store = new SessionStore({
  post: host.post,
  onSent: (message) => prompts.answer(message),
  onOpened: () => prompts.giveUp(),
  anchorOf: (session) => viewState.enter(session),
  around: () => viewState.anchor?.ordinal ?? null,
  schedule: scheduleFrame,
  onError: reportError,
  now: () => performance.now(),
});
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
  endRequests: signal(0),
  promptRequests: signal(0),
};

let shownSession: string | undefined;
effect(() => {
  const session = store.opened.value?.session;
  if (session === shownSession) return;
  shownSession = session;
  services.expanded.clear();
});
host.onMessage((message) => store.receive(message));
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
