import { describe, expect, it } from 'vitest';
import { actionPoints, summarizeAction } from '../../src/agent/actionSummary.ts';

const at = (x: number, y: number) => ({ type: 'coordinate', x, y });

describe('summarizeAction', () => {
  it.each([
    ['left_click', { target: at(412, 300) }, 'Click at (412, 300)'],
    ['left_click', { target: at(1, 2), modifiers: 'ctrl' }, 'ctrl+Click at (1, 2)'],
    ['double_click', { target: { type: 'ref', ref: 'e12' } }, 'Double-click on element e12'],
    ['left_click_drag', { from: at(1, 2), target: at(3, 4) }, 'Drag from (1, 2) to (3, 4)'],
    ['navigate', { url: 'https://example.org/' }, 'Go to https://example.org/'],
    ['navigate', { url: 'back' }, 'Go back'],
    ['type', { text: 'Ada\nLovelace' }, 'Type “Ada Lovelace”'],
    ['key', { text: 'Tab', repeat: 3 }, 'Press “Tab” 3 times'],
    ['scroll', { target: at(5, 6), scroll_direction: 'down' }, 'Scroll down at (5, 6)'],
    ['wait', { duration: 2 }, 'Wait 2 s'],
    ['some_new_member', {}, 'some new member'],
  ])('%s %j: %s', (member, input, words) => {
    expect(summarizeAction(member, input)).toBe(words);
  });

  it('survives whatever a model may send', () => {
    for (const input of [null, undefined, 7, 'text', [], { target: null }, { text: {} }, { url: ['x'] }]) {
      for (const member of [
        'left_click',
        'navigate',
        'type',
        'left_click_drag',
        'constructor',
        '__proto__',
      ]) {
        expect(typeof summarizeAction(member, input)).toBe('string');
      }
    }
  });

  it('cuts long text', () => {
    expect(summarizeAction('type', { text: 'x'.repeat(10_000) }).length).toBeLessThan(120);
  });
});

describe('actionPoints', () => {
  it('finds the points of a click and of a drag, and none where an element is named', () => {
    expect(actionPoints({ target: at(1, 2) })).toEqual([{ x: 1, y: 2 }]);
    expect(actionPoints({ from: at(1, 2), target: at(3, 4) })).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ]);
    expect(actionPoints({ coordinate: [7, 8] })).toEqual([{ x: 7, y: 8 }]);
    expect(actionPoints({ target: { type: 'ref', ref: 'e1' } })).toEqual([]);
  });
});
