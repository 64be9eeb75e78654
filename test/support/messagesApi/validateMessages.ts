/** The rules for a conversation: roles, thinking, tool calls and their results. */
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import { readSignature, thinkingDigest } from '../../../src/agent/demo/sse.ts';
import { asObject, contentBlocks, InvalidRequest, type JsonObject, rejectUnknownKeys } from './invalid.ts';
import { checkBlocks } from './validateBlocks.ts';
import { checkToolResult } from './validateResults.ts';

/** How many replies are remembered; the oldest are forgotten first and then checked less. */
const MAX_REPLIES = 10_000;
const TOOLSETS: Readonly<Record<string, string>> = {
  browser: 'browser_toolset_20260801',
  computer: 'computer_toolset_20260801',
};
const MESSAGE_FIELDS = new Set(['role', 'content']);
const SYSTEM_MESSAGE_FIELDS = new Set(['role', 'content', 'clear_at', 'output_config']);

/** What the server sent, as far as it is checked when it comes back. */
export class IssuedReplies {
  /** The places of the thinking blocks, by the token that a reply's ids and signatures share. */
  readonly #thinking = new Map<string, readonly number[]>();
  readonly #unfinished = new Set<string>();

  remember(message: BetaMessage): void {
    const indices = message.content.flatMap((block, index) => (block.type === 'thinking' ? [index] : []));
    this.#thinking.set(message.id.replace('msg_01', ''), indices);
    if (message.stop_reason === 'pause_turn') this.#unfinished.add(textOf(message.content));
    for (const oldest of this.#thinking.keys()) {
      if (this.#thinking.size <= MAX_REPLIES) break;
      this.#thinking.delete(oldest);
    }
  }

  /** Places of the thinking blocks before block `index` of a reply; empty when it is not known. */
  thinkingBefore(token: string, index: number): readonly number[] {
    return (this.#thinking.get(token) ?? []).filter((place) => place < index);
  }

  /** Whether the reply with this content stopped with `pause_turn`, so that it may be the last message. */
  isUnfinished(content: unknown): boolean {
    return this.#unfinished.has(textOf(content));
  }
}

/**
 * @param compacts - whether a summary is asked for, which may be of a conversation that ends in an answer
 * @throws InvalidRequest when the conversation breaks a rule
 */
export function checkMessages(
  messages: readonly unknown[],
  tools: unknown,
  issued: IssuedReplies,
  compacts: boolean,
): void {
  if (messages.length === 0) throw new InvalidRequest('messages: at least one message is required');
  const declared = new Set(
    Array.isArray(tools) ? tools.map((tool: JsonObject) => tool.name ?? tool.type) : [],
  );
  let unanswered: readonly JsonObject[] = [];
  const callIds = new Set<unknown>();
  for (const [index, entry] of messages.entries()) {
    const at = `messages.${index}`;
    const message = asObject(entry, at);
    const blocks = contentBlocks(message.content, `${at}.content`);
    const startsWithSummary = checkSummary(blocks, index, at);
    const role = checkRole(message, index, startsWithSummary, at);
    checkBlocks(blocks, role, at);
    if (unanswered.length > 0 || role === 'user') checkResults(blocks, unanswered, role, at);
    unanswered = role === 'assistant' ? checkAssistant(blocks, declared, issued, at) : [];
    for (const { id } of unanswered) {
      if (callIds.has(id)) throw new InvalidRequest(`${at}: \`tool_use\` ids must be unique: ${id}`);
      callIds.add(id);
    }
  }
  const last = asObject(messages.at(-1), 'messages');
  if (unanswered.length > 0) throw new InvalidRequest('messages: the last turn has calls without results');
  if (last.role === 'assistant' && !compacts && !issued.isUnfinished(last.content)) {
    throw new InvalidRequest(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
}

/** A summary comes alone and first, as it was sent. @returns whether the message is one */
function checkSummary(blocks: readonly JsonObject[], index: number, at: string): boolean {
  const summary = blocks.find((block) => block.type === 'compaction');
  if (!summary) return false;
  if (index !== 0 || blocks.length !== 1) {
    throw new InvalidRequest(`${at}: a \`compaction\` block must be alone in the first message`);
  }
  const seal = readSignature(String(summary.signature));
  if (seal === null || seal.digest !== thinkingDigest(String(summary.content ?? ''))) {
    throw new InvalidRequest(`${at}: Invalid \`signature\` in \`compaction\` block`);
  }
  return true;
}

function checkRole(message: JsonObject, index: number, startsWithSummary: boolean, at: string): string {
  const { role } = message;
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw new InvalidRequest(`${at}.role: Input should be 'user', 'assistant' or 'system'`);
  }
  if (index === 0 && role !== (startsWithSummary ? 'assistant' : 'user'))
    throw new InvalidRequest('messages: first message must use the "user" role');
  rejectUnknownKeys(message, role === 'system' ? SYSTEM_MESSAGE_FIELDS : MESSAGE_FIELDS, `${at}.`);
  const empty = message.content === undefined || message.content === '' || textOf(message.content) === '[]';
  if (empty && role !== 'system') throw new InvalidRequest(`${at}: all messages must have non-empty content`);
  return role;
}

/** @returns the blocks that call tools */
function checkAssistant(
  blocks: readonly JsonObject[],
  declared: ReadonlySet<unknown>,
  issued: IssuedReplies,
  at: string,
): readonly JsonObject[] {
  if (blocks.at(-1)?.type === 'thinking') {
    throw new InvalidRequest(`${at}: The final block in an assistant message cannot be \`thinking\`.`);
  }
  let lastPlace = -1;
  let lastToken: string | null = null;
  const present = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    const here = `${at}.content.${index}`;
    if (block.type === 'thinking') {
      const { token, place } = checkThinking(block, here);
      if ((lastToken !== null && lastToken !== token) || place <= lastPlace) throw alteredThinking(here);
      lastToken = token;
      lastPlace = place;
      present.add(`${token}.${place}`);
    } else if (block.type === 'tool_use') {
      checkToolUse(block, declared, here);
      checkThinkingKept(String(block.id), present, issued, here);
    }
  }
  return blocks.filter((block) => block.type === 'tool_use');
}

function checkThinking(block: JsonObject, at: string): { token: string; place: number } {
  const seal = readSignature(String(block.signature));
  if (seal === null) throw new InvalidRequest(`${at}: Invalid \`signature\` in \`thinking\` block`);
  if (seal.digest !== thinkingDigest(String(block.thinking))) throw alteredThinking(at);
  return { token: seal.token, place: seal.index };
}

/** A call's thinking has to be sent back with it. */
function checkThinkingKept(
  id: string,
  present: ReadonlySet<string>,
  issued: IssuedReplies,
  at: string,
): void {
  const [token = '', index] = id.replace('toolu_01', '').split('_');
  for (const place of issued.thinkingBefore(token, Number(index))) {
    if (!present.has(`${token}.${place}`)) throw alteredThinking(at);
  }
}

function alteredThinking(at: string): InvalidRequest {
  return new InvalidRequest(
    `${at}: \`thinking\` blocks in an assistant message cannot be modified. These blocks must remain as they were in the original response.`,
  );
}

function checkToolUse(block: JsonObject, declared: ReadonlySet<unknown>, at: string): void {
  if (typeof block.id !== 'string' || typeof block.name !== 'string') {
    throw new InvalidRequest(`${at}.tool_use: id and name are required`);
  }
  asObject(block.input, `${at}.tool_use.input`);
  const family = block.toolset_name;
  if (family === undefined || family === null) {
    if (!declared.has(block.name))
      throw new InvalidRequest(`${at}.tool_use.name: no tool '${block.name}' is declared in tools`);
    return;
  }
  const type = TOOLSETS[String(family)];
  if (type === undefined || !declared.has(type)) {
    throw new InvalidRequest(`${at}.tool_use.toolset_name: no toolset '${family}' is declared in tools`);
  }
}

/** The message after calls answers each of them, in order, before it says anything else. */
function checkResults(
  blocks: readonly JsonObject[],
  calls: readonly JsonObject[],
  role: string,
  at: string,
): void {
  for (const [index, call] of calls.entries()) {
    const result = role === 'user' ? blocks[index] : undefined;
    if (result?.type !== 'tool_result' || result.tool_use_id !== call.id) {
      throw new InvalidRequest(
        `${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${call.id}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message, in the same order and before other content.`,
      );
    }
    checkToolResult(result, call, `${at}.content.${index}`);
  }
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'tool_result' && index >= calls.length) {
      throw new InvalidRequest(
        `${at}.content.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
  }
}

function textOf(content: unknown): string {
  return JSON.stringify(content);
}
