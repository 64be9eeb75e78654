import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeMessage, encodeEvent, streamEvents } from '../../src/agent/demo/sse.ts';
import { MAX_BLOCK_CHARACTERS, ResponseReader } from '../../src/http/responseReader.ts';

const EVENT_STREAM = 'text/event-stream; charset=utf-8';

test('a stream reads the same however its bytes are cut', () => {
  const block = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: fc.string({ unit: 'grapheme', maxLength: 40 }) }),
    fc.record({ type: fc.constant('thinking' as const), text: fc.string({ maxLength: 40 }) }),
    fc.record({
      type: fc.constant('action' as const),
      toolset: fc.constant('browser' as const),
      member: fc.constant('type'),
      input: fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 20 }) }),
    }),
  );
  const cases = fc.tuple(fc.array(block, { maxLength: 4 }), fc.integer({ min: 1, max: 9 }), fc.boolean());
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 50 }), ([blocks, deltaSize, carriageReturns], chunkSize) => {
      const message = composeMessage({ blocks }, 'm', 0);
      const events = [...streamEvents(message, deltaSize)].map(encodeEvent).join('');
      const bytes = new TextEncoder().encode(carriageReturns ? events.replaceAll('\n', '\r\n') : events);
      const reader = new ResponseReader(EVENT_STREAM);
      for (let at = 0; at < bytes.length; at += chunkSize) reader.push(bytes.subarray(at, at + chunkSize));
      reader.end();
      const said = blocks.map((each) => (each.type === 'action' ? JSON.stringify(each.input) : each.text));
      expect(reader.blocks.map((each) => each.text)).toEqual(said);
      expect(reader).toMatchObject({
        messageId: message.id,
        stopReason: message.stop_reason,
        bytes: bytes.length,
      });
    }),
    { numRuns: 60 },
  );
});

test('anything else in the stream is passed over', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `data: ${json}`),
        ),
      ),
      (lines) => {
        const reader = new ResponseReader(EVENT_STREAM);
        reader.push(new TextEncoder().encode(lines.join('\n')));
        reader.end();
      },
    ),
    { numRuns: 100 },
  );
});

test('of an endless block only the beginning is kept', () => {
  const reader = new ResponseReader(EVENT_STREAM);
  const push = (event: { type: string }) => reader.push(new TextEncoder().encode(encodeEvent(event)));
  const start = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
  const delta = {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: 'x'.repeat(1000) },
  };
  push(start);
  for (let count = 0; count < 100; count++) push(delta);
  expect(reader.blocks[0]?.text).toHaveLength(MAX_BLOCK_CHARACTERS);
  expect(reader.blocks[0]?.length).toBe(100_000);
});
