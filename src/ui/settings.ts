import * as vscode from 'vscode';

/** The configuration section of every setting. */
const SECTION = 'computerUseChat';

/** The settings as they were when they were read. */
export interface Settings {
  readonly model: string;
  readonly effort: 'low' | 'medium' | 'high';
  readonly customInstructions: string;
  /** Empty to look for an installed browser. */
  readonly browserExecutablePath: string;
  readonly httpExchangeLogs: boolean;
  /** Empty for the API's own address. */
  readonly apiBaseUrl: string;
}

export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration(SECTION);
  const effort = section.get<string>('effort', 'medium');
  return {
    model: section.get('model', '').trim() || 'claude-opus-5-5',
    effort: effort === 'low' || effort === 'high' ? effort : 'medium',
    customInstructions: section.get('customInstructions', ''),
    browserExecutablePath: section.get('browser.executablePath', '').trim(),
    httpExchangeLogs: section.get('httpExchangeLogs', false),
    apiBaseUrl: section.get('apiBaseUrl', '').trim(),
  };
}

/** How much history is kept; 0 for no limit. */
export function readRetention(): { readonly maxAgeDays: number; readonly maxSizeMb: number } {
  const section = vscode.workspace.getConfiguration(SECTION);
  const limit = (name: string) => Math.max(0, Number(section.get(name, 0)) || 0);
  return { maxAgeDays: limit('history.maxAgeDays'), maxSizeMb: limit('history.maxSizeMb') };
}

/** Turns the HTTP log on or off where the user keeps the setting, the user's settings otherwise. */
export async function setHttpExchangeLogs(on: boolean): Promise<void> {
  const section = vscode.workspace.getConfiguration(SECTION);
  const { workspaceValue } = section.inspect<boolean>('httpExchangeLogs') ?? {};
  const target =
    workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await section.update('httpExchangeLogs', on, target);
}

export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) listener();
  });
}

export function openSettings(): Thenable<unknown> {
  return vscode.commands.executeCommand(
    'workbench.action.openSettings',
    `@ext:computer-use-chat.computer-use-chat`,
  );
}
