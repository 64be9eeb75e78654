import type { CDPSession } from 'puppeteer-core';
import { beforeEach, expect, test } from 'vitest';
import { Channel } from '../../../src/computer/browser/channel.ts';
import { Keyboard } from '../../../src/computer/browser/keyboard.ts';
import { type Chord, parseKeys } from '../../../src/computer/browser/keys.ts';
import { Pointer } from '../../../src/computer/browser/pointer.ts';

const { signal } = new AbortController();
const trouble = new Error('The page crashed.');

let sent: string[];
let channel: Channel;
let keyboard: Keyboard;
let pointer: Pointer;

beforeEach(() => {
  sent = [];
  const session = {
    detached: false,
    send: async (_command: string, { type, button = '' }: { type: string; button?: string }) =>
      void sent.push(`${type} ${button}`.trim()),
  };
  channel = new Channel(session as unknown as CDPSession, 1_000, () => undefined);
  keyboard = new Keyboard(channel);
  pointer = new Pointer(channel, keyboard);
});

test('a button that could not be let go of is, once that can be told', async () => {
  await pointer.down('left', signal);
  channel.fail(trouble);
  await expect(pointer.up('left', signal)).rejects.toBe(trouble);
  await expect(pointer.down('right', signal)).rejects.toBe(trouble);
  channel.revive();
  pointer.release();
  expect(sent).toEqual(['mousePressed left', 'mouseReleased left']);
});

test('keys that could not be let go of are, once that can be told', async () => {
  const [chord] = parseKeys('ctrl+x');
  const hold = keyboard.hold(chord as Chord, 0, signal);
  channel.fail(trouble);
  await expect(hold).rejects.toBe(trouble);
  expect(keyboard.modifiers).not.toBe(0);
  channel.revive();
  keyboard.release();
  expect(keyboard.modifiers).toBe(0);
  expect(sent.at(-1)).toBe('keyUp');
});
