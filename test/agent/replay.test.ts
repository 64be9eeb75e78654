import { describe, expect, it } from 'vitest';
import { boundReplay, LEFT_OUT_TEXT } from '../../src/agent/replay.ts';
import type { StoredMessage } from '../../src/history/messages.ts';

const hash = (n: number) => n.toString(16).padStart(64, '0');
const image = (n: number) => ({
  type: 'image',
  source: { type: 'stored', sha256: hash(n), media_type: 'image/png' },
});
const turn = (n: number): StoredMessage[] => [
  {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'hm', signature: `s${n}` },
      { type: 'tool_use', id: `t${n}`, name: 'screenshot', toolset_name: 'browser', input: {} },
    ],
  },
  {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: `t${n}`, toolset_name: 'browser', content: [image(n)] }],
  },
];
const CONVERSATION: StoredMessage[] = [{ role: 'user', content: 'Go' }, ...turn(1), ...turn(2), ...turn(3)];
const imagesOf = (messages: readonly StoredMessage[]) =>
  [...JSON.stringify(messages).matchAll(/"sha256":"0*(\d)"/g)].map(([, n]) => Number(n));

describe('boundReplay', () => {
  it('leaves a conversation that fits as it is', () => {
    expect(boundReplay(CONVERSATION, () => 10, { images: 3, bytes: 30 })).toEqual(CONVERSATION);
  });

  it.each([
    ['images', { images: 2, bytes: 1_000 }],
    ['bytes', { images: 100, bytes: 29 }],
  ])(
    'keeps the latest screenshots within the limit of %s, and no thinking that was bound to the others',
    (_, limits) => {
      const bounded = boundReplay(CONVERSATION, () => 10, limits);
      expect(imagesOf(bounded)).toEqual([2, 3]);
      const sent = JSON.stringify(bounded);
      expect(sent).toContain(LEFT_OUT_TEXT);
      expect(sent).not.toContain('thinking');
      expect(bounded.map(({ role }) => role)).toEqual(CONVERSATION.map(({ role }) => role));
    },
  );

  it('drops what is older than a screenshot that does not fit, even when it would', () => {
    const sizes: Record<string, number> = { [hash(1)]: 1, [hash(2)]: 100, [hash(3)]: 1 };
    const bounded = boundReplay(CONVERSATION, ({ sha256 }) => sizes[sha256] ?? 0, { images: 9, bytes: 50 });
    expect(imagesOf(bounded)).toEqual([3]);
  });
});
