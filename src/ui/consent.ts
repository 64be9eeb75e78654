import * as vscode from 'vscode';

/** Raised when what the user agrees to changes in substance: everybody is asked anew. The texts are the webview's. */
const CONSENT_VERSION = 1;

/** In global state: the version that the user has agreed to. */
const ACCEPTED = 'acceptedRisks';

/** Whether the user was told what letting Claude use a computer means, and wants it. */
export class Consent implements vscode.Disposable {
  readonly #memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly #changes = new vscode.EventEmitter<void>();

  readonly onDidChange = this.#changes.event;

  constructor(memory: Pick<vscode.Memento, 'get' | 'update'>) {
    this.#memory = memory;
  }

  /** Of the texts as they are now. */
  get isGiven(): boolean {
    return this.#memory.get(ACCEPTED) === CONSENT_VERSION;
  }

  async give(): Promise<void> {
    await this.#memory.update(ACCEPTED, CONSENT_VERSION);
    this.#changes.fire();
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
