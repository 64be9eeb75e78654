import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export const EXTENSION_ID = 'computer-use-chat.computer-use-chat';
export const PANEL_VIEW_TYPE = 'computerUseChat.panel';

/** The extension under test, active or not. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(EXTENSION_ID);
  assert.ok(found, `${EXTENSION_ID} is not installed`);
  return found;
}

/** The tabs that show a chat panel. VS Code puts a prefix before the view type it was given. */
export function chatTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(PANEL_VIEW_TYPE),
    );
}
