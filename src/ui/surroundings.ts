import * as vscode from 'vscode';
import type { Connection } from '../agent/conversation.ts';
import { DemoServer } from '../agent/demo/demoServer.ts';
import { modelInfo } from '../agent/models.ts';
import type { NoConnection, Surroundings } from '../agent/surroundings.ts';
import type { SessionProvider } from '../history/history.ts';
import { apiAddress } from './apiAddress.ts';
import type { ApiKey } from './apiKey.ts';
import type { Consent } from './consent.ts';
import { onDidChangeSettings, readSettings } from './settings.ts';

export type FetchWrapper = (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;

/** The settings and the key, as sessions need them; makes their API clients. */
export class VsCodeSurroundings implements Surroundings, vscode.Disposable {
  readonly #key: ApiKey;
  readonly #consent: Consent;
  readonly #logged: FetchWrapper;
  readonly #fetch: typeof globalThis.fetch;
  readonly #demo: DemoServer;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #settings = readSettings();
  /** The demo model: one for all sessions, as it holds their threads. */
  #demoFetch: typeof globalThis.fetch | undefined;

  readonly onDidChange = this.#changes.event;

  /**
   * @param logged - puts the exchange log around what speaks to an API
   * @param demoFolder - holds the page the demo model works on
   * @param onOther - something else has changed that sessions tell of
   */
  constructor(
    key: ApiKey,
    consent: Consent,
    logged: FetchWrapper,
    demoFolder: string,
    onOther: vscode.Event<void>,
  ) {
    this.#key = key;
    this.#consent = consent;
    this.#logged = logged;
    this.#fetch = logged((input, init) => globalThis.fetch(input, init));
    this.#demo = new DemoServer(demoFolder);
    this.#subscriptions = [
      key.onDidChange(() => this.#changes.fire()),
      consent.onDidChange(() => this.#changes.fire()),
      onOther(() => this.#changes.fire()),
      onDidChangeSettings(() => this.#readSettings()),
      // Some settings of a workspace count only once it is trusted.
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#readSettings()),
    ];
  }

  get hasApiKey(): boolean {
    return this.#key.available;
  }

  get modelLabel(): string {
    return modelInfo(this.#settings.model).label;
  }

  get httpLogs(): boolean {
    return this.#settings.httpExchangeLogs;
  }

  get isTrusted(): boolean {
    return vscode.workspace.isTrusted;
  }

  get hasConsent(): boolean {
    return this.#consent.isGiven;
  }

  async connect(provider: SessionProvider): Promise<Connection | NoConnection> {
    if (!vscode.workspace.isTrusted) return { reason: 'restricted' };
    if (provider === 'demo') return this.#connectDemo();
    return this.hasConsent ? this.#connectApi() : { reason: 'no-consent' };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
    this.#demo.dispose();
  }

  #readSettings(): void {
    this.#settings = readSettings();
    this.#changes.fire();
  }

  async #connectApi(): Promise<Connection | NoConnection> {
    const { model, effort, customInstructions } = this.#settings;
    const baseUrl = apiAddress();
    const answer = await this.#key.keyFor(baseUrl);
    if ('reason' in answer) return answer;
    // Loaded on first use: the SDK would otherwise be most of what activation costs.
    const { createClient } = await import('../agent/client.ts');
    const client = createClient({ apiKey: answer.key, baseUrl, fetch: this.#fetch });
    return { client, model: modelInfo(model), effort, customInstructions };
  }

  async #connectDemo(): Promise<Connection> {
    const [{ createClient }, { createDemoScript, DEMO_MODEL }, { createScriptedFetch }] = await Promise.all([
      import('../agent/client.ts'),
      import('../agent/demo/demoScript.ts'),
      import('../agent/demo/scriptedModel.ts'),
    ]);
    const pageUrl = await this.#demo.url();
    this.#demoFetch ??= this.#logged(createScriptedFetch(createDemoScript({ pageUrl })));
    const client = createClient({ apiKey: 'none', baseUrl: DEMO_ADDRESS, fetch: this.#demoFetch });
    return { client, model: modelInfo(DEMO_MODEL), effort: 'medium', customInstructions: '' };
  }
}

/** Stands in requests and in the log for an API that is a function of this process; nothing is ever sent there. */
const DEMO_ADDRESS = 'http://demo.invalid';
