/**
 * Turns a scripted reply into what the Messages API sends: a message, and the server-sent events that stream it
 * (https://platform.claude.com/docs/en/build-with-claude/streaming).
 */
import { createHash, randomBytes } from 'node:crypto';
import type {
  BetaContentBlock,
  BetaMessage,
  BetaMessageDeltaUsage,
  BetaRawMessageStreamEvent,
  BetaStopReason,
  BetaUsage,
} from '@anthropic-ai/sdk/resources/beta';
import { assertNever } from '../../protocol/transcript.ts';
import type { ScriptedBlock, ScriptedReply, ScriptedUsage } from './script.ts';

/** An event of the stream; `ping` is sent by the API at any point and carries nothing. */
export type StreamEvent = BetaRawMessageStreamEvent | { readonly type: 'ping' };

/** Roughly how many bytes of a request one token stands for. */
const BYTES_PER_TOKEN = 4;

/**
 * The whole message a reply amounts to, with ids of its own. Ids and signatures of one message share a token, so that
 * a validator can tell which reply a block came from.
 * @param seenBytes - size of what the model saw, from which the input tokens are estimated
 */
export function composeMessage(reply: ScriptedReply, model: string, seenBytes: number): BetaMessage {
  const token = randomBytes(10).toString('hex');
  const content = reply.blocks.map((block, index) => composeBlock(block, index, token));
  const stopReason = reply.stopReason ?? defaultStopReason(reply.blocks);
  return {
    id: `msg_01${token}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    container: null,
    context_management: null,
    diagnostics: null,
    stop_reason: stopReason,
    stop_sequence: null,
    stop_details:
      stopReason === 'refusal'
        ? ({ type: 'refusal', category: null, explanation: null } as BetaMessage['stop_details'])
        : null,
    usage: composeUsage(reply.usage, seenBytes, content),
  };
}

/** Which reply and block a signature was made for, and the digest of the text it seals; null for a foreign one. */
export function readSignature(signature: string): { token: string; index: number; digest: string } | null {
  const [version, token, index, digest] = Buffer.from(signature, 'base64').toString('latin1').split('.');
  if (version !== 'scripted-v1' || !token || !digest || !/^\d+$/.test(index ?? '')) return null;
  return { token, index: Number(index), digest };
}

/** The digest a signature seals. */
export function thinkingDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The events that stream `message`.
 * @param charactersPerDelta - the size of text, thinking and input deltas; at least 1
 */
export function* streamEvents(message: BetaMessage, charactersPerDelta: number): Generator<StreamEvent> {
  yield {
    type: 'message_start',
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_details: null,
      usage: { ...message.usage, output_tokens: 1 },
    },
  };
  yield { type: 'ping' };
  for (const [index, block] of message.content.entries()) {
    yield { type: 'content_block_start', index, content_block: emptied(block) };
    yield* blockDeltas(block, index, Math.max(1, charactersPerDelta));
    yield { type: 'content_block_stop', index };
  }
  yield {
    type: 'message_delta',
    context_management: null,
    delta: {
      container: null,
      stop_details: message.stop_details,
      stop_reason: message.stop_reason,
      stop_sequence: null,
    },
    usage: deltaUsage(message.usage),
  };
  yield { type: 'message_stop' };
}

/** An event as it stands on the wire. */
export function encodeEvent(event: { readonly type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function composeBlock(block: ScriptedBlock, index: number, token: string): BetaContentBlock {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text, citations: null };
    case 'thinking': {
      const seal = `scripted-v1.${token}.${index}.${thinkingDigest(block.text)}`;
      return { type: 'thinking', thinking: block.text, signature: Buffer.from(seal).toString('base64') };
    }
    case 'action':
      return {
        type: 'tool_use',
        id: `toolu_01${token}_${index}`,
        name: block.member,
        toolset_name: block.toolset,
        input: block.input,
      };
    case 'tool':
      return { type: 'tool_use', id: `toolu_01${token}_${index}`, name: block.name, input: block.input };
    case 'summary':
      return {
        type: 'compaction',
        content: block.text,
        encrypted_content: null,
        signature: Buffer.from(`scripted-v1.${token}.${index}.${thinkingDigest(block.text ?? '')}`).toString(
          'base64',
        ),
      };
    default:
      return assertNever(block);
  }
}

function defaultStopReason(blocks: readonly ScriptedBlock[]): BetaStopReason {
  if (blocks.some((block) => block.type === 'summary')) return 'compaction';
  return blocks.some((block) => block.type === 'action' || block.type === 'tool') ? 'tool_use' : 'end_turn';
}

function composeUsage(
  usage: ScriptedUsage | undefined,
  seenBytes: number,
  content: readonly BetaContentBlock[],
): BetaUsage {
  const responseBytes = content.reduce((sum, block) => sum + JSON.stringify(block).length, 0);
  return {
    input_tokens: usage?.inputTokens ?? Math.ceil(seenBytes / BYTES_PER_TOKEN),
    output_tokens: usage?.outputTokens ?? Math.ceil(responseBytes / BYTES_PER_TOKEN),
    cache_creation_input_tokens: usage?.cacheWriteTokens ?? 0,
    cache_read_input_tokens: usage?.cacheReadTokens ?? 0,
    cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: usage?.cacheWriteTokens ?? 0 },
    fallback_credit: null,
    inference_geo: null,
    iterations: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    speed: null,
  };
}

function deltaUsage(usage: BetaUsage): BetaMessageDeltaUsage {
  return {
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cache_creation_input_tokens: usage.cache_creation_input_tokens,
    cache_read_input_tokens: usage.cache_read_input_tokens,
    fallback_credit: null,
    iterations: null,
    output_tokens_details: null,
    server_tool_use: null,
  };
}

/** A block as `content_block_start` announces it. */
function emptied(block: BetaContentBlock): BetaContentBlock {
  if (block.type === 'text') return { ...block, text: '' };
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  if (block.type === 'tool_use') return { ...block, input: {} };
  if (block.type === 'compaction') return { ...block, content: null };
  return block;
}

function* blockDeltas(block: BetaContentBlock, index: number, size: number): Generator<StreamEvent> {
  if (block.type === 'text') {
    for (const text of chunks(block.text, size)) {
      yield { type: 'content_block_delta', index, delta: { type: 'text_delta', text } };
    }
  } else if (block.type === 'thinking') {
    for (const thinking of chunks(block.thinking, size)) {
      yield {
        type: 'content_block_delta',
        index,
        delta: { type: 'thinking_delta', thinking, estimated_tokens: null },
      };
    }
    yield {
      type: 'content_block_delta',
      index,
      delta: { type: 'signature_delta', signature: block.signature },
    };
  } else if (block.type === 'compaction') {
    const { content, encrypted_content } = block;
    yield {
      type: 'content_block_delta',
      index,
      delta: { type: 'compaction_delta', content, encrypted_content },
    };
  } else if (block.type === 'tool_use') {
    // The API opens every input with an empty delta.
    yield { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '' } };
    for (const partial_json of chunks(JSON.stringify(block.input), size)) {
      yield { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } };
    }
  }
}

/** Cuts a text into pieces of `size` UTF-16 units, never through a surrogate pair. */
function* chunks(text: string, size: number): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + size);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end++;
    yield text.slice(start, end);
    start = end;
  }
}
