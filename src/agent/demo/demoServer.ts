import type { Disposable } from '../../base/lifecycle.ts';
import { type DemoPage, serveDemoPage } from './demoPage.ts';

/** Serves the demo page from the first time it is asked for: once, however many sessions ask at the same time. */
export class DemoServer implements Disposable {
  readonly #directory: string;
  #page: Promise<DemoPage> | undefined;
  #disposed = false;

  /** @param directory - the folder that holds the page (`media/demo`) */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Where the page is: `http://127.0.0.1:PORT/`.
   * @throws when it cannot be served, or the server was disposed; a later call tries again
   */
  async url(): Promise<string> {
    if (this.#disposed) throw new Error('The demo has ended.');
    this.#page ??= this.#serve();
    return (await this.#page).url;
  }

  /** Ends the server; one that is just starting ends as soon as it has started. */
  dispose(): void {
    this.#disposed = true;
    // A start that failed was told to those who asked.
    this.#page?.then(
      (page) => page.dispose(),
      () => {},
    );
    this.#page = undefined;
  }

  async #serve(): Promise<DemoPage> {
    try {
      return await serveDemoPage(this.#directory);
    } catch (error) {
      this.#page = undefined;
      throw error;
    }
  }
}
