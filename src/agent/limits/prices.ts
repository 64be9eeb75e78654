/** What the API's models cost, for a limit in money. The list of November 2026: platform.claude.com/docs, "Pricing". */
import type { BetaUsage } from '@anthropic-ai/sdk/resources/beta';

/** US dollars for a million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
  /** For five minutes, which is what requests ask for. */
  readonly cacheWrite: number;
  readonly cacheRead: number;
}

interface ModelPrices extends Prices {
  /** Of requests with more tokens of input than this. */
  readonly long?: Prices & { readonly above: number };
}

const FABLE: ModelPrices = { input: 10, output: 50, cacheWrite: 12.5, cacheRead: 1 };
const OPUS_5: ModelPrices = { input: 5, output: 25, cacheWrite: 6.25, cacheRead: 0.5 };
const SONNET: ModelPrices = { input: 2, output: 10, cacheWrite: 2.5, cacheRead: 0.2 };

/** By the beginning of the model's id, longer ones first. */
const PRICES: readonly (readonly [prefix: string, prices: ModelPrices])[] = [
  ['claude-opus-5-5', { input: 4, output: 20, cacheWrite: 5, cacheRead: 0.2 }],
  [
    'claude-haiku-5-5',
    {
      ...{ input: 0.1, output: 0.5, cacheWrite: 0.125, cacheRead: 0.01 },
      long: { above: 100_000, input: 0.5, output: 2.5, cacheWrite: 0.625, cacheRead: 0.05 },
    },
  ],
  ['claude-sonnet-5', SONNET],
  ['claude-opus-5', OPUS_5],
  ['claude-opus-4-8', OPUS_5],
];

/** What a request with `input` tokens costs. A model that is not in the list counts as the dearest that is. */
export function pricesOf(model: string, input: number): Prices {
  const [, prices] = PRICES.find(([prefix]) => model.startsWith(prefix)) ?? ['', FABLE];
  return prices.long && input > prices.long.above ? prices.long : prices;
}

/** Tokens of a request by what they are charged as. */
export interface TokenCounts extends Readonly<Record<keyof Prices, number>> {}

export function countsOf(usage: BetaUsage): TokenCounts {
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
    cacheRead: usage.cache_read_input_tokens ?? 0,
  };
}

/** In US dollars. */
export function costOf(model: string, counts: TokenCounts): number {
  const { input, output, cacheWrite, cacheRead } = counts;
  const prices = pricesOf(model, input + cacheWrite + cacheRead);
  const millionths =
    input * prices.input +
    output * prices.output +
    cacheWrite * prices.cacheWrite +
    cacheRead * prices.cacheRead;
  return millionths / 1e6;
}
