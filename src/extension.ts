import * as vscode from 'vscode';
import { DEFAULT_BACKOFF } from './agent/backoff.ts';
import { Sessions } from './agent/sessions.ts';
import { setTranslator } from './base/l10n.ts';
import { browserProvider } from './computer/browser/browserProvider.ts';
import { History, HistoryError } from './history/history.ts';
import { createLoggedFetch } from './http/exchangeLog.ts';
import { PANEL_VIEW_TYPE } from './panel/chatPanel.ts';
import { ApiKey } from './ui/apiKey.ts';
import { HistoryCleanUp } from './ui/cleanUp.ts';
import { registerCommands, runPanelCommand } from './ui/commands.ts';
import { Panels } from './ui/panels.ts';
import { SessionTree } from './ui/sessionTree.ts';
import { readSettings } from './ui/settings.ts';
import { RunStatusBar } from './ui/statusBar.ts';
import { VsCodeSurroundings } from './ui/surroundings.ts';

/** Ends what {@link activate} began; set by it. */
let close: (() => Promise<void>) | undefined;

/** The composition root: makes every part and hands each the others it needs. */
export function activate(context: vscode.ExtensionContext): void {
  setTranslator((message, ...args) => vscode.l10n.t(message, ...args));
  const { extensionUri, subscriptions } = context;

  const log = vscode.window.createOutputChannel('Computer Use Chat', { log: true });
  const httpLog = vscode.window.createOutputChannel('Computer Use HTTP');
  const storage = context.storageUri ?? context.globalStorageUri;
  const history = openHistory(storage);
  const key = new ApiKey(context.secrets, process.env.ANTHROPIC_API_KEY);
  void key.refresh();
  const exchangeLog = { enabled: () => surroundings.httpLogs, sink: httpLog };
  const surroundings: VsCodeSurroundings = new VsCodeSurroundings(
    key,
    (fetch) => createLoggedFetch(fetch, exchangeLog),
    vscode.Uri.joinPath(extensionUri, 'media', 'demo').fsPath,
  );
  const sessions = new Sessions({
    history,
    surroundings,
    backoff: DEFAULT_BACKOFF,
    computers: browserProvider(() => ({ executablePath: readSettings().browserExecutablePath })),
    onFault: (error) => reportFault(log, error),
  });
  const panels = new Panels({
    extensionUri,
    screenshotsFolder: vscode.Uri.file(history.screenshots.folder),
    sessions,
    runCommand: (command) => void runPanelCommand(command),
    log: (line) => log.warn(line),
  });
  const tree = new SessionTree(sessions);
  const cleanUp = new HistoryCleanUp({ history, sessions, onFault: (error) => reportFault(log, error) });

  subscriptions.push(
    log,
    httpLog,
    key,
    surroundings,
    panels,
    tree,
    cleanUp,
    new RunStatusBar(sessions),
    vscode.window.registerTreeDataProvider('computerUseChat.sessions', tree),
    vscode.window.registerWebviewPanelSerializer(PANEL_VIEW_TYPE, panels),
    registerCommands({ sessions, panels, tree, key, httpLog, cleanUp }),
  );
  close = async () => {
    await Promise.all([sessions.close(), cleanUp.close()]);
    history.dispose();
  };
}

/** Ends the runs so that what they did is kept; VS Code waits a few seconds for it. */
export async function deactivate(): Promise<void> {
  await close?.();
  close = undefined;
}

/** @throws HistoryError after telling the user why; without a place to keep sessions there is nothing to offer. */
function openHistory(storage: vscode.Uri): History {
  try {
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
  } catch (error) {
    const reason = error instanceof HistoryError ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('The session history cannot be opened: {0}', reason));
    throw error;
  }
}

/** What no transcript can tell, because it concerns the transcript's own store or the extension itself. */
function reportFault(log: vscode.LogOutputChannel, error: unknown): void {
  log.error(error instanceof Error ? error : String(error));
  const reason = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(vscode.l10n.t('Computer Use Chat: {0}', reason));
}
