/** The webview's one line to the extension host. No other module touches `acquireVsCodeApi`. */
import { parseViewState } from '../src/protocol/guards.ts';
import type { HostMessage, PersistedViewState, WebviewMessage } from '../src/protocol/messages.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  post(message: WebviewMessage): void;
  /** Hears every message of the host until the returned function is called. */
  onMessage(listener: (message: HostMessage) => void): () => void;
  /** What an earlier life of this panel kept, or the page in whose place this one is; undefined in a new panel. */
  getState(): PersistedViewState | undefined;
  /** Keeps it for a later life of this panel, with VS Code and with the host. */
  setState(state: PersistedViewState): void;
}

const HOST_MESSAGES: Record<HostMessage['type'], true> = {
  opened: true,
  resumed: true,
  resync: true,
  batch: true,
  text: true,
  page: true,
  status: true,
  sent: true,
  'search-results': true,
  'user-found': true,
  ping: true,
  'live-frame': true,
  'live-rfb': true,
  'live-screen': true,
  'live-pointer': true,
  'live-dialog': true,
};

/** Connects to VS Code. VS Code throws when this is done twice in the life of a page. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  const post = (message: WebviewMessage) => api.postMessage(message);
  return {
    post,
    onMessage(listener) {
      const onEvent = (event: MessageEvent<unknown>) => {
        if (isHostMessage(event.data)) listener(event.data);
      };
      window.addEventListener('message', onEvent);
      return () => window.removeEventListener('message', onEvent);
    },
    getState() {
      const kept = parseViewState(api.getState());
      if (kept) return kept;
      const handedOver = handedOverState();
      if (handedOver) api.setState(handedOver);
      return handedOver;
    },
    setState(state) {
      api.setState(state);
      post({ type: 'view-state', state });
    },
  };
}

/** What the host wrote into the page. */
function handedOverState(): PersistedViewState | undefined {
  const state = document.getElementById('root')?.dataset.viewState;
  return state === undefined ? undefined : parseViewState(JSON.parse(state));
}

// The host is trusted; this only sets its messages apart from those of VS Code's own frame.
function isHostMessage(value: unknown): value is HostMessage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return typeof value.type === 'string' && Object.hasOwn(HOST_MESSAGES, value.type);
}
