/** How many places are remembered. */
const MAX_TOLD = 500;

/** What a session has been told, so that a page that is read again and again is told of once. */
export class ToldSuspicions {
  readonly #told = new Set<string>();

  /** Whether it is new; from now on it is not. The oldest are forgotten first. */
  add(where: string, quote: string): boolean {
    const name = `${where}\n${quote}`;
    const isNew = !this.#told.delete(name);
    this.#told.add(name);
    for (const oldest of this.#told) {
      if (this.#told.size <= MAX_TOLD) break;
      this.#told.delete(oldest);
    }
    return isNew;
  }
}
