import * as vscode from 'vscode';
import { untilAborted } from '../base/delay.ts';

/** Where the user has said, in this workspace, that repositories may be opened all the same. */
const ACCEPTED_KEY = 'sandbox.newRepositoriesAccepted';

/** By these VS Code's Git opens a repository as soon as it is there. That of the workspace's folder it opens without. */
const SETTINGS = ['autoRepositoryDetection', 'detectSubmodules'] as const;

/** Of these, the one that folders of a workspace can have of their own. */
const OF_FOLDERS = 'detectSubmodules' satisfies (typeof SETTINGS)[number];

/**
 * Repositories that commands make in a workspace they may write to. VS Code's Git opens them by itself, outside of the sandbox,
 * and runs what their configuration names (`core.fsmonitor`, filters). No mount keeps a name from being made in folders that are
 * there or will be, and whoever looks for repositories after a command looks too late. So Git has to stop opening them, or the
 * user to know.
 */
export class NewRepositories {
  readonly #state: vscode.Memento;
  #asking: Promise<boolean> | undefined;

  /** @param state - of the workspace */
  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /**
   * Resolves once none is opened, or the user accepts it: asks them where that is open, once for all who wait.
   * @throws an error with a plain message where they do not decide, or it stays on; the signal's reason
   */
  async untilDecided(signal: AbortSignal): Promise<void> {
    if (!areOpened() || this.#state.get<boolean>(ACCEPTED_KEY)) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    if (await untilAborted(this.#asking, signal)) return;
    throw new Error(
      'VS Code’s Git would open repositories that commands make in the workspace, and the person has neither turned that off ' +
        'nor accepted it. They are asked again with the next command.',
    );
  }

  async #ask(): Promise<boolean> {
    const turnOff = vscode.l10n.t('Turn Off in This Workspace');
    const accept = vscode.l10n.t('Leave On');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t('Keep Git from opening repositories that Claude’s commands make?'),
      {
        modal: true,
        detail: vscode.l10n.t(
          'Commands in the sandbox may write to this workspace. A Git repository or submodule that they make in it is opened by VS Code’s Git at once, which runs programs that its configuration names, outside of the sandbox. Turning off the settings git.autoRepositoryDetection and git.detectSubmodules here keeps it from that. The repository of the workspace’s folder stays open.',
        ),
      },
      turnOff,
      accept,
    );
    if (choice === accept) await this.#state.update(ACCEPTED_KEY, true);
    if (choice !== turnOff) return choice === accept;
    await turnOffInWorkspace();
    if (areOpened())
      throw new Error(
        'The person turned off that VS Code’s Git opens repositories, but it is on all the same. The settings ' +
          'git.autoRepositoryDetection and git.detectSubmodules have to be false in the workspace and in each of its folders.',
      );
    return true;
  }
}

async function turnOffInWorkspace(): Promise<void> {
  const { Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const git = vscode.workspace.getConfiguration('git');
  for (const setting of SETTINGS) await git.update(setting, false, Workspace);
  // What a folder of several has of its own goes before that of the workspace.
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const own = vscode.workspace.getConfiguration('git', uri);
    const value = own.inspect(OF_FOLDERS)?.workspaceFolderValue;
    if (value !== undefined && value !== false) await own.update(OF_FOLDERS, false, WorkspaceFolder);
  }
}

/** Whether Git opens repositories that it has not been told of. */
function areOpened(): boolean {
  if (!vscode.extensions.getExtension('vscode.git')) return false;
  const isOn = (setting: string, scope?: vscode.Uri) =>
    vscode.workspace.getConfiguration('git', scope).get<unknown>(setting) !== false;
  const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri) ?? [];
  return (
    folders.some((folder) => isOn('enabled', folder)) &&
    (isOn('autoRepositoryDetection') || folders.some((folder) => isOn(OF_FOLDERS, folder)))
  );
}
