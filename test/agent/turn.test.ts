import type { BetaContentBlockParam, BetaToolResultBlockParam } from '@anthropic-ai/sdk/resources/beta';
import { describe, expect, it } from 'vitest';
import { keepActions, keepTurn, STOPPED, type TurnProgress } from '../../src/agent/turn.ts';

const text = (value: string): BetaContentBlockParam => ({ type: 'text', text: value });
const thinking: BetaContentBlockParam = { type: 'thinking', thinking: 'hm', signature: 'sig' };
const call = (id: string) =>
  ({ type: 'tool_use', id, name: 'left_click', toolset_name: 'browser', input: {} }) as BetaContentBlockParam;
const result = (id: string) =>
  ({
    type: 'tool_result',
    tool_use_id: id,
    toolset_name: 'browser',
    content: [],
  }) as BetaToolResultBlockParam;

describe('keepTurn', () => {
  it('keeps nothing of a turn that said nothing', () => {
    expect(keepTurn({ blocks: [], results: [], started: [] }, STOPPED)).toEqual([]);
    expect(keepTurn({ blocks: [thinking], results: [], started: [] }, STOPPED)).toEqual([]);
    expect(keepTurn({ blocks: [thinking, text(' ')], results: [], started: [] }, STOPPED)).toEqual([]);
  });

  it('keeps an unfinished answer', () => {
    const turn: TurnProgress = { blocks: [thinking, text('I will')], results: [], started: [] };
    expect(keepTurn(turn, STOPPED)).toEqual([{ role: 'assistant', content: [thinking, text('I will')] }]);
  });

  it('answers every call: done, under way, never begun', () => {
    const turn: TurnProgress = {
      blocks: [text('Now'), call('a'), call('b'), call('c'), thinking],
      results: [result('a')],
      started: ['a', 'b'],
    };
    const [assistant, user] = keepTurn(turn, STOPPED);
    expect(assistant?.content).toEqual([text('Now'), call('a'), call('b'), call('c')]);
    expect(user).toEqual({
      role: 'user',
      content: [
        result('a'),
        {
          type: 'tool_result',
          tool_use_id: 'b',
          toolset_name: 'browser',
          is_error: true,
          content: STOPPED.unfinished,
        },
        {
          type: 'tool_result',
          tool_use_id: 'c',
          toolset_name: 'browser',
          is_error: true,
          content: STOPPED.notStarted,
        },
      ],
    });
  });
});

describe('keepActions', () => {
  it('keeps nothing when nothing was begun, so that the turn is asked for again whole', () => {
    expect(keepActions({ blocks: [text('Let me'), call('a')], results: [], started: [] }, STOPPED)).toEqual(
      [],
    );
  });

  it('keeps everything up to the last action begun and drops what came after', () => {
    const turn: TurnProgress = {
      blocks: [thinking, call('a'), call('b'), text('and then'), call('c')],
      results: [result('a'), result('b')],
      started: ['a', 'b'],
    };
    expect(keepActions(turn, STOPPED)).toEqual([
      { role: 'assistant', content: [thinking, call('a'), call('b')] },
      { role: 'user', content: [result('a'), result('b')] },
    ]);
  });
});
