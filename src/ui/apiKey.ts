import * as vscode from 'vscode';

const SECRET_NAME = 'anthropicApiKey';

/**
 * The Anthropic API key: from the secret store, else from the environment the editor was started in. It is handed out
 * to the API client only; nothing else may hold, show or write it.
 */
export class ApiKey implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #environment: string | undefined;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #available: boolean;

  readonly onDidChange = this.#changes.event;

  /** @param environment - the value of `ANTHROPIC_API_KEY`, if any */
  constructor(secrets: vscode.SecretStorage, environment: string | undefined) {
    this.#secrets = secrets;
    this.#environment = environment?.trim() || undefined;
    this.#available = this.#environment !== undefined;
    this.#subscription = secrets.onDidChange(({ key }) => {
      if (key === SECRET_NAME) void this.refresh();
    });
  }

  /** Whether there is one; as of the last {@link refresh}. */
  get available(): boolean {
    return this.#available;
  }

  /** Looks whether there is a key. Never rejects: a secret store that fails holds no key. */
  async refresh(): Promise<void> {
    const available = (await this.read().catch(() => undefined)) !== undefined;
    if (available === this.#available) return;
    this.#available = available;
    this.#changes.fire();
  }

  async read(): Promise<string | undefined> {
    return (await this.#secrets.get(SECRET_NAME)) ?? this.#environment;
  }

  /** Asks for a key and keeps it. Resolves to whether one was given. */
  async ask(): Promise<boolean> {
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t('Set API Key'),
      prompt: vscode.l10n.t(
        'Paste your Anthropic API key. It is kept in the secret store of VS Code and nowhere else.',
      ),
      placeHolder: 'sk-ant-…',
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) =>
        /\s/.test(value.trim()) ? vscode.l10n.t('A key has no spaces in it.') : undefined,
    });
    if (!key?.trim()) return false;
    await this.#secrets.store(SECRET_NAME, key.trim());
    await this.refresh();
    return true;
  }

  async remove(): Promise<void> {
    await this.#secrets.delete(SECRET_NAME);
    await this.refresh();
    const left = this.#available
      ? vscode.l10n.t('The stored API key was removed. The one from the environment is used now.')
      : vscode.l10n.t('The stored API key was removed.');
    void vscode.window.showInformationMessage(left);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }
}
