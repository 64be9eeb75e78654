import type { BetaToolsetCallContext } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { BetaAbstractBrowserToolset20260801, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { Emitter } from '../../src/base/emitter.ts';
import type { Computer, ComputerEvent } from '../../src/computer/computer.ts';
import { solidPng } from './png.ts';

/** A browser that only remembers what it was told; enough to test what happens around a computer. */
export class FakeComputer implements Computer {
  readonly #events = new Emitter<ComputerEvent>();
  readonly #browser = new FakeBrowserToolset();
  readonly toolset = this.#browser;
  readonly label = 'Fake browser';
  readonly onEvent = this.#events.event;
  closed = false;

  /** What was done, in order: `navigate https://…`, `left_click 10,20`, ... */
  get log(): readonly string[] {
    return this.#browser.log;
  }

  /** Makes `wait` take until its signal aborts, and tells when one has begun. */
  holdWaits(): Promise<void> {
    return this.#browser.holdWaits();
  }

  fire(event: ComputerEvent): void {
    this.#events.fire(event);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#events.dispose();
  }
}

class FakeBrowserToolset extends BetaAbstractBrowserToolset20260801 {
  readonly log: string[] = [];
  readonly #page: { url: string };
  #shade = 0;
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor() {
    const page = { url: 'about:blank' };
    super({ browserState: () => ({ tabs: [{ tab_id: '1', title: 'Fake', url: page.url, active: true }] }) });
    this.#page = page;
  }

  holdWaits(): Promise<void> {
    this.#waiting = Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  protected override navigate(_context: BetaToolsetCallContext, { url }: { url: string }) {
    this.log.push(`navigate ${url}`);
    this.#page.url = url;
    return { url, status: 200, title: 'Fake' };
  }

  /** Every screenshot differs, as it would after an action. */
  protected override screenshot() {
    this.log.push('screenshot');
    this.#shade = (this.#shade + 1) % 256;
    return { data: solidPng(64, 40, this.#shade).toString('base64') };
  }

  protected override left_click(_context: BetaToolsetCallContext, { target }: { target: { type: string } }) {
    if ('x' in target && 'y' in target) {
      if (Number(target.x) < 0) throw new ToolError('The point is outside of the screen.');
      this.log.push(`left_click ${target.x},${target.y}`);
    }
  }

  protected override async wait(context: BetaToolsetCallContext, { duration }: { duration: number }) {
    this.log.push(`wait ${duration}`);
    const waiting = this.#waiting;
    if (!waiting) return;
    waiting.resolve();
    await new Promise<void>((_resolve, reject) => {
      context.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  }
}
