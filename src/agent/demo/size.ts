import type { BetaMessageParam } from '@anthropic-ai/sdk/resources/beta';

/** What one image counts as, in bytes: about 1,500 tokens, whatever its file's length. */
const IMAGE_BYTES = 6_000;

/** How much of a model's context messages fill, in bytes of text. */
export function sizeOfMessages(messages: readonly BetaMessageParam[]): number {
  let size = 0;
  for (const message of messages) {
    size += JSON.stringify(message, (key, value: unknown) => {
      if (key !== 'source') return value;
      size += IMAGE_BYTES;
      return null;
    }).length;
  }
  return size;
}
