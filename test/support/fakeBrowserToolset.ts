/** A browser toolset without a browser: it answers at once and remembers what was asked of it. */
import { BetaAbstractBrowserToolset20260801, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { solidPng } from './png.ts';

/** One call as it came. */
export interface FakeCall {
  readonly member: string;
  readonly input: unknown;
}

/** Screenshots are real PNG files of 1280x800, each different from the last unless nothing changes any more. */
export class FakeBrowserToolset extends BetaAbstractBrowserToolset20260801 {
  readonly calls: FakeCall[] = [];
  /** The member whose next call fails, and what the model is told. */
  failNext: { readonly member: string; readonly message: string } | null = null;
  /** What `get_page_text` reads. */
  pageText = '';
  /** Whether the screen stays as it is. */
  isStill = false;
  #url = 'about:blank';
  #shade = 0;

  constructor() {
    super({
      browserState: () => ({ tabs: [{ tab_id: 'tab-1', title: 'Fake', url: this.#url, active: true }] }),
      configs: { javascript_exec: { enabled: false }, file_upload: { enabled: false } },
    });
  }

  override async navigate(_context: unknown, input: { url: string }) {
    this.#note('navigate', input);
    this.#url = input.url;
    return { url: input.url, title: 'Fake', status: 200 };
  }

  override async screenshot() {
    this.#note('screenshot', {});
    if (!this.isStill) this.#shade = (this.#shade + 1) % 256;
    return { data: solidPng(1280, 800, this.#shade).toString('base64'), mediaType: 'image/png' as const };
  }

  override async get_page_text() {
    this.#note('get_page_text', {});
    return this.pageText;
  }

  override async left_click(_context: unknown, input: unknown) {
    this.#note('left_click', input);
  }

  override async type_(_context: unknown, input: unknown) {
    this.#note('type', input);
  }

  #note(member: string, input: unknown): void {
    this.calls.push({ member, input });
    if (this.failNext?.member !== member) return;
    const { message } = this.failNext;
    this.failNext = null;
    throw new ToolError(message);
  }
}
