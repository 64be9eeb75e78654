import { expect, test } from 'vitest';
import { readConversation } from '../../../src/agent/demo/script.ts';

const user = (text: string) => ({ role: 'user' as const, content: text });
const call = { type: 'tool_use' as const, id: 't1', name: 'screenshot', toolset_name: 'browser', input: {} };
const result = (isError: boolean) => ({
  role: 'user' as const,
  content: [
    {
      type: 'tool_result' as const,
      tool_use_id: 't1',
      is_error: isError,
      content: [
        { type: 'text' as const, text: 'Seen.' },
        {
          type: 'image' as const,
          source: { type: 'base64' as const, media_type: 'image/png' as const, data: 'x' },
        },
      ],
    },
  ],
});

test('the last prompt is the last user message that says something', () => {
  const conversation = readConversation('m', [
    user('first'),
    { role: 'assistant', content: 'ok' },
    user('second'),
    { role: 'assistant', content: [call] },
    result(false),
  ]);
  expect(conversation.lastUserPrompt).toBe('second');
  expect(conversation.firstUserPrompt).toBe('first');
  expect(conversation.repliesSincePrompt).toBe(1);
});

test('replies that act are told from replies that only talk', () => {
  const conversation = readConversation('m', [
    user('go'),
    { role: 'assistant', content: 'cut off' },
    { role: 'assistant', content: [call] },
    result(false),
  ]);
  expect(conversation.repliesSincePrompt).toBe(2);
  expect(conversation.actingRepliesSincePrompt).toBe(1);
});

test('the last tool results are read, those before the last reply are not', () => {
  const conversation = readConversation('m', [
    user('go'),
    { role: 'assistant', content: [call] },
    result(true),
    { role: 'assistant', content: [call] },
    result(false),
  ]);
  expect(conversation.lastToolResults).toEqual([
    { toolUseId: 't1', isError: false, text: 'Seen.', imageCount: 1 },
  ]);
});

test('a conversation without a prompt has none', () => {
  expect(readConversation('m', [])).toMatchObject({
    lastUserPrompt: '',
    firstUserPrompt: '',
    lastToolResults: [],
  });
});
