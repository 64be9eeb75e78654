import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from '../base/lifecycle.ts';
import { parseWebviewMessage } from '../protocol/guards.ts';
import type { HostMessage, PanelCommand, WebviewMessage } from '../protocol/messages.ts';
import { assertNever, type NoticeAction, type Ordinal } from '../protocol/transcript.ts';
import { Heartbeat } from './heartbeat.ts';
import { renderShell } from './html.ts';
import { Outbox, type TranscriptSource } from './outbox.ts';

/** What a panel's user can ask for beyond reading. */
export interface PanelHandlers {
  /** Returns whether the prompt was taken. */
  send(text: string): boolean;
  stop(): void;
  noticeAction(ordinal: Ordinal, action: NoticeAction): void;
  command(command: PanelCommand): void;
}

export interface ChatPanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly screenshotsFolder: vscode.Uri;
  readonly source: TranscriptSource;
  readonly handlers: PanelHandlers;
  /** Where defects of the webview and refused messages are told. */
  readonly log: (line: string) => void;
}

/** One webview panel's life: its page, what it is fed, what it asks for. Closing it leaves the session alone. */
export class ChatPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #deps: ChatPanelDeps;
  readonly #outbox: Outbox;
  readonly #heartbeat: Heartbeat;
  readonly #owned = new DisposableStore();

  constructor(panel: vscode.WebviewPanel, deps: ChatPanelDeps) {
    this.#panel = panel;
    this.#deps = deps;
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [this.#assets, deps.screenshotsFolder] };
    const icon = (theme: string) => vscode.Uri.joinPath(deps.extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.#outbox = this.#owned.add(
      new Outbox(deps.source, (message) => this.#post(message), {
        screenshots: webview.asWebviewUri(deps.screenshotsFolder).toString(),
      }),
    );
    this.#heartbeat = this.#owned.add(
      new Heartbeat({
        ping: (id) => this.#post({ type: 'ping', id }),
        rebuild: () => this.#rebuild(),
        onGivenUp: () => this.#giveUp(),
      }),
    );
    this.#owned.add(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#owned.add(panel.onDidChangeViewState(() => this.#visibilityChanged()));
    this.#owned.add(deps.source.onStatus(({ title }) => this.#showTitle(title)));
    this.#owned.add(panel.onDidDispose(() => this.dispose()));
    this.#showTitle(deps.source.status.title);
    webview.html = this.#html();
  }

  get onDidDispose(): vscode.Event<void> {
    return this.#panel.onDidDispose;
  }

  get active(): boolean {
    return this.#panel.active;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  close(): void {
    this.#panel.dispose();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  get #assets(): vscode.Uri {
    return vscode.Uri.joinPath(this.#deps.extensionUri, 'dist');
  }

  #html(): string {
    const { webview } = this.#panel;
    const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.#assets, name)).toString();
    return renderShell({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      scriptUri: asset('webview.js'),
      styleUri: asset('webview.css'),
      title: vscode.l10n.t('Computer Use Chat'),
    });
  }

  #visibilityChanged(): void {
    this.#outbox.setVisible(this.#panel.visible);
    this.#heartbeat.setVisible(this.#panel.visible);
  }

  /** Sets the page anew; it comes back where it was by the state it has kept. */
  #rebuild(): void {
    this.#deps.log('The chat panel did not answer and is loaded anew.');
    this.#panel.webview.html = this.#html();
  }

  #giveUp(): void {
    this.#deps.log('The chat panel does not answer, although it was loaded anew.');
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The chat panel does not respond. Close and reopen it; what Claude does goes on.'),
    );
  }

  #showTitle(name: string): void {
    const title = name || vscode.l10n.t('Computer Use Chat');
    if (this.#panel.title !== title) this.#panel.title = title;
  }

  #post(message: HostMessage): void {
    // Resolves to false when the webview is gone or hidden; the outbox learns of that by the missing ack.
    void this.#panel.webview.postMessage(message);
  }

  #receive(value: unknown): void {
    const message = parseWebviewMessage(value);
    if (message) this.#handle(message);
    else this.#deps.log('Ignored a message of the webview that is not part of the protocol.');
  }

  #handle(message: WebviewMessage): void {
    const { handlers } = this.#deps;
    switch (message.type) {
      case 'ready':
        this.#outbox.handle(message);
        this.#heartbeat.ready();
        break;
      case 'ack':
      case 'read-page':
        this.#outbox.handle(message);
        break;
      case 'search': {
        const { request, query } = message;
        const found = this.#deps.source.search?.(query) ?? { hits: [], total: 0 };
        this.#post({ type: 'search-results', request, ...found });
        break;
      }
      case 'find-user': {
        const { request, from, direction } = message;
        const ordinal = this.#deps.source.findUser?.(from, direction) ?? null;
        this.#post({ type: 'user-found', request, ordinal });
        break;
      }
      case 'pong':
        this.#heartbeat.pong(message.id);
        break;
      case 'send':
        this.#post({ type: 'sent', request: message.request, taken: handlers.send(message.text) });
        break;
      case 'stop':
        handlers.stop();
        break;
      case 'notice-action':
        handlers.noticeAction(message.ordinal, message.action);
        break;
      case 'command':
        handlers.command(message.command);
        break;
      case 'webview-error':
        this.#deps.log(`Webview: ${message.message}`);
        break;
      default:
        assertNever(message);
    }
  }
}
