import * as vscode from 'vscode';
import type { AgentSession } from '../agent/session.ts';
import type { Sessions } from '../agent/sessions.ts';
import { Emitter } from '../base/emitter.ts';
import { ChatPanel } from '../panel/chatPanel.ts';
import { PANEL_VIEW_TYPE } from '../panel/viewType.ts';
import type { FileEditId } from '../protocol/approvals.ts';
import { parseViewState } from '../protocol/guards.ts';
import type { FileEditMessage, PanelCommand, PersistedViewState } from '../protocol/messages.ts';
import {
  assertNever,
  type NoticeAction,
  type Ordinal,
  ordinal,
  type SessionId,
} from '../protocol/transcript.ts';
import { titleOf } from './sessionTree.ts';

/** What a panel asks for that concerns the session it shows and no other. */
export type SessionCommand = 'start-demo' | 'end-demo';

export interface PanelsDeps {
  readonly extensionUri: vscode.Uri;
  readonly screenshotsFolder: vscode.Uri;
  readonly sessions: Sessions;
  /** Runs a panel's command on behalf of the session it shows. */
  readonly runCommand: (command: Exclude<PanelCommand, SessionCommand>) => void;
  readonly log: (line: string) => void;
  /** Shows a change that Claude made of a file, or wants to make, or takes it back. */
  readonly fileEdit: (id: FileEditId, action: FileEditMessage['action']) => void;
}

/** The open chat panels. A session has one, and more where the user asks for them. */
export class Panels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #deps: PanelsDeps;
  /** Of each session that has any; the one the user was in last is the last. */
  readonly #open = new Map<SessionId, readonly ChatPanel[]>();
  readonly #visibilityChanges = new Emitter<void>();
  #latest: SessionId | undefined;

  /** What {@link isVisible} says may have changed. */
  readonly onDidChangeVisibility = this.#visibilityChanges.event;

  constructor(deps: PanelsDeps) {
    this.#deps = deps;
  }

  /** The session whose panel was shown last, while its panel is open. */
  get current(): SessionId | undefined {
    return this.#latest !== undefined && this.#open.has(this.#latest) ? this.#latest : undefined;
  }

  /** Whether a panel of the session is on screen. */
  isVisible(id: SessionId): boolean {
    return (this.#open.get(id) ?? []).some((panel) => panel.isVisible);
  }

  /** Shows the session in the panel of it the user was in last, made if need be. */
  show(session: AgentSession): void {
    const open = this.#open.get(session.session)?.at(-1);
    if (!open) this.#create(session, vscode.ViewColumn.Active);
    this.#latest = session.session;
    open?.reveal();
  }

  /** As {@link show}, where there is such a session. */
  showSession(id: SessionId): void {
    const session = this.#deps.sessions.open(id);
    if (session) this.show(session);
  }

  /** Shows the session in one more panel, beside the editor the user is in. */
  showToSide(session: AgentSession): void {
    this.#create(session, vscode.ViewColumn.Beside);
    this.#latest = session.session;
  }

  /**
   * Restores a panel after a reload of the window: with its session, or with an empty one when that is gone or was
   * never stored. One panel of an empty session is enough, and one by chance. Part of the contract of a panel serializer.
   */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const view = parseViewState(state);
    const { sessions } = this.#deps;
    // A window that was reloaded at once has kept no state yet: then it is the latest session, as with Open.
    const id = view ? view.session : sessions.list()[0]?.id;
    const session = (id && sessions.open(id)) || sessions.create();
    const wasSeen = view?.session === session.session;
    if (this.#open.has(session.session) && (!wasSeen || session.isEmpty)) {
      panel.dispose();
      return;
    }
    this.#latest = session.session;
    this.#adopt(panel, session, view);
  }

  /** Closes every panel of the session. */
  close(id: SessionId): void {
    for (const panel of this.#open.get(id) ?? []) panel.close();
  }

  dispose(): void {
    this.#visibilityChanges.dispose();
    for (const panels of this.#open.values()) for (const panel of panels) panel.dispose();
    this.#open.clear();
  }

  #create(session: AgentSession, column: vscode.ViewColumn): void {
    const title = titleOf(session.status.title);
    this.#adopt(vscode.window.createWebviewPanel(PANEL_VIEW_TYPE, title, column), session, undefined);
  }

  #adopt(panel: vscode.WebviewPanel, session: AgentSession, viewState: PersistedViewState | undefined): void {
    const { extensionUri, screenshotsFolder, log, fileEdit } = this.#deps;
    const chat = new ChatPanel(panel, {
      extensionUri,
      screenshotsFolder,
      log,
      viewState,
      source: session,
      live: session,
      handlers: {
        send: (text) => session.prompt(text),
        stop: () => session.stop(),
        answer: (ordinal, round, answer) => session.answer(ordinal, round, answer),
        noticeAction: (ordinal, action) => this.#noticeAction(session, ordinal, action),
        fileEdit: (id, action) => fileEdit(id, action),
        command: (command) => this.runCommand(session, command),
      },
    });
    const hold = this.#deps.sessions.hold(session.session);
    const others = () => (this.#open.get(session.session) ?? []).filter((open) => open !== chat);
    const setLatest = () => this.#open.set(session.session, [...others(), chat]);
    setLatest();
    this.#visibilityChanges.fire();
    chat.onDidChangeVisibility(() => this.#visibilityChanges.fire());
    chat.onDidActivate(() => {
      setLatest();
      this.#latest = session.session;
    });
    chat.onDidClose(() => {
      hold.dispose();
      const left = others();
      if (left.length > 0) {
        this.#open.set(session.session, left);
        this.#visibilityChanges.fire();
        return;
      }
      this.#open.delete(session.session);
      this.#visibilityChanges.fire();
      // Nobody is left who could give the computer back.
      session.handBack();
    });
  }

  #noticeAction(session: AgentSession, ordinal: Ordinal, action: NoticeAction): void {
    switch (action) {
      case 'retry':
      case 'continue':
        void session.resume(ordinal, action);
        break;
      case 'set-api-key':
      case 'open-settings':
      case 'start-demo':
        this.runCommand(session, action);
        break;
      default:
        assertNever(action);
    }
  }

  /** Does what a button of the session's panel asks for. */
  runCommand(session: AgentSession, command: PanelCommand): void {
    switch (command) {
      case 'start-demo':
        this.#startDemo(session);
        break;
      case 'end-demo':
        session.useProvider('anthropic');
        break;
      default:
        this.#deps.runCommand(command);
    }
  }

  /** A conversation begun with one model cannot be continued by another: the demo gets a session of its own. */
  #startDemo(session: AgentSession): void {
    if (session.useProvider('demo')) return;
    const demo = this.#deps.sessions.create();
    demo.useProvider('demo');
    this.show(demo);
    const prompt = lastPrompt(session);
    if (prompt !== undefined) demo.prompt(prompt);
  }
}

/** How far back a prompt that nobody answered is looked for: it is followed by a notice or two. */
const LATEST_ITEMS = 20;

function lastPrompt(session: AgentSession): string | undefined {
  const start = ordinal(Math.max(0, session.count - LATEST_ITEMS));
  const item = session.page(start, LATEST_ITEMS).items.findLast(({ kind }) => kind === 'user');
  return item?.kind === 'user' ? item.text : undefined;
}
