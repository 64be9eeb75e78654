import type { SecretFill } from '../secretFill.ts';

/** What was filled in, in this browser: pictures of its pages are looked through for it as long as it runs. */
export class FilledSecrets {
  readonly #fills = new Map<string, SecretFill>();

  get all(): readonly SecretFill[] {
    return [...this.#fills.values()];
  }

  add(fill: SecretFill): void {
    this.#fills.set(fill.value, fill);
  }
}
