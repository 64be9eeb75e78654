import * as vscode from 'vscode';
import type { AgentSession } from '../agent/session.ts';
import type { Sessions } from '../agent/sessions.ts';
import type { PointerCheck } from '../computer/computer.ts';
import type { SessionRecord } from '../history/history.ts';
import type { PanelCommand } from '../protocol/messages.ts';
import { assertNever } from '../protocol/transcript.ts';
import type { ApiKey } from './apiKey.ts';
import type { ApprovalPreferences } from './approvalPreferences.ts';
import type { HistoryCleanUp } from './cleanUp.ts';
import type { ComputerChoice } from './computers.ts';
import { readVncSettings } from './desktopSettings.ts';
import type { RemoteTrust } from './desktops.ts';
import type { EditorFiles } from './editorFiles.ts';
import type { Panels, SessionCommand } from './panels.ts';
import { addSecret, removeSecret, showSecrets } from './secrets.ts';
import type { StoredSecrets } from './secretVault.ts';
import { fullTime, type SessionTree, titleOf } from './sessionTree.ts';
import { openSettings, readSettings, setHttpExchangeLogs } from './settings.ts';

export interface CommandDeps {
  readonly sessions: Sessions;
  readonly panels: Panels;
  readonly tree: SessionTree;
  readonly key: ApiKey;
  readonly computers: ComputerChoice;
  readonly approvals: ApprovalPreferences;
  readonly trust: RemoteTrust;
  readonly editorFiles: EditorFiles;
  readonly secrets: StoredSecrets;
  readonly httpLog: vscode.OutputChannel;
  readonly cleanUp: HistoryCleanUp;
}

/** What each command does, by its name: those of the manifest, and those that only the extension's own views run. */
export function commandsFor(deps: CommandDeps) {
  return {
    open: () => open(deps),
    openToSide: (record?: SessionRecord) => openToSide(deps, record),
    newSession: () => deps.panels.show(deps.sessions.create()),
    stop: () => stop(deps),
    chooseComputer: () => chooseComputer(deps),
    setVncPassword: () => setVncPassword(deps),
    removeVncCertificates: () => deps.trust.certificates.remove(),
    checkPointer: () => checkPointer(deps),
    manageAllowed: () => deps.approvals.manage(),
    showFileEdits: () => deps.editorFiles.edits.choose(),
    addSecret: () => addSecret(deps.secrets),
    removeSecret: () => removeSecret(deps.secrets),
    showSecrets: () => showSecrets(deps.secrets),
    setApiKey: () => deps.key.ask(),
    removeApiKey: () => deps.key.remove(),
    toggleHttpLogs,
    showHttpLogs: () => deps.httpLog.show(),
    openSession: (record?: SessionRecord) => record && openSession(deps, record),
    renameSession: (record?: SessionRecord) => record && renameSession(deps, record),
    deleteSession: (record?: SessionRecord) => record && deleteSession(deps, record),
    showMoreSessions: () => deps.tree.showMore(),
    cleanUpHistory: () => deps.cleanUp.runAndTell(),
  } satisfies Record<string, (argument?: SessionRecord) => unknown>;
}

/** Does what a button of a panel asks for. */
export async function runPanelCommand(
  command: Exclude<PanelCommand, SessionCommand | 'accept-risks'>,
): Promise<void> {
  switch (command) {
    case 'choose-computer':
      await vscode.commands.executeCommand('computerUseChat.chooseComputer');
      break;
    case 'choose-model':
      await openSettings('computerUseChat.model');
      break;
    case 'new-session':
      await vscode.commands.executeCommand('computerUseChat.newSession');
      break;
    case 'set-api-key':
      await vscode.commands.executeCommand('computerUseChat.setApiKey');
      break;
    case 'toggle-http-logs':
      await vscode.commands.executeCommand('computerUseChat.toggleHttpLogs');
      break;
    case 'show-http-logs':
      await vscode.commands.executeCommand('computerUseChat.showHttpLogs');
      break;
    case 'open-settings':
      await openSettings();
      break;
    case 'manage-trust':
      await vscode.commands.executeCommand('workbench.trust.manage');
      break;
    default:
      assertNever(command);
  }
}

/** Goes back to where the user was: the open panel, else the latest session, else a new one. */
function open(deps: CommandDeps): void {
  deps.panels.show(currentSession(deps));
}

