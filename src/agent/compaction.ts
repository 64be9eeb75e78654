/**
 * When a conversation is summarized, and how it goes on after that.
 *
 * The server writes the summary when it is asked to and signs it; it then stands, first, in place of all messages it
 * was made of. See "Compaction on demand" in the API's documentation.
 */
import type {
  AnthropicBeta,
  BetaContentBlockParam,
  BetaImageBlockParam,
  BetaMessage,
  BetaMessageParam,
  BetaUsage,
} from '@anthropic-ai/sdk/resources/beta';

/** The beta that requests asking for a summary, and all that carry one, must name. */
export const COMPACTION_BETA: AnthropicBeta = 'compact-2026-09-04';

/**
 * A conversation of so many tokens is summarized before it goes on. It is the API's own default where it decides itself,
 * and well below the window of every model: a long context makes each turn slower and dearer, and answers worse.
 */
export const COMPACT_AFTER_TOKENS = 150_000;

/**
 * Screenshots after which it is summarized as well, and the bytes of their files. A request that begins a new thread, the
 * one for a summary among them, carries them all, and each of its copies in memory is as large.
 */
export const COMPACT_AFTER_IMAGES = 50;
export const COMPACT_AFTER_IMAGE_BYTES = 8 * 2 ** 20;

/** What the model reads after a summary that was made in the middle of its work. */
export const GO_ON_TEXT =
  '[The conversation so far was summarized to make room. Go on with the task from where it stands.]';

/** Tokens of context that a reply leaves behind: what the next request begins with. */
export function contextTokens(usage: BetaUsage): number {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = usage;
  return input_tokens + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0) + output_tokens;
}

/** The summary in a reply to a request for one, to be read by a person; undefined when none could be made. */
export function summaryIn(reply: BetaMessage): string | undefined {
  const block = reply.content.find((candidate) => candidate.type === 'compaction');
  return block?.content ?? undefined;
}

/** Whether a message is a summary of those before it. */
export function isSummary({ content }: BetaMessageParam): boolean {
  return Array.isArray(content) && content.some((block) => block.type === 'compaction');
}

/** The messages without what the user said since the last reply: that is not to be summarized but answered. */
export function beforePrompt(messages: readonly BetaMessageParam[]): readonly BetaMessageParam[] {
  const said = saidSinceReply(messages);
  return messages.slice(0, messages.length - said.length);
}

/**
 * What the model is to answer after the summary of `messages`: in its own words what the user said last, which must not
 * get lost in a summary, or else the order to go on, with the screen as it was last seen.
 */
export function afterSummary(
  messages: readonly BetaMessageParam[],
  screen: BetaImageBlockParam | undefined,
): BetaMessageParam[] {
  const said = saidSinceReply(messages);
  if (said.length > 0) return [...said];
  const content: BetaContentBlockParam[] = [{ type: 'text', text: GO_ON_TEXT }];
  if (screen) content.push(screen);
  return [{ role: 'user', content }];
}

function saidSinceReply(messages: readonly BetaMessageParam[]): readonly BetaMessageParam[] {
  const last = messages.findLastIndex((message) => message.role === 'assistant' || hasResults(message));
  return messages.slice(last + 1);
}

function hasResults({ content }: BetaMessageParam): boolean {
  return Array.isArray(content) && content.some((block) => block.type === 'tool_result');
}
