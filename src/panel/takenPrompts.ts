/** Prompts remembered. A webview has one on its way at a time. */
const MAX_IDS = 20;

/** The latest prompts taken, so that one which is told of twice is sent once. */
export class TakenPrompts {
  readonly #ids = new Set<string>();

  /** Whether a prompt of this id was taken. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Sends a prompt, unless it has been. @returns whether it is taken, now or before */
  take(id: string, send: () => boolean): boolean {
    if (this.#ids.has(id)) return true;
    if (!send()) return false;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > MAX_IDS && oldest !== undefined) this.#ids.delete(oldest);
    return true;
  }
}
