import * as vscode from 'vscode';
import { setTranslator } from './base/l10n.ts';
import { OnDemand } from './base/onDemand.ts';
import { PANEL_VIEW_TYPE } from './panel/viewType.ts';
import { ApiKey } from './ui/apiKey.ts';
import type { Parts, PartsDeps } from './ui/parts.ts';
import type { SessionTreeNode } from './ui/sessionTree.ts';

/** Every command by its name, those of the manifest and those that only the extension's own views run. */
const COMMANDS: Readonly<Record<keyof Parts['commands'], true>> = {
  open: true,
  newSession: true,
  stop: true,
  chooseComputer: true,
  setVncPassword: true,
  removeVncCertificates: true,
  checkPointer: true,
  manageAllowed: true,
  showFileEdits: true,
  addSecret: true,
  removeSecret: true,
  showSecrets: true,
  setApiKey: true,
  removeApiKey: true,
  toggleHttpLogs: true,
  showHttpLogs: true,
  openSession: true,
  openToSide: true,
  renameSession: true,
  deleteSession: true,
  showMoreSessions: true,
  cleanUpHistory: true,
};

/** Set by {@link activate}. */
let parts: OnDemand<Parts> | undefined;

/**
 * Registers what VS Code may ask for. The code behind it is loaded, and the history opened, when it first asks: a
 * window that starts waits for neither.
 */
export function activate(context: vscode.ExtensionContext): void {
  setTranslator((message, ...args) => vscode.l10n.t(message, ...args));
  const log = vscode.window.createOutputChannel('Computer Use Chat', { log: true });
  const httpLog = vscode.window.createOutputChannel('Computer Use HTTP');
  const key = new ApiKey({
    secrets: context.secrets,
    memory: context.globalState,
    environment: process.env.ANTHROPIC_API_KEY,
  });
  void key.refresh();
  const treeChanges = new vscode.EventEmitter<void>();
  const onDemand = new OnDemand(async () => {
    const made = await loadParts({ context, key, log, httpLog });
    made.tree.onDidChangeTreeData(() => treeChanges.fire());
    // The view may have asked before, when there was nothing to show.
    treeChanges.fire();
    return made;
  });
  parts = onDemand;
  context.subscriptions.push(
    log,
    httpLog,
    key,
    treeChanges,
    ...registerCommands(onDemand),
    vscode.window.registerTreeDataProvider('computerUseChat.sessions', treeOf(onDemand, treeChanges.event)),
    vscode.window.registerWebviewPanelSerializer(PANEL_VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state) =>
        (await onDemand.get()).panels.deserializeWebviewPanel(panel, state),
    }),
  );
}

/** Ends the runs so that what they did is kept; VS Code waits a few seconds for it. */
export async function deactivate(): Promise<void> {
  await parts?.close();
  parts = undefined;
}

/** @throws what went wrong, after telling the user; without a place to keep sessions there is nothing to offer. */
async function loadParts(deps: PartsDeps): Promise<Parts> {
  try {
    const { openParts } = await import('./ui/parts.ts');
    return openParts(deps);
  } catch (error) {
    deps.log.error(error instanceof Error ? error : String(error));
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('The session history cannot be opened: {0}', reason));
    throw error;
  }
}

/** The parts, or undefined where they cannot be had, which the user was told. */
function ifAny(onDemand: OnDemand<Parts>): Promise<Parts | undefined> {
  return onDemand.get().catch(() => undefined);
}

function registerCommands(onDemand: OnDemand<Parts>): vscode.Disposable[] {
  const names = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  return names.map((name) =>
    vscode.commands.registerCommand(`computerUseChat.${name}`, async (argument) => {
      const commands = (await ifAny(onDemand))?.commands;
      return commands?.[name](argument);
    }),
  );
}

/** Stands for the tree until the view that shows it is visible. */
function treeOf(
  onDemand: OnDemand<Parts>,
  onDidChangeTreeData: vscode.Event<void>,
): vscode.TreeDataProvider<SessionTreeNode> {
  return {
    onDidChangeTreeData,
    getChildren: async (parent) => (await ifAny(onDemand))?.tree.getChildren(parent) ?? [],
    getTreeItem: async (node) => (await onDemand.get()).tree.getTreeItem(node),
  };
}
