import * as vscode from 'vscode';
import { DEFAULT_BACKOFF } from '../agent/backoff.ts';
import { Sessions } from '../agent/sessions.ts';
import { browserProvider } from '../computer/browser/browserProvider.ts';
import { onSelfTest, selfTestLine } from '../computer/desktop/selfTestReports.ts';
import { onSettled } from '../computer/settleReports.ts';
import { History } from '../history/history.ts';
import { createLoggedFetch } from '../http/exchangeLog.ts';
import { redactText } from '../http/redact.ts';
import type { ApiKey } from './apiKey.ts';
import { ApprovalNotifications } from './approvalNotification.ts';
import { ApprovalPreferences } from './approvalPreferences.ts';
import { browserOptions } from './browserOptions.ts';
import { HistoryCleanUp } from './cleanUp.ts';
import { commandsFor, runPanelCommand } from './commands.ts';
import { ComputerChoice } from './computers.ts';
import { Consent } from './consent.ts';
import { desktopProviders, type RemoteTrust } from './desktops.ts';
import { EditorFiles } from './editorFiles.ts';
import { NewRepositories } from './newRepositories.ts';
import { Panels } from './panels.ts';
import { StoredSecrets } from './secretVault.ts';
import { SessionTree } from './sessionTree.ts';
import { readRunLimits } from './settings.ts';
import { toolSettings } from './shellTools.ts';
import { RunStatusBar } from './statusBar.ts';
import { VsCodeSurroundings } from './surroundings.ts';
import { UnattendedStatusBar } from './unattendedStatusBar.ts';
import { VncCertificates } from './vncCertificates.ts';
import { VncPasswords } from './vncPasswords.ts';

/** What is there from activation on. */
export interface PartsDeps {
  readonly context: vscode.ExtensionContext;
  readonly key: ApiKey;
  readonly log: vscode.LogOutputChannel;
  readonly httpLog: vscode.OutputChannel;
}

/** What needs the history, and so is made with it. */
export interface Parts {
  readonly panels: Panels;
  readonly tree: SessionTree;
  readonly commands: ReturnType<typeof commandsFor>;
  /** Ends the runs and closes the history. */
  close(): Promise<void>;
}

/**
 * Opens the history and makes every part that works with it; the context disposes them.
 *
 * @throws HistoryError when the history cannot be opened
 */
export function openParts({ context, key, log, httpLog }: PartsDeps): Parts {
  const { extensionUri, subscriptions } = context;
  const history = openHistory(context.storageUri ?? context.globalStorageUri);
  const onFault = (error: unknown) => reportFault(log, error);
  const consent = new Consent(context.globalState);
  const exchangeLog = { enabled: () => surroundings.httpLogs, sink: httpLog };
  const approvals = new ApprovalPreferences(context.workspaceState, onFault);
  const surroundings: VsCodeSurroundings = new VsCodeSurroundings(
    key,
    consent,
    (fetch) => createLoggedFetch(fetch, exchangeLog),
    vscode.Uri.joinPath(extensionUri, 'media', 'demo').fsPath,
    approvals.onDidChange,
  );
  const trust = remoteTrust(context, onFault);
  const computers = computersOf(context, trust);
  const editorFiles = new EditorFiles();
  const secrets = new StoredSecrets(context.secrets, onFault);
  const sessions = new Sessions({
    history,
    surroundings,
    backoff: DEFAULT_BACKOFF,
    computers,
    approvals,
    tools: {
      ...toolSettings(new NewRepositories(context.workspaceState)),
      editor: () => editorFiles.offer(),
    },
    limits: readRunLimits,
    secrets,
    onFault,
    onAsked: (id, asked) => notifications.ask(id, asked),
  });
  const panels = new Panels({
    extensionUri,
    screenshotsFolder: vscode.Uri.file(history.screenshots.folder),
    sessions,
    runCommand: (command) => void (command === 'accept-risks' ? consent.give() : runPanelCommand(command)),
    log: (line) => log.warn(line),
    fileEdit: (id, action) => void editorFiles.edits[action](id),
  });
  const notifications = new ApprovalNotifications(panels);
  const tree = new SessionTree(sessions);
  const cleanUp = new HistoryCleanUp({ history, sessions, onFault });
  subscriptions.push(
    consent,
    approvals,
    notifications,
    new UnattendedStatusBar(approvals),
    editorFiles,
    secrets,
    surroundings,
    panels,
    tree,
    cleanUp,
    new RunStatusBar(sessions),
    ...measurements(log),
  );
  return {
    panels,
    tree,
    commands: commandsFor({
      sessions,
      panels,
      tree,
      key,
      computers,
      approvals,
      trust,
      secrets,
      editorFiles,
      httpLog,
      cleanUp,
    }),
    close: () => close(sessions, cleanUp, history),
  };
}

function remoteTrust(
  { secrets, globalState }: vscode.ExtensionContext,
  onFault: (error: unknown) => void,
): RemoteTrust {
  return {
    passwords: new VncPasswords(secrets, onFault),
    certificates: new VncCertificates(globalState, onFault),
  };
}

function computersOf(
  { extensionUri, globalStorageUri }: vscode.ExtensionContext,
  trust: RemoteTrust,
): ComputerChoice {
  return new ComputerChoice({
    browser: browserProvider(() => browserOptions(globalStorageUri)),
    ...desktopProviders(extensionUri, trust),
  });
}

async function close(sessions: Sessions, cleanUp: HistoryCleanUp, history: History): Promise<void> {
  await Promise.all([sessions.close(), cleanUp.close()]);
  history.dispose();
}

/** Tells the log what was measured. */
function measurements(log: vscode.LogOutputChannel): readonly { dispose(): void }[] {
  const settling = onSettled(({ after, isQuiet, ms }) =>
    log.debug(`Page ${isQuiet ? 'quiet' : 'still busy'} ${Math.round(ms)} ms after the ${after}.`),
  );
  const selfTests = onSelfTest((report) => log.debug(selfTestLine(report)));
  return [settling, selfTests];
}

/** Says so when a damaged history was set aside. */
function openHistory(storage: vscode.Uri): History {
  const history = History.open(storage.fsPath);
  if (history.recovered) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The session history was damaged and a new one was begun. The old file is {0}.',
        history.recovered,
      ),
    );
  }
  return history;
}

/** What no transcript can tell, because it concerns the transcript's own store or the extension itself. */
function reportFault(log: vscode.LogOutputChannel, error: unknown): void {
  log.error(redactText(error instanceof Error ? (error.stack ?? error.message) : String(error), []));
  const reason = redactText(error instanceof Error ? error.message : String(error), []);
  void vscode.window.showErrorMessage(vscode.l10n.t('Computer Use Chat: {0}', reason));
}
