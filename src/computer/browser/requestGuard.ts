/**
 * Enforces the URL policy on what a browser loads, redirects and parts of pages included.
 *
 * - Requests to addresses that may be refused, and all documents, are held until the policy has decided. Enabled on the
 *   session of a whole browser, that covers frames, popups, workers and service workers.
 * - A name may lead to a private address. Before a document is asked for, its name is looked up; before it arrives, the
 *   browser's own word on where it came from decides, whatever a name server said before.
 * - For what else pages load, the browser keeps public pages from private addresses by itself (Local Network Access,
 *   Chrome 142 and later, web sockets too; its question is answered no). What comes from one nevertheless ends the page.
 *
 * Web sockets cannot be held. `resolverRules` keeps them from hosts; where these do not suffice (`resolverSuffices`, or a
 * browser that was not started with them), a script in each page and worker does (`socketScript.ts`).
 * A socket that gets past all that ends its page.
 */
import { randomUUID } from 'node:crypto';
import type { CDPSession, Protocol } from 'puppeteer-core';
import { hostKind, isPrivateAddress } from '../../base/net/hostRanges.ts';
import { bounded, ignoreFailure } from '../bounded.ts';
import { refusedBy, socketScript } from './socketScript.ts';
import {
  decide,
  hostOf,
  mayShow,
  type RefusalReason,
  resolverSuffices,
  suspectGlobs,
  type UrlPolicy,
} from './urlPolicy.ts';

export interface Refusal {
  readonly host: string;
  readonly reason: RefusalReason;
  /** The frame that was to show it, or a page that ends for it; a page's frame has its target's id. */
  readonly documentOf: string | undefined;
}

export interface RequestGuardOptions {
  readonly policy: UrlPolicy;
  /** Whether the browser has tabs of the user's, whose requests are none of our business. */
  readonly isShared: boolean;
  /** Told of each refused request. */
  readonly onRefused: (refusal: Refusal) => void;
  /** Told of each prompt for a password that was cancelled, of a server or a proxy. */
  readonly onAuthCancelled: (challenge: Protocol.Fetch.AuthChallenge) => void;
  /** The addresses of a name; undefined where names are for a proxy to look up. */
  readonly lookUp: ((host: string) => Promise<readonly string[]>) | undefined;
}

/** How long a look-up may hold a document up. The browser's own word follows in any case. */
const LOOK_UP_LIMIT_MS = 1_000;

/** Responses remembered until they arrive. */
const MAX_REMEMBERED = 1_000;

/** `Private` and `Local` changed their meaning between versions; here they come to the same. */
const PRIVATE_SPACES: ReadonlySet<string> = new Set(['Loopback', 'Local', 'Private']);

export class RequestGuard {
  readonly #options: RequestGuardOptions;
  /** Requests whose response comes from a private address. */
  readonly #fromPrivate = new Set<string>();
  /** What the names of shared workers begin with that pages of ours have started. */
  readonly #workerMark = `${randomUUID()} `;
  /** Runs before what pages and workers bring; undefined where other means hold all that it would. */
  readonly #script: string | undefined;

  constructor(options: RequestGuardOptions) {
    this.#options = options;
    const { policy, isShared } = options;
    if (isShared || !resolverSuffices(policy))
      this.#script = socketScript({ policy, workerMark: isShared ? this.#workerMark : undefined });
  }

