import Anthropic from '@anthropic-ai/sdk';

/** How to reach a Messages API. */
export interface ClientOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * An API client whose every exchange goes through `fetch`. It never retries by itself: the run does, and says so. It
 * reads neither keys nor addresses from the environment.
 */
export function createClient({ apiKey, baseUrl, fetch }: ClientOptions): Anthropic {
  return new Anthropic({
    apiKey,
    authToken: null,
    baseURL: baseUrl,
    fetch,
    maxRetries: 0,
    logLevel: 'off',
  });
}
