import { describe, expect, it } from 'vitest';
import { parseWebviewMessage } from '../../src/protocol/guards.ts';
import { MAX_INPUT_TEXT, parseHumanInput } from '../../src/protocol/humanInput.ts';

const modifiers = { alt: false, control: true, meta: false, shift: false };
const at = { x: 3.5, y: -20, modifiers };
const key = { key: 'a', code: 'KeyA', keyCode: 65, modifiers };

describe('parseHumanInput', () => {
  it.each([
    { type: 'pointer-move', ...at },
    { type: 'pointer-down', button: 'left', clicks: 2, ...at },
    { type: 'pointer-up', button: 'right', clicks: 1, ...at },
    { type: 'wheel', deltaX: 0, deltaY: -120, ...at },
    { type: 'key-down', isRepeat: true, ...key },
    { type: 'key-up', ...key },
    { type: 'text', text: '你好' },
  ])('takes $type', (input) => {
    expect(parseHumanInput({ ...input, extra: 'dropped' })).toEqual(input);
    expect(parseWebviewMessage({ type: 'live-input', input })).toEqual({ type: 'live-input', input });
  });

  it.each([
    null,
    'pointer-move',
    { type: 'pointer-move', ...at, x: Number.NaN },
    { type: 'pointer-move', ...at, y: Number.POSITIVE_INFINITY },
    { type: 'pointer-move', ...at, x: 1e9 },
    { type: 'pointer-move', x: 1, y: 1 },
    { type: 'pointer-move', ...at, modifiers: { ...modifiers, alt: 1 } },
    { type: 'pointer-down', button: 'back', clicks: 1, ...at },
    { type: 'pointer-down', button: 'left', clicks: 0, ...at },
    { type: 'pointer-down', button: 'left', clicks: 1.5, ...at },
    { type: 'wheel', deltaX: 0, deltaY: 1e6, ...at },
    { type: 'key-down', ...key },
    { type: 'key-down', isRepeat: false, ...key, keyCode: 256 },
    { type: 'key-down', isRepeat: false, ...key, key: '' },
    { type: 'key-up', ...key, code: 'x'.repeat(41) },
    { type: 'text', text: '' },
    { type: 'text', text: 'x'.repeat(MAX_INPUT_TEXT + 1) },
    { type: 'script', text: 'x' },
  ])('refuses %j', (input) => {
    expect(parseHumanInput(input)).toBeUndefined();
  });
});

describe('parseWebviewMessage', () => {
  it.each([
    { type: 'live-watch', width: 800, height: 500 },
    { type: 'live-stop' },
    { type: 'live-ack', frame: 3 },
    { type: 'live-control', holder: 'user' },
  ])('takes $type', (message) => {
    expect(parseWebviewMessage({ ...message, extra: 'dropped' })).toEqual(message);
  });

  it.each([
    { type: 'live-watch', width: 0, height: 500 },
    { type: 'live-watch', width: 800.5, height: 500 },
    { type: 'live-ack', frame: -1 },
    { type: 'live-control', holder: 'nobody' },
    { type: 'live-input' },
  ])('refuses %j', (message) => {
    expect(parseWebviewMessage(message)).toBeUndefined();
  });

  it('takes a view state with the pane, and drops one that is none', () => {
    const state = { session: '11111111-2222-3333-4444-555555555555', anchor: null, draft: '' };
    const live = { isOpen: true, share: 0.4 };
    const parse = (value: unknown) =>
      parseWebviewMessage({ type: 'view-state', state: { ...state, live: value } });
    expect(parse(live)).toEqual({ type: 'view-state', state: { ...state, live } });
    expect(parse({ isOpen: true, share: 7 })).toEqual({ type: 'view-state', state });
  });
});