  /**
   * Types of targets, besides pages, that the browser as a whole is to be asked for, and {@link observeWorker} to be
   * called with.
   */
  get sharedTypes(): readonly string[] {
    if (this.#options.isShared) return ['shared_worker'];
    return this.#script === undefined ? [] : ['shared_worker', 'service_worker'];
  }

  /** Holds the requests of `session`, a browser's or a page's, from now on. */
  async enable(session: CDPSession): Promise<void> {
    session.on('Fetch.requestPaused', (event) => void this.#onPaused(session, event));
    session.on('Fetch.authRequired', (event) => this.#onAuthRequired(session, event));
    const documents = { urlPattern: '*', resourceType: 'Document' } as const;
    await session.send('Fetch.enable', {
      // Nobody could answer a prompt for a password.
      handleAuthRequests: true,
      patterns: [
        { ...documents, requestStage: 'Request' },
        { ...documents, requestStage: 'Response' },
        ...suspectGlobs(this.#options.policy).map((urlPattern) => ({ urlPattern })),
      ],
    });
  }

  /**
   * Hears where the responses of a page or frame come from; to be called when its network domain is being enabled. In a
   * shared browser its requests are held, too.
   * @param pageId - the id of the page's target
   * @param end - called when something has arrived that should not have: the page must not go on
   */
  observe(session: CDPSession, pageId: string, end: () => void): Array<Promise<unknown>> {
    this.#watch(session, pageId, end);
    const source = this.#script;
    const script =
      source === undefined
        ? []
        : [session.send('Page.addScriptToEvaluateOnNewDocument', { source, runImmediately: true })];
    if (!this.#options.isShared) return script;
    // What a service worker of the user's fetches is not held here: pages go without.
    const bypass = session.send('Network.setBypassServiceWorker', { bypass: true });
    return [...script, this.enable(session), bypass];
  }

  /**
   * Guards a worker that waits to be run; what it sends is run before the worker's own scripts.
   * @param above - whether pages of ours have it below them, so that it is theirs
   * @returns undefined for one that is none of our business
   */
  observeWorker(
    session: CDPSession,
    { type, title }: Protocol.Target.TargetInfo,
    above: 'page' | 'browser',
  ): Array<Promise<unknown>> | undefined {
    const expression = this.#script;
    if (expression === undefined) return undefined;
    const { isShared } = this.#options;
    if (isShared && type === 'service_worker') return undefined;
    if (isShared && above === 'browser' && !title.startsWith(this.#workerMark)) return undefined;
    const evaluated = session.send('Runtime.evaluate', { expression });
    return isShared && type === 'shared_worker' ? [this.enable(session), evaluated] : [evaluated];
  }

  #watch(session: CDPSession, pageId: string, end: () => void): void {
    session.on('Network.responseReceivedExtraInfo', ({ requestId, resourceIPAddressSpace }) => {
      if (!PRIVATE_SPACES.has(resourceIPAddressSpace)) {
        this.#fromPrivate.delete(requestId);
        return;
      }
      this.#fromPrivate.add(requestId);
      if (this.#fromPrivate.size <= MAX_REMEMBERED) return;
      const [oldest] = this.#fromPrivate;
      if (oldest !== undefined) this.#fromPrivate.delete(oldest);
    });
    session.on('Network.responseReceived', ({ requestId, response }) => {
      if (!this.#fromPrivate.delete(requestId)) return;
      const reason = this.#reasonAgainstPrivate(response.url);
      if (reason === undefined) return;
      this.#refuse(response.url, reason, pageId);
      end();
    });
    this.#watchSockets(session, pageId, end);
  }

  #watchSockets(session: CDPSession, pageId: string, end: () => void): void {
    const refused = new Map<string, string>();
    session.on('Network.webSocketCreated', ({ requestId, url }) => {
      const asked = refusedBy(url);
      const reason = this.#reasonAgainstSocket(asked ?? url);
      if (asked !== undefined) this.#refuse(asked, reason ?? 'blocked', undefined);
      else if (reason !== undefined && refused.size < MAX_REMEMBERED) refused.set(requestId, url);
    });
    session.on('Network.webSocketClosed', ({ requestId }) => void refused.delete(requestId));
    session.on('Network.webSocketHandshakeResponseReceived', ({ requestId }) => {
      const url = refused.get(requestId);
      if (url === undefined) return;
      this.#refuse(url, this.#reasonAgainstSocket(url) ?? 'blocked', pageId);
      end();
    });
  }

  #reasonAgainstSocket(url: string): RefusalReason | undefined {
    const decision = decide(this.#options.policy, url);
    return decision.isAllowed ? undefined : decision.reason;
  }

  /** Whether a tab may show `url`. Tells of it where not. */
  checkShown(url: string, frameId: string): boolean {
    if (mayShow(this.#options.policy, url)) return true;
    const decision = decide(this.#options.policy, url);
    this.#refuse(url, decision.isAllowed ? 'scheme' : decision.reason, frameId);
    return false;
  }

  async #onPaused(session: CDPSession, event: Protocol.Fetch.RequestPausedEvent): Promise<void> {
    const { requestId, request, resourceType, frameId } = event;
    const documentOf = resourceType === 'Document' ? frameId : undefined;
    const reason = await this.#reasonAgainst(event);
    if (reason === undefined) {
      // It may be gone: its page was closed meanwhile.
      ignoreFailure(session.send('Fetch.continueRequest', { requestId }));
      return;
    }
    ignoreFailure(session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }));
    this.#refuse(request.url, reason, documentOf);
  }

  #onAuthRequired(session: CDPSession, event: Protocol.Fetch.AuthRequiredEvent): void {
    const { requestId, authChallenge } = event;
    ignoreFailure(
      session.send('Fetch.continueWithAuth', {
        requestId,
        authChallengeResponse: { response: 'CancelAuth' },
      }),
    );
    this.#options.onAuthCancelled(authChallenge);
  }

  /** Never rejects: a request without an answer would hang for good. */
  async #reasonAgainst(event: Protocol.Fetch.RequestPausedEvent): Promise<RefusalReason | undefined> {
    const { request, resourceType, networkId } = event;
    const isResponse = event.responseStatusCode !== undefined || event.responseErrorReason !== undefined;
    if (isResponse) {
      const isPrivate = networkId !== undefined && this.#fromPrivate.has(networkId);
      return isPrivate ? this.#reasonAgainstPrivate(request.url) : undefined;
    }
    const decision = decide(this.#options.policy, request.url);
    if (!decision.isAllowed) return decision.reason;
    const reason = this.#reasonAgainstPrivate(request.url);
    if (resourceType !== 'Document' || reason === undefined) return undefined;
    return (await this.#leadsToPrivate(new URL(request.url).hostname)) ? reason : undefined;
  }

  async #leadsToPrivate(host: string): Promise<boolean> {
    const { lookUp } = this.#options;
    if (lookUp === undefined || hostKind(host) !== 'name') return false;
    try {
      const addresses = await bounded(lookUp(host), [], LOOK_UP_LIMIT_MS, () => undefined);
      return addresses.some(isPrivateAddress);
    } catch {
      // Not known here. The browser asks by itself, and says where the document came from.
      return false;
    }
  }

  /** Why `url` may not come from a private address; undefined where it was opened to these. */
  #reasonAgainstPrivate(url: string): RefusalReason | undefined {
    if (!/^https?:/i.test(url)) return undefined;
    const decision = decide(this.#options.policy, url);
    if (!decision.isAllowed) return decision.reason;
    return decision.isOpened ? undefined : 'private';
  }

  #refuse(url: string, reason: RefusalReason, documentOf: string | undefined): void {
    const host = hostOf(url) || (URL.parse(url)?.protocol ?? '');
    this.#options.onRefused({ host, reason, documentOf });
  }
}
