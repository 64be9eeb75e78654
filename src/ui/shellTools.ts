import * as vscode from 'vscode';
import { askUser } from '../agent/approvals/asking.ts';
import { questionOf } from '../agent/approvals/policy.ts';
import type { ToolSettings } from '../agent/sessionTools.ts';
import type { ShellPlace } from '../base/shellPlace.ts';
import { thisMachine } from '../tools/shellPlace.ts';
import { readToolSettings } from './settings.ts';

/** The user's settings of tools, as they are now. */
export const toolSettings: ToolSettings = {
  thisMachine: shellInWorkspace,
  commandLimitMs: () => readToolSettings().commandLimitMs,
};

/** In the first folder of a workspace that is trusted and on this machine; elsewhere there is none. */
function shellInWorkspace(): ShellPlace | undefined {
  if (!readToolSettings().isShellOnThisMachine || !vscode.workspace.isTrusted) return undefined;
  const folder = (vscode.workspace.workspaceFolders ?? []).find(({ uri }) => uri.scheme === 'file');
  return (
    folder &&
    thisMachine({
      folder: folder.uri.fsPath,
      confirm: (command, signal) => askUser(questionOf('command', folder.uri.fsPath, command), signal),
    })
  );
}
