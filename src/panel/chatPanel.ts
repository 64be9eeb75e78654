import * as vscode from 'vscode';
import { Emitter } from '../base/emitter.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { PersistedViewState } from '../protocol/messages.ts';
import { visibleLine } from '../protocol/visibleText.ts';
import { ChatDocument, type ChatDocumentDeps } from './chatDocument.ts';
import { Heartbeat } from './heartbeat.ts';
import { TakenPrompts } from './takenPrompts.ts';
import { PANEL_VIEW_TYPE } from './viewType.ts';

/** Of a tab's title, in UTF-16 units. */
const MAX_TITLE = 200;

export interface ChatPanelDeps extends Omit<ChatDocumentDeps, 'taken'> {
  /** What VS Code kept for a panel it restores; undefined for a new one. */
  readonly viewState: PersistedViewState | undefined;
}

/** A webview panel of VS Code, and what listens to it. */
interface Place {
  readonly panel: vscode.WebviewPanel;
  readonly document: ChatDocument;
  readonly owned: DisposableStore;
}

/**
 * One chat panel as the user sees it. It outlives its document: when that dies, a new webview panel takes the place of
 * the dead one, as VS Code cannot fill a dead frame again. Closing it leaves the session alone.
 */
export class ChatPanel implements vscode.Disposable {
  readonly #deps: ChatDocumentDeps;
  readonly #heartbeat: Heartbeat;
  readonly #owned = new DisposableStore();
  readonly #closed = new Emitter<void>();
  readonly #activated = new Emitter<void>();
  readonly #visibilityChanges = new Emitter<void>();
  #viewState: PersistedViewState | undefined;
  #hasFocus = false;
  /** Whether the dead document had the keyboard and the new one has still to load. */
  #owesKeyboard = false;
  #place: Place;

  /** The user (or {@link close}) closed it. */
  readonly onDidClose = this.#closed.event;

  /** It may be on screen now, or no more. */
  readonly onDidChangeVisibility = this.#visibilityChanges.event;

  /** It became the editor the user is in. */
  readonly onDidActivate = this.#activated.event;

  constructor(panel: vscode.WebviewPanel, deps: ChatPanelDeps) {
    this.#deps = { ...deps, taken: new TakenPrompts() };
    this.#viewState = deps.viewState;
    this.#heartbeat = this.#owned.add(
      new Heartbeat({
        ping: (id, onPassedOn) => this.#place.document.ping(id, onPassedOn),
        reachWindow: (onReached) => this.#reachWindow(onReached),
        rebuild: () => this.#rebuild(),
        onGivenUp: () => void this.#giveUp(),
      }),
    );
    this.#owned.add(this.#closed);
    this.#owned.add(this.#activated);
    this.#owned.add(deps.source.onStatus(() => this.#showTitle()));
    this.#place = this.#settle(panel);
    this.#heartbeat.setVisible(panel.visible);
  }

  get isVisible(): boolean {
    return this.#place.panel.visible;
  }

  reveal(): void {
    this.#place.panel.reveal();
  }

  close(): void {
    this.#place.panel.dispose();
  }

  dispose(): void {
    this.#place.owned.dispose();
    this.#owned.dispose();
  }

  /** Makes a webview panel this one's place. */
  #settle(panel: vscode.WebviewPanel): Place {
    const { extensionUri } = this.#deps;
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const owned = new DisposableStore();
    const document = owned.add(
      new ChatDocument(panel.webview, this.#viewState, this.#deps, {
        onReady: () => {
          this.#heartbeat.ready();
          this.#returnKeyboard();
        },
        onTaken: (roundTripMs) => this.#heartbeat.alive(roundTripMs),
        onPong: (id) => this.#heartbeat.pong(id),
        onViewState: (state) => {
          this.#viewState = state;
        },
        onFocus: (hasFocus) => {
          this.#hasFocus = hasFocus;
        },
      }),
    );
    owned.add(
      panel.onDidChangeViewState(() => {
        document.setVisible(panel.visible);
        this.#heartbeat.setVisible(panel.visible);
        this.#visibilityChanges.fire();
        if (panel.active) this.#activated.fire();
      }),
    );
    owned.add(panel.onDidDispose(() => this.#onClosed()));
    this.#place = { panel, document, owned };
    this.#showTitle();
    return this.#place;
  }

  #onClosed(): void {
    this.#closed.fire();
    this.dispose();
  }

  /** Puts a new webview panel where the one with the dead document is. The keyboard stays where it is. */
  #rebuild(): void {
    this.#deps.log('The chat panel did not answer and is set anew.');
    const { panel: dead, owned } = this.#place;
    const hadFocus = (this.#hasFocus || this.#owesKeyboard) && dead.active;
    this.#hasFocus = false;
    // What the dead one still tells, its end among it, is of no interest any more.
    owned.dispose();
    const panel = vscode.window.createWebviewPanel(PANEL_VIEW_TYPE, dead.title, {
      viewColumn: dead.viewColumn ?? vscode.ViewColumn.Active,
      preserveFocus: !hadFocus,
    });
    this.#settle(panel);
    this.#owesKeyboard = hadFocus;
    // Not before: a group of editors that is empty for a moment would be closed.
    dead.dispose();
  }

  /**
   * Asks for the keyboard again: VS Code gives it to a new panel before its document has loaded, and it is lost if the
   * dead one, which had it, goes meanwhile.
   */
  #returnKeyboard(): void {
    const isOwed = this.#owesKeyboard && !this.#hasFocus && this.#place.panel.active;
    this.#owesKeyboard = false;
    if (isOwed) this.reveal();
  }

  /** Any command of the window's own does; this one changes nothing that anything reads. */
  #reachWindow(onReached: () => void): void {
    vscode.commands
      .executeCommand('setContext', 'computerUseChat.isReached', true)
      .then(onReached, (error) => {
        this.#deps.log(`VS Code's window could not be asked: ${error}`);
        onReached();
      });
  }

  async #giveUp(): Promise<void> {
    this.#deps.log('The chat panel does not answer, although it was set anew.');
    const reopen = vscode.l10n.t('Reopen');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t('The chat panel does not respond. What Claude does goes on.'),
      reopen,
    );
    if (choice === reopen && !this.#owned.isDisposed) this.#heartbeat.restart();
  }

  #showTitle(): void {
    const { panel } = this.#place;
    const title =
      visibleLine(this.#deps.source.status.title, MAX_TITLE) || vscode.l10n.t('Computer Use Chat');
    if (panel.title !== title) panel.title = title;
  }
}
