import * as vscode from 'vscode';
import { askUser, waitForUser } from '../agent/approvals/asking.ts';
import { questionOf } from '../agent/approvals/policy.ts';
import type { ToolSettings } from '../agent/sessionTools.ts';
import type { ShellPlace } from '../base/shellPlace.ts';
import { sandboxedMachine } from '../tools/sandbox/sandboxedPlace.ts';
import { thisMachine } from '../tools/thisMachine.ts';
import type { NewRepositories } from './newRepositories.ts';
import { openSettings, readToolSettings } from './settings.ts';

/** The user's settings of tools, as they are now. */
export function toolSettings(repositories: NewRepositories): ToolSettings {
  return {
    thisMachine: () => shellInWorkspace(repositories),
    commandLimitMs: () => readToolSettings().commandLimitMs,
  };
}

/** In the folders of a workspace that is trusted and on this machine; elsewhere there is none. */
function shellInWorkspace(repositories: NewRepositories): ShellPlace | undefined {
  const settings = readToolSettings();
  const [first, ...others] = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  if (!vscode.workspace.isTrusted || first === undefined) return undefined;
  switch (settings.shell) {
    case 'off':
      return undefined;
    case 'ask':
      return thisMachine({
        folder: first,
        confirm: (command, signal) => askUser(questionOf('command', first, command), signal),
      });
    case 'sandboxed':
      return sandboxedMachine({
        wish: { ...settings, folders: [first, ...others] },
        onUnavailable: warn,
        ...(settings.access === 'write' && {
          confirm: async (_command: string, signal: AbortSignal) => {
            await waitForUser(repositories.untilDecided(signal));
            return true;
          },
        }),
      });
  }
}

/** Nothing runs without the sandbox that was asked for: the user decides what to do about that. */
function warn(message: string): void {
  const open = vscode.l10n.t('Open Settings');
  void vscode.window
    .showWarningMessage(vscode.l10n.t('Claude has no shell: {0}', message), open)
    .then((choice) => choice === open && openSettings('computerUseChat.tools.*'));
}
