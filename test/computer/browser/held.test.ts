import type { CDPSession } from 'puppeteer-core';
import { beforeEach, expect, test } from 'vitest';
import { Channel } from '../../../src/computer/browser/channel.ts';
import { HumanHands } from '../../../src/computer/browser/humanInput.ts';
import { Keyboard } from '../../../src/computer/browser/keyboard.ts';
import { type Chord, parseKeys } from '../../../src/computer/browser/keys.ts';
import { Pointer } from '../../../src/computer/browser/pointer.ts';
import type { HumanInput, Modifiers } from '../../../src/protocol/humanInput.ts';

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

test('what a person holds and could not let go of is let go of, once that can be told', async () => {
  const modifiers: Modifiers = { alt: false, control: false, meta: false, shift: false };
  const at = { x: 1, y: 2, button: 'left', clicks: 1, modifiers } as const;
  const shift = { key: 'Shift', code: 'ShiftLeft', keyCode: 16, modifiers } as const;
  const other = { key: 'x', code: 'KeyX', keyCode: 88, modifiers } as const;
  const hands = new HumanHands(channel);
  const act = (input: HumanInput) => hands.act(input, signal);
  await act({ type: 'pointer-down', ...at });
  await act({ type: 'key-down', isRepeat: false, ...shift });
  channel.fail(trouble);
  await expect(act({ type: 'key-up', ...shift })).rejects.toBe(trouble);
  await expect(act({ type: 'pointer-up', ...at })).rejects.toBe(trouble);
  await expect(act({ type: 'key-down', isRepeat: false, ...other })).rejects.toBe(trouble);
  hands.release();
  expect(sent).toEqual(['mousePressed left', 'rawKeyDown']);
  channel.revive();
  hands.release();
  hands.release();
  expect(sent.slice(2)).toEqual(['mouseReleased left', 'keyUp']);
});
