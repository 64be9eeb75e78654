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
  /** What an earlier life of this panel kept, or undefined. */
  getState(): PersistedViewState | undefined;
  setState(state: PersistedViewState): void;
}

const HOST_MESSAGES: Record<HostMessage['type'], true> = {
  opened: true,
  batch: true,
  text: true,
  page: true,
  status: true,
  sent: true,
  'search-results': true,
  'user-found': true,
  ping: true,
};

/** Connects to VS Code. VS Code throws when this is done twice in the life of a page. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage(listener) {
      const onEvent = (event: MessageEvent<unknown>) => {
        if (isHostMessage(event.data)) listener(event.data);
      };
      window.addEventListener('message', onEvent);
      return () => window.removeEventListener('message', onEvent);
    },
    getState: () => parseViewState(api.getState()),
    setState: (state) => api.setState(state),
  };
}

// The host is trusted; this only sets its messages apart from those of VS Code's own frame.
function isHostMessage(value: unknown): value is HostMessage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return typeof value.type === 'string' && Object.hasOwn(HOST_MESSAGES, value.type);
}
