import * as vscode from 'vscode';
import { apiAddress, DEFAULT_API_ADDRESS } from './apiAddress.ts';

const SECRET_NAME = 'anthropicApiKey';

/** In global state; neither holds a key. The first is `no` where the user does not want the environment's key used. */
const ENVIRONMENT_ANSWER = 'environmentKey';
const ORIGINS = 'apiKeyOrigins';

/** A key, or why there is none. `key-withheld`: the user does not want it sent to that address. */
export type KeyAnswer = { readonly key: string } | { readonly reason: 'no-key' | 'key-withheld' };

export interface ApiKeyDeps {
  readonly secrets: vscode.SecretStorage;
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  /** The value of `ANTHROPIC_API_KEY`, if any. */
  readonly environment: string | undefined;
}

/**
 * The Anthropic API key: from the secret store, else, if the user wants that, from the environment the editor was
 * started in. It is handed out to the API client only, for an address that the user knows of; nothing else may hold,
 * show or write it.
 */
export class ApiKey implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #memory: ApiKeyDeps['memory'];
  readonly #environment: string | undefined;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  /** The environment's key is used in this window. */
  #isEnvironmentAllowed = false;
  /** One question at a time, whoever wants to know. Its answer is about one origin. */
  #asking: { readonly origin: string; readonly answer: Promise<KeyAnswer> } | undefined;
  #available: boolean;

  readonly onDidChange = this.#changes.event;

  constructor({ secrets, memory, environment }: ApiKeyDeps) {
    this.#secrets = secrets;
    this.#memory = memory;
    this.#environment = environment?.trim() || undefined;
    this.#available = this.#mayUseEnvironment;
    this.#subscription = secrets.onDidChange(({ key }) => {
      if (key === SECRET_NAME) void this.refresh();
    });
  }

  /** Whether there is one, if only one to ask about; as of the last {@link refresh}. */
  get available(): boolean {
    return this.#available;
  }

  /** Looks whether there is a key. Never rejects: a secret store that fails holds no key. */
  async refresh(): Promise<void> {
    const stored = await this.#stored().catch(() => undefined);
    const available = stored !== undefined || this.#mayUseEnvironment;
    if (available === this.#available) return;
    this.#available = available;
    this.#changes.fire();
  }

  /**
   * The key for requests to `address`. Asks the user where the key would come from the environment, and where it would
   * go to an origin other than those it was given for.
   */
  async keyFor(address: string): Promise<KeyAnswer> {
    const stored = await this.#stored();
    const origin = originOf(address);
    if (stored !== undefined && this.#origins.includes(origin)) return { key: stored };
    if (stored === undefined && this.#environment !== undefined && this.#isEnvironmentAllowed) {
      if (this.#origins.includes(origin)) return { key: this.#environment };
    }
    if (this.#asking && this.#asking.origin !== origin) {
      await Promise.allSettled([this.#asking.answer]);
      return this.keyFor(address);
    }
    this.#asking ??= {
      origin,
      answer: this.#askFor(stored, origin).finally(() => {
        this.#asking = undefined;
      }),
    };
    return this.#asking.answer;
  }

  /** Asks for a key and keeps it. Resolves to whether one is there now. */
  async ask(): Promise<boolean> {
    const origin = originOf(apiAddress());
    if (this.#environment !== undefined && (await this.#stored()) === undefined) {
      const choice = await askWhichKey();
      if (choice === 'environment') {
        await this.#memory.update(ENVIRONMENT_ANSWER, undefined);
        return 'key' in (await this.#askAboutEnvironment(this.#environment, origin));
      }
      if (choice === undefined) return false;
    }
    const key = await askForKey();
    if (!key?.trim()) return false;
    await this.#store(key.trim(), origin);
    return true;
  }

  async remove(): Promise<void> {
    await this.#secrets.delete(SECRET_NAME);
    this.#isEnvironmentAllowed = false;
    await this.#memory.update(ORIGINS, undefined);
    await this.refresh();
    const left = this.#available
      ? vscode.l10n.t(
          'The stored API key was removed. You are asked before the one from the environment is used.',
        )
      : vscode.l10n.t('The stored API key was removed.');
    void vscode.window.showInformationMessage(left);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }

  async #stored(): Promise<string | undefined> {
    return (await this.#secrets.get(SECRET_NAME)) || undefined;
  }

  async #store(key: string, origin: string): Promise<void> {
    await this.#memory.update(ORIGINS, [origin]);
    await this.#secrets.store(SECRET_NAME, key);
    await this.refresh();
    // In the status bar: a notification would cover the composer.
    vscode.window.setStatusBarMessage(vscode.l10n.t('Your API key was saved.'), SAVED_SHOWN_MS);
  }

  get #mayUseEnvironment(): boolean {
    return this.#environment !== undefined && this.#memory.get(ENVIRONMENT_ANSWER) !== 'no';
  }

  /** Those the key may be sent to. */
  get #origins(): readonly string[] {
    const origins = this.#memory.get<unknown>(ORIGINS);
    return Array.isArray(origins) ? origins.map(String) : [DEFAULT_API_ADDRESS];
  }

  async #askFor(stored: string | undefined, origin: string): Promise<KeyAnswer> {
    if (stored !== undefined) return this.#askAboutOrigin(stored, origin);
    if (this.#environment === undefined || !this.#mayUseEnvironment) return { reason: 'no-key' };
    if (this.#isEnvironmentAllowed) return this.#askAboutOrigin(this.#environment, origin);
    return this.#askAboutEnvironment(this.#environment, origin);
  }

  async #askAboutOrigin(key: string, origin: string): Promise<KeyAnswer> {
    const send = vscode.l10n.t('Send It There');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Send your API key to {0}?', origin),
      {
        modal: true,
        detail: vscode.l10n.t(
          'So far it was for {0}. The address is that of the setting computerUseChat.apiBaseUrl or of ANTHROPIC_BASE_URL. Who has it can use your key.',
          this.#origins.join(', '),
        ),
      },
      { title: send },
      { title: vscode.l10n.t('Don’t Send'), isCloseAffordance: true },
    );
    if (answer?.title !== send) return { reason: 'key-withheld' };
    await this.#memory.update(ORIGINS, [...this.#origins, origin].slice(-MAX_ORIGINS));
    return { key };
  }

  /** Asked until there is an answer that says more than “not now”. */
  async #askAboutEnvironment(key: string, origin: string): Promise<KeyAnswer> {
    const move = vscode.l10n.t('Move into Secret Storage');
    const once = vscode.l10n.t('Use for This Window Only');
    const never = vscode.l10n.t('Never Use It');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('Use the API key of the variable ANTHROPIC_API_KEY?'),
      {
        modal: true,
        detail: vscode.l10n.t(
          'It was there when VS Code was started. It would be sent to {0} and nowhere else. Moved, it is in the secret storage of VS Code from now on; the variable stays as it is.',
          origin,
        ),
      },
      ...[move, once, never].map((title): vscode.MessageItem => ({ title })),
      { title: vscode.l10n.t('Not Now'), isCloseAffordance: true },
    );
    const choice = answer?.title;
    if (choice === move) await this.#store(key, origin);
    if (choice === once) {
      this.#isEnvironmentAllowed = true;
      await this.#memory.update(ORIGINS, [origin]);
    }
    if (choice === never) await this.#memory.update(ENVIRONMENT_ANSWER, 'no');
    await this.refresh();
    return choice === move || choice === once ? { key } : { reason: 'no-key' };
  }
}

const MAX_ORIGINS = 20;

const SAVED_SHOWN_MS = 10_000;

/** What is no address is its own origin: a request to it fails. */
function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

async function askWhichKey(): Promise<'environment' | 'other' | undefined> {
  const environment = vscode.l10n.t('The key of the variable ANTHROPIC_API_KEY');
  const other = vscode.l10n.t('Another key');
  const choice = await vscode.window.showQuickPick([environment, other], {
    title: vscode.l10n.t('Set API Key'),
    ignoreFocusOut: true,
  });
  if (choice === undefined) return undefined;
  return choice === environment ? 'environment' : 'other';
}

function askForKey(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
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
}
