import { expect, test } from 'vitest';
import type { ScriptedReply } from '../../../src/agent/demo/script.ts';
import {
  composeMessage,
  encodeEvent,
  readSignature,
  type StreamEvent,
  streamEvents,
  thinkingDigest,
} from '../../../src/agent/demo/sse.ts';

const REPLY: ScriptedReply = {
  blocks: [
    { type: 'thinking', text: 'Let me see.' },
    { type: 'text', text: 'Hello 🙂 there' },
    { type: 'action', toolset: 'browser', member: 'left_click', input: { target: { x: 1, y: 2 } } },
    { type: 'tool', name: 'bash', input: {} },
  ],
};

function deltas(events: readonly StreamEvent[], index: number): Record<string, unknown>[] {
  return events.flatMap((event) =>
    event.type === 'content_block_delta' && event.index === index ? [{ ...event.delta }] : [],
  );
}

test('the events come in the order of the API', () => {
  const message = composeMessage({ blocks: [{ type: 'text', text: 'Hi' }] }, 'm', 400);
  const types = [...streamEvents(message, 100)].map((event) => event.type);
  expect(types).toEqual([
    'message_start',
    'ping',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
});

for (const size of [1, 3, 7, 1000]) {
  test(`deltas of ${size} characters add up to the blocks`, () => {
    const message = composeMessage(REPLY, 'm', 0);
    const events = [...streamEvents(message, size)];
    const thinking = deltas(events, 0);
    expect(thinking.map((delta) => delta.thinking ?? '').join('')).toBe('Let me see.');
    expect(thinking.at(-1)?.type).toBe('signature_delta');
    const texts = deltas(events, 1).map((delta) => String(delta.text));
    expect(texts.join('')).toBe('Hello 🙂 there');
    expect(texts.every((text) => text.isWellFormed())).toBe(true);
    expect(
      deltas(events, 2)
        .map((delta) => delta.partial_json)
        .join(''),
    ).toBe('{"target":{"x":1,"y":2}}');
  });
}

test("a member's call carries its toolset, a tool's call does not", () => {
  const [, , member, tool] = composeMessage(REPLY, 'm', 0).content;
  expect(member).toMatchObject({ type: 'tool_use', name: 'left_click', toolset_name: 'browser' });
  expect(tool).not.toHaveProperty('toolset_name');
});

test('a reply that calls stops with tool_use, another with end_turn, unless it says otherwise', () => {
  expect(composeMessage(REPLY, 'm', 0).stop_reason).toBe('tool_use');
  expect(composeMessage({ blocks: [] }, 'm', 0).stop_reason).toBe('end_turn');
  const refusal = composeMessage({ blocks: [], stopReason: 'refusal' }, 'm', 0);
  expect(refusal).toMatchObject({ stop_reason: 'refusal', stop_details: { type: 'refusal' } });
});

test('ids differ between replies and within one', () => {
  const ids = [composeMessage(REPLY, 'm', 0), composeMessage(REPLY, 'm', 0)].flatMap((message) => [
    message.id,
    ...message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
  ]);
  expect(new Set(ids).size).toBe(6);
});

test('a signature seals the text it came with', () => {
  const [block] = composeMessage(REPLY, 'm', 0).content;
  const signature = block?.type === 'thinking' ? block.signature : '';
  expect(readSignature(signature)).toMatchObject({ index: 0, digest: thinkingDigest('Let me see.') });
  expect(readSignature('nonsense')).toBeNull();
});

test('usage is what the reply says, else estimated', () => {
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };
  expect(composeMessage({ blocks: [], usage }, 'm', 900).usage).toMatchObject({
    input_tokens: 1,
    output_tokens: 2,
    cache_read_input_tokens: 3,
    cache_creation_input_tokens: 4,
  });
  expect(composeMessage({ blocks: [] }, 'm', 900).usage.input_tokens).toBe(225);
});

test('an event is one named block of lines', () => {
  expect(encodeEvent({ type: 'ping' })).toBe('event: ping\ndata: {"type":"ping"}\n\n');
});
