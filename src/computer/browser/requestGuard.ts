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
 * Web sockets are not seen here: `resolverRules` keeps them from addresses and hosts, not from single paths.
 */
import type { CDPSession, Protocol } from 'puppeteer-core';
import { bounded, ignoreFailure } from './bounded.ts';
import { hostKind, isPrivateAddress } from './hostRanges.ts';
import { decide, hostOf, mayShow, type RefusalReason, suspectGlobs, type UrlPolicy } from './urlPolicy.ts';

export interface Refusal {
  readonly host: string;
  readonly reason: RefusalReason;
  /** The frame that was to show it, where it is a document; a page's frame has its target's id. */
  readonly documentOf: string | undefined;
}

export interface RequestGuardOptions {
  readonly policy: UrlPolicy;
  /** Whether the browser has tabs of the user's, whose requests are none of our business. */
  readonly isShared: boolean;
  /** Told of each refused request. */
  readonly onRefused: (refusal: Refusal) => void;
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

  constructor(options: RequestGuardOptions) {
    this.#options = options;
  }

  /** Holds the requests of `session`, a browser's or a page's, from now on. */
  async enable(session: CDPSession): Promise<void> {
    session.on('Fetch.requestPaused', (event) => void this.#onPaused(session, event));
    const documents = { urlPattern: '*', resourceType: 'Document' } as const;
    await session.send('Fetch.enable', {
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
   * @param end - called when something has arrived that should not have: the page must not go on
   */
  observe(session: CDPSession, end: () => void): Array<Promise<unknown>> {
    this.#watch(session, end);
    if (!this.#options.isShared) return [];
    // What a service worker fetches is not held here: pages go without.
    return [this.enable(session), session.send('Network.setBypassServiceWorker', { bypass: true })];
  }

  #watch(session: CDPSession, end: () => void): void {
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
      if (!this.#fromPrivate.delete(requestId) || !this.#mustBePublic(response.url)) return;
      this.#refuse(response.url, 'private', undefined);
      end();
    });
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

  /** Never rejects: a request without an answer would hang for good. */
  async #reasonAgainst(event: Protocol.Fetch.RequestPausedEvent): Promise<RefusalReason | undefined> {
    const { request, resourceType, networkId } = event;
    const isResponse = event.responseStatusCode !== undefined || event.responseErrorReason !== undefined;
    if (isResponse) {
      const isPrivate = networkId !== undefined && this.#fromPrivate.has(networkId);
      return isPrivate && this.#mustBePublic(request.url) ? 'private' : undefined;
    }
    const decision = decide(this.#options.policy, request.url);
    if (!decision.isAllowed) return decision.reason;
    if (resourceType !== 'Document' || !this.#mustBePublic(request.url)) return undefined;
    return (await this.#leadsToPrivate(new URL(request.url).hostname)) ? 'private' : undefined;
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

  /** Whether nothing opened `url` to private addresses. */
  #mustBePublic(url: string): boolean {
    const decision = decide(this.#options.policy, url);
    return /^https?:/i.test(url) && !(decision.isAllowed && decision.isOpened);
  }

  #refuse(url: string, reason: RefusalReason, documentOf: string | undefined): void {
    const host = hostOf(url) || (URL.parse(url)?.protocol ?? '');
    this.#options.onRefused({ host, reason, documentOf });
  }
}