/** Opens one more panel: of the session that is named, else of the one {@link open} would show. */
function openToSide(deps: CommandDeps, record?: SessionRecord): void {
  const session = record ? deps.sessions.open(record.id) : currentSession(deps);
  if (session) deps.panels.showToSide(session);
}

function currentSession({ sessions, panels }: CommandDeps): AgentSession {
  const current = panels.current ?? sessions.list(1)[0]?.id;
  return (current && sessions.open(current)) || sessions.create();
}

function openSession({ sessions, panels }: CommandDeps, record: SessionRecord): void {
  const session = sessions.open(record.id);
  if (session) panels.show(session);
}

/** Stops the session the user looks at, else the only one that runs, else those the user picks. */
async function stop({ sessions, panels }: CommandDeps): Promise<void> {
  const { running } = sessions;
  const current = running.find((session) => session.session === panels.current);
  if (current) current.stop();
  else if (running.length < 2) running[0]?.stop();
  else for (const session of await pickRuns(running)) session.stop();
}

async function pickRuns(running: readonly AgentSession[]): Promise<readonly AgentSession[]> {
  const all = { label: vscode.l10n.t('All'), sessions: running };
  const each = running.map((session) => ({ label: titleOf(session.status.title), sessions: [session] }));
  const choice = await vscode.window.showQuickPick([...each, all], {
    title: vscode.l10n.t('Stop'),
    placeHolder: vscode.l10n.t('Which session should stop?'),
  });
  return choice?.sessions ?? [];
}

/** What is chosen is for new sessions: one in which something was done keeps its computer, so another one is shown. */
async function chooseComputer({ computers, sessions, panels }: CommandDeps): Promise<void> {
  const chosen = await computers.choose();
  const current = panels.current && sessions.open(panels.current);
  if (chosen && current && current.status.computer.kind !== chosen) panels.show(sessions.create());
}

/** For the address of the settings; without one there is nothing to have a password for. */
async function setVncPassword({ trust }: CommandDeps): Promise<void> {
  const { address } = readVncSettings();
  if (address) await trust.passwords.ask(address);
  else await openSettings('computerUseChat.vnc.address');
}

/** Of the desktop of the session that the user looks at, if that has one. */
async function checkPointer({ sessions, panels }: CommandDeps): Promise<void> {
  const session = panels.current && sessions.open(panels.current);
  const check = session ? await session.checkPointer() : ({ type: 'not-running' } as const);
  const text = pointerCheckText(check);
  if (check.type === 'measured' && check.errorPx > 1) void vscode.window.showWarningMessage(text);
  else void vscode.window.showInformationMessage(text);
}

function pointerCheckText(check: PointerCheck): string {
  switch (check.type) {
    case 'measured':
      return vscode.l10n.t(
        'The pointer arrives within {0} px of where it is sent ({1} px of the screen), at {2} places.',
        check.errorPx,
        check.screenErrorPx,
        check.places,
      );
    case 'not-measurable':
      return vscode.l10n.t('This desktop does not show where its pointer is, so it cannot be checked.');
    case 'busy':
      return vscode.l10n.t('The desktop is in use. Check its pointer when neither Claude nor you act on it.');
    case 'not-running':
      return vscode.l10n.t('This session has no desktop that runs.');
    default:
      return assertNever(check);
  }
}

/** Says how it is now in the status bar: a notification would cover the composer. */
async function toggleHttpLogs(): Promise<void> {
  const on = !readSettings().httpExchangeLogs;
  await setHttpExchangeLogs(on);
  const message = on
    ? vscode.l10n.t('HTTP exchange logs are on. Keys are left out. Read them with “Show HTTP Exchange Logs”.')
    : vscode.l10n.t('HTTP exchange logs are off.');
  vscode.window.setStatusBarMessage(message, on ? 10_000 : 5_000);
}

async function renameSession({ sessions }: CommandDeps, record: SessionRecord): Promise<void> {
  const title = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Session'),
    value: record.title,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('A session needs a name.') : undefined),
  });
  if (title?.trim()) sessions.rename(record.id, title.trim());
}

async function deleteSession({ sessions, panels }: CommandDeps, record: SessionRecord): Promise<void> {
  const remove = vscode.l10n.t('Delete');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete “{0}”?', titleOf(record.title)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Last used: {0}. Its transcript and its screenshots are deleted for good.',
        fullTime(record.updatedAt),
      ),
    },
    remove,
  );
  if (choice !== remove) return;
  panels.close(record.id);
  await sessions.delete(record.id);
}
