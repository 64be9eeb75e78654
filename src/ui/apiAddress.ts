import * as vscode from 'vscode';

/** Where the API is if nobody says otherwise. */
export const DEFAULT_API_ADDRESS = 'https://api.anthropic.com';

/** Where requests to the API go: by the setting (of the machine: no workspace has a say in it), or the environment. */
export function apiAddress(): string {
  const setting = vscode.workspace.getConfiguration('computerUseChat').get<unknown>('apiBaseUrl');
  const address = typeof setting === 'string' ? setting.trim() : '';
  return address || process.env.ANTHROPIC_BASE_URL?.trim() || DEFAULT_API_ADDRESS;
}
