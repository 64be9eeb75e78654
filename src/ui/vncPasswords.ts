import * as vscode from 'vscode';

const PREFIX = 'vncPassword:';

/** The passwords of remote desktops, each by its address; in the secret store and nowhere else. */
export class VncPasswords {
  readonly #secrets: vscode.SecretStorage;
  readonly #onFault: (error: unknown) => void;
  /** Addresses for which the user is asked now, without having asked for that. */
  readonly #asking = new Set<string>();

  constructor(secrets: vscode.SecretStorage, onFault: (error: unknown) => void) {
    this.#secrets = secrets;
    this.#onFault = onFault;
  }

  /**
   * The password kept for `address`. Where there is none the user is asked, and not waited for: a server that asks for a
   * password does not wait long, and the user tries again with it.
   */
  async read(address: string): Promise<string | undefined> {
    const password = await this.#secrets.get(PREFIX + address);
    if (password === undefined) this.#askOnce(address, false);
    return password;
  }

  /** The password kept for `address` was not accepted: the user is asked for another one, and not waited for. */
  refused(address: string): void {
    this.#askOnce(address, true);
  }

  #askOnce(address: string, isRefused: boolean): void {
    if (this.#asking.has(address)) return;
    this.#asking.add(address);
    this.ask(address, isRefused)
      .catch(this.#onFault)
      .finally(() => this.#asking.delete(address));
  }

  /**
   * Asks for a password and keeps it; an empty one forgets what is kept.
   * @param isRefused - whether the server did not accept the one that is kept
   */
  async ask(address: string, isRefused = false): Promise<void> {
    const keeping = vscode.l10n.t(
      'Password for {0}. It is kept in the secret store of VS Code and nowhere else. Leave it empty to forget the one that is kept.',
      address,
    );
    const password = await vscode.window.showInputBox({
      title: vscode.l10n.t('Set VNC Password'),
      prompt: isRefused ? `${vscode.l10n.t('The last password was not accepted.')} ${keeping}` : keeping,
      password: true,
      ignoreFocusOut: true,
    });
    if (password === undefined) return;
    if (password === '') await this.#secrets.delete(PREFIX + address);
    else await this.#secrets.store(PREFIX + address, password);
  }
}
