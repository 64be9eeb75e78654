import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from '../base/lifecycle.ts';
import type { FileEditId, UserAnswer } from '../protocol/approvals.ts';
import { parseWebviewMessage } from '../protocol/guards.ts';
import type {
  FileEditMessage,
  HostMessage,
  PanelCommand,
  PersistedViewState,
  SearchResults,
  WebviewMessage,
} from '../protocol/messages.ts';
import { assertNever, type NoticeAction, type Ordinal, ordinal } from '../protocol/transcript.ts';
import { renderShell } from './html.ts';
import { type LiveSource, LiveView } from './liveView.ts';
import { Outbox } from './outbox.ts';
import type { TakenPrompts } from './takenPrompts.ts';
import type { TranscriptSource } from './transcriptSource.ts';

const NOTHING_FOUND: SearchResults = { ordinals: [], total: 0, settled: ordinal(0), settledTotal: 0 };

/** What a panel's user can ask for beyond reading. */
export interface PanelHandlers {
  /** Returns whether the prompt was taken. */
  send(text: string): boolean;
  stop(): void;
  noticeAction(ordinal: Ordinal, action: NoticeAction): void;
  answer(ordinal: Ordinal, round: number, answer: UserAnswer): void;
  fileEdit(id: FileEditId, action: FileEditMessage['action']): void;
  command(command: PanelCommand): void;
}

/** What a document tells of itself. */
export interface DocumentEvents {
  /** It has loaded. */
  onReady(): void;
  /** It has taken what was posted of the session. @param roundTripMs - since that */
  onTaken(roundTripMs: number): void;
  onPong(id: number): void;
  onViewState(state: PersistedViewState): void;
  onFocus(hasFocus: boolean): void;
}

export interface ChatDocumentDeps {
  readonly extensionUri: vscode.Uri;
  readonly screenshotsFolder: vscode.Uri;
  readonly source: TranscriptSource;
  readonly live: LiveSource;
  readonly handlers: PanelHandlers;
  /** The prompts taken of any document of this panel. */
  readonly taken: TakenPrompts;
  /** Where defects of the webview and refused messages are told. */
  readonly log: (line: string) => void;
}

/** The document in one webview: its text, what it is fed, what it asks for. One that has died is replaced whole. */
export class ChatDocument implements vscode.Disposable {
  readonly #webview: vscode.Webview;
  readonly #deps: ChatDocumentDeps;
  readonly #events: DocumentEvents;
  readonly #outbox: Outbox;
  readonly #live: LiveView;
  readonly #owned = new DisposableStore();

  /** @param viewState - where the document before it was; undefined for a new one */
  constructor(
    webview: vscode.Webview,
    viewState: PersistedViewState | undefined,
    deps: ChatDocumentDeps,
    events: DocumentEvents,
  ) {
    this.#webview = webview;
    this.#deps = deps;
    this.#events = events;
    const assets = vscode.Uri.joinPath(deps.extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [assets, deps.screenshotsFolder] };
    this.#outbox = this.#owned.add(
      new Outbox(deps.source, (message) => this.#post(message), {
        screenshots: webview.asWebviewUri(deps.screenshotsFolder).toString(),
        onTaken: (roundTripMs) => events.onTaken(roundTripMs),
      }),
    );
    this.#live = this.#owned.add(
      new LiveView(deps.live, { post: (message) => this.#post(message), log: deps.log }),
    );
    this.#owned.add(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(assets, name)).toString();
    webview.html = renderShell({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      scriptUri: asset('webview.js'),
      styleUri: asset('webview.css'),
      title: vscode.l10n.t('Computer Use Chat'),
      viewState,
    });
  }

  setVisible(visible: boolean): void {
    this.#outbox.setVisible(visible);
    this.#live.setVisible(visible);
  }

  /** Asks for a `pong`. @param onPassedOn - hears that VS Code's window took it, and whether there is one to ask */
  ping(id: number, onPassedOn: (isThere: boolean) => void): void {
    this.#outbox.pinged(id);
    this.#webview
      .postMessage({ type: 'ping', id } satisfies HostMessage)
      .then(onPassedOn, (error: unknown) => {
        this.#deps.log(`The chat panel could not be asked: ${error}`);
        onPassedOn(false);
      });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #post(message: HostMessage): void {
    // Resolves to false when the webview is gone or hidden; the outbox learns of that by the missing ack.
    void this.#webview.postMessage(message);
  }

  #answerPrompt(id: string, taken: boolean): void {
    this.#post({ type: 'sent', id, taken });
  }

  #receive(value: unknown): void {
    const message = parseWebviewMessage(value);
    if (message) this.#handle(message);
    else this.#deps.log('Ignored a message of the webview that is not part of the protocol.');
  }

  #handle(message: WebviewMessage): void {
    const { handlers, source, taken } = this.#deps;
    switch (message.type) {
      case 'ready':
        this.#outbox.handle(message);
        this.#live.reset();
        this.#events.onReady();
        break;
      case 'ack':
      case 'read-page':
        this.#outbox.handle(message);
        break;
      case 'search': {
        const { request, query, from } = message;
        const found = source.search?.(query, from) ?? NOTHING_FOUND;
        this.#post({ type: 'search-results', request, ...found });
        break;
      }
      case 'find-user': {
        const { request, from, direction } = message;
        const ordinal = source.findUser?.(from, direction) ?? null;
        this.#post({ type: 'user-found', request, ordinal });
        break;
      }
      case 'pong':
        this.#outbox.ponged(message.id);
        this.#events.onPong(message.id);
        break;
      case 'view-state':
        this.#events.onViewState(message.state);
        break;
      case 'focus':
        this.#events.onFocus(message.hasFocus);
        break;
      case 'send':
        this.#answerPrompt(
          message.id,
          taken.take(message.id, () => handlers.send(message.text)),
        );
        break;
      case 'was-taken':
        this.#answerPrompt(message.id, taken.has(message.id));
        break;
      case 'stop':
        handlers.stop();
        break;
      case 'notice-action':
        handlers.noticeAction(message.ordinal, message.action);
        break;
      case 'approval-answer':
        handlers.answer(message.ordinal, message.round, message.answer);
        break;
      case 'file-edit':
        handlers.fileEdit(message.id, message.action);
        break;
      case 'command':
        handlers.command(message.command);
        break;
      case 'live-watch':
      case 'live-stop':
      case 'live-ack':
      case 'live-rfb':
      case 'live-input':
      case 'live-answer':
      case 'live-control':
        this.#live.handle(message);
        break;
      case 'webview-error':
        this.#deps.log(`Webview: ${message.message}`);
        break;
      default:
        assertNever(message);
    }
  }
}
