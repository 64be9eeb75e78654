import type * as vscode from 'vscode';
import { isSecretName } from '../agent/secrets/handles.ts';
import {
  MAX_SECRET_LENGTH,
  MIN_SECRET_LENGTH,
  type Secret,
  type SecretVault,
} from '../agent/secrets/secrets.ts';

/** All of them are one entry of the secret store: they change together or not at all, and need no index. */
const ENTRY = 'typedSecrets';

/** The user's secrets, in VS Code's secret store and nowhere else. */
export class StoredSecrets implements SecretVault, vscode.Disposable {
  readonly #storage: vscode.SecretStorage;
  readonly #onFault: (error: unknown) => void;
  readonly #subscription: vscode.Disposable;
  #latest: Promise<readonly Secret[]> | undefined;

  constructor(storage: vscode.SecretStorage, onFault: (error: unknown) => void) {
    this.#storage = storage;
    this.#onFault = onFault;
    // Also where another window has changed it.
    this.#subscription = storage.onDidChange(({ key }) => {
      if (key === ENTRY) this.#latest = undefined;
    });
  }

  /** A store that cannot be read has none; the user is told. */
  read(): Promise<readonly Secret[]> {
    this.#latest ??= this.#load().catch((error) => {
      this.#onFault(error);
      return [];
    });
    return this.#latest;
  }

  /** Adds one, in place of the one of its name. @throws what keeps the store from being written */
  async put(secret: Secret): Promise<void> {
    await this.#change((others) => [...others, secret], secret.name);
  }

  /** @throws what keeps the store from being written */
  async remove(name: string): Promise<void> {
    await this.#change((others) => others, name);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #change(change: (others: readonly Secret[]) => readonly Secret[], name: string): Promise<void> {
    const others = (await this.#load()).filter((each) => each.name !== name);
    const secrets = change(others).toSorted((a, b) => a.name.localeCompare(b.name));
    await this.#storage.store(ENTRY, JSON.stringify(secrets));
    this.#latest = undefined;
  }

  async #load(): Promise<readonly Secret[]> {
    const stored = parsed((await this.#storage.get(ENTRY)) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isSecret) : [];
  }
}

/** Nothing, where it is damaged. The parser's own words would quote it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSecret(value: unknown): value is Secret {
  if (typeof value !== 'object' || value === null) return false;
  const { name, value: text, places } = value as Partial<Record<keyof Secret, unknown>>;
  return (
    typeof name === 'string' &&
    isSecretName(name) &&
    typeof text === 'string' &&
    text.length >= MIN_SECRET_LENGTH &&
    text.length <= MAX_SECRET_LENGTH &&
    Array.isArray(places) &&
    places.every((place) => typeof place === 'string')
  );
}
