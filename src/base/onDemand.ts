/** What {@link OnDemand} makes. */
export interface Closable {
  close(): Promise<void>;
}

/** Something that is made when it is first needed, once. After a failure the next need tries again. */
export class OnDemand<T extends Closable> {
  readonly #make: () => Promise<T>;
  #made: Promise<T> | undefined;
  #closed = false;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** It, made if need be. Rejects as the making did, and when it is closed. */
  get(): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('It is closed.'));
    this.#made ??= this.#tryToMake();
    return this.#made;
  }

  /** Closes it if it was made, also when that is still under way. */
  async close(): Promise<void> {
    this.#closed = true;
    // A failure to make it was told to those who asked for it.
    const made = await this.#made?.catch(() => undefined);
    this.#made = undefined;
    await made?.close();
  }

  async #tryToMake(): Promise<T> {
    try {
      return await this.#make();
    } catch (error) {
      this.#made = undefined;
      throw error;
    }
  }
}
