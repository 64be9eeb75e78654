import { describe, expect, test } from 'vitest';
import { composeMessage } from '../../../src/agent/demo/sse.ts';
import { solidPng } from '../png.ts';
import type { JsonObject } from './invalid.ts';
import { validateRequest } from './validate.ts';
import { IssuedReplies } from './validateMessages.ts';

const THREADS_BETA = 'message-threads-2026-08-12';
const BASH = { type: 'bash_20250124', name: 'bash' };
const TOOLS = [{ type: 'browser_toolset_20260801' }, { type: 'computer_toolset_20260801' }, BASH];
const USER = { role: 'user', content: 'Go.' };
const STATE = { type: 'browser_state', tabs: [{ tab_id: 't1', title: '', url: '', active: true }] };

interface Changes {
  readonly params?: JsonObject;
  readonly messages?: readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly issued?: IssuedReplies;
}

function check({ params = {}, messages = [USER], headers = {}, issued = new IssuedReplies() }: Changes) {
  const body: JsonObject = { model: 'm', max_tokens: 10, tools: TOOLS, messages, ...params };
  return validateRequest(
    {
      params: body,
      messages,
      tools: body.tools ?? TOOLS,
      headers: new Headers({
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
        ...headers,
      }),
    },
    issued,
  );
}

/** An image block of that size. */
function image(width: number, height: number, mediaType = 'image/png') {
  const data = solidPng(width, height, 7).toString('base64');
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data } };
}

/** A conversation with one browser call, and its result changed by `result`. */
function called(result: JsonObject, toolset = 'browser') {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'left_click', toolset_name: toolset, input: {} };
  const answer = {
    type: 'tool_result',
    tool_use_id: 'toolu_1',
    toolset_name: toolset,
    content: [{ type: 'text', text: 'Clicked.' }, ...(toolset === 'browser' ? [STATE] : [])],
    ...result,
  };
  return [USER, { role: 'assistant', content: [call] }, { role: 'user', content: [answer] }];
}

test('a plain request is valid', () => {
  expect(check({})).toBeNull();
  expect(check({ messages: called({}) })).toBeNull();
  expect(check({ messages: called({}, 'computer') })).toBeNull();
});

describe('compaction', () => {
  const headers = { 'anthropic-beta': 'compact-2026-09-04' };
  const compaction = { type: 'summarize' };
  const { content } = composeMessage({ blocks: [{ type: 'summary', text: 'So far, so good.' }] }, 'm', 0);
  const summary = { role: 'assistant', content };
  const ANSWER = { role: 'assistant', content: 'Well.' };

  test('a summary can be asked for, also after an answer, and comes back first', () => {
    expect(check({ params: { compaction }, headers })).toBeNull();
    expect(check({ params: { compaction }, messages: [USER, ANSWER], headers })).toBeNull();
    expect(check({ messages: [summary, USER], headers })).toBeNull();
  });
  test('asking and sending back need the beta header', () => {
    expect(check({ params: { compaction } })).toContain('compact-2026-09-04');
    expect(check({ messages: [summary, USER] })).toContain('compact-2026-09-04');
  });
  test.each([
    [{ compaction: { type: 'shorten' } }, 'compaction.type'],
    [{ compaction: { type: 'summarize', keep: 3 } }, 'compaction.keep'],
    [{ compaction, stop_sequences: ['x'] }, 'stop_sequences'],
    [{ compaction, context_management: { edits: [] } }, 'context_management'],
  ])('%j is refused', (params, problem) => {
    expect(check({ params, headers })).toContain(problem);
  });
  test('there must be something to summarize, and no call without its result', () => {
    expect(check({ params: { compaction }, messages: [summary], headers })).toContain('nothing to summarize');
    const [asked, call] = called({});
    expect(check({ params: { compaction }, messages: [asked, call], headers })).toContain('without results');
  });
  test('a summary that is not alone and first, or was changed, is refused', () => {
    expect(check({ messages: [USER, summary, USER], headers })).toContain('alone in the first message');
    const withText = { role: 'assistant', content: [...content, { type: 'text', text: 'x' }] };
    expect(check({ messages: [withText, USER], headers })).toContain('alone in the first message');
    const changed = { role: 'assistant', content: [{ ...content[0], content: 'So far, so bad.' }] };
    expect(check({ messages: [changed, USER], headers })).toContain('Invalid `signature`');
  });
});

describe('the envelope', () => {
  test('unknown fields are refused', () => {
    expect(check({ params: { maxtokens: 3 } })).toContain('maxtokens: Extra inputs');
  });
  test('max_tokens must be a positive integer', () => {
    expect(check({ params: { max_tokens: 0 } })).toContain('max_tokens');
  });
  test('the version header is required', () => {
    expect(check({ headers: { 'anthropic-version': '' } })).toContain('anthropic-version');
  });
  test('a body that is not declared as JSON is refused', () => {
    expect(check({ headers: { 'content-type': 'text/plain' } })).toContain('content-type');
  });
  test('a blank system block is refused', () => {
    expect(check({ params: { system: [{ type: 'text', text: '' }] } })).toContain('system.0.text');
  });
  test('four cache marks are taken, a fifth is not', () => {
    const marked = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } };
    const four = [{ role: 'user', content: [marked, marked, marked] }];
    expect(check({ params: { system: [marked] }, messages: four })).toBeNull();
    const nested = {
      type: 'tool_result',
      tool_use_id: 'toolu_1',
      toolset_name: 'computer',
      content: [marked],
    };
    const five = [...called({ ...nested, cache_control: { type: 'ephemeral' } }, 'computer'), ...four];
    expect(check({ messages: five })).toContain('A maximum of 4 blocks with cache_control');
  });
});

describe('settings', () => {
  const refused: readonly [JsonObject, string][] = [
    [{ thinking: { type: 'deep' } }, 'thinking.type'],
    [{ thinking: { type: 'adaptive', budget_tokens: 2000 } }, 'thinking.budget_tokens'],
    [{ thinking: { type: 'adaptive', display: 'all' } }, 'thinking.display'],
    [{ thinking: { type: 'enabled', budget_tokens: 10 } }, '1024'],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 1500 }, 'max_tokens'],
    [{ output_config: { effort: 'huge' } }, 'output_config.effort'],
    [{ output_config: { depth: 1 } }, 'output_config.depth'],
    [{ tool_choice: { type: 'some' } }, 'tool_choice.type'],
    [{ system: [{ type: 'text', text: 'x', cache_control: { type: 'forever' } }] }, 'cache_control.type'],
    [{ temperature: 0.5 }, 'temperature'],
  ];
  test.each(refused)('%j are refused', (params, problem) => {
    expect(check({ params })).toContain(problem);
  });
  test('of this project are taken', () => {
    const params = {
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'low' },
    };
    expect(check({ params })).toBeNull();
  });
});

describe('threads', () => {
  const headers = { 'anthropic-beta': `other-1, ${THREADS_BETA}` };
  test('need their beta', () => {
    expect(check({ params: { thread: { type: 'create' } } })).toContain(THREADS_BETA);
    expect(check({ params: { thread: { type: 'create' } }, headers })).toBeNull();
  });
  test('are continued without tools and system', () => {
    const thread = { type: 'continue', previous_message_id: 'msg_1' };
    expect(check({ params: { thread, tools: undefined }, headers })).toBeNull();
    expect(check({ params: { thread }, headers })).toContain('tools: may not be given');
    expect(check({ params: { thread, tools: undefined, system: 'x' }, headers })).toContain(
      'system: may not',
    );
  });
  test('have a known type', () => {
    expect(check({ params: { thread: { type: 'fork' } }, headers })).toContain('thread.type');
  });
});

describe('tools', () => {
  const refused: readonly [JsonObject, string][] = [
    [{ type: 'computer_toolset_20260801', name: 'computer' }, 'tools.0.name'],
    [{ type: 'computer_toolset_20260801', display_width_px: 1280 }, 'tools.0.display_width_px'],
    [{ type: 'computer_toolset_20260801', enable_zoom: true }, 'tools.0.enable_zoom'],
    [{ type: 'browser_toolset_20260801', configs: { fly: {} } }, 'tools.0.configs.fly'],
    [{ type: 'browser_toolset_20260801', configs: { zoom: { on: true } } }, 'tools.0.configs.zoom.on'],
    [{ type: 'browser_toolset_20260801', allowed_callers: ['code'] }, 'allowed_callers'],
    [{ type: 'bash_20250124' }, 'tools.0.name'],
    [{ name: 'own' }, 'tools.0.input_schema'],
  ];
  test.each(refused)('%j is refused', (tool, problem) => {
    expect(check({ params: { tools: [tool] } })).toContain(problem);
  });
  test('a toolset takes configs, a cache mark and direct callers', () => {
    const toolset = {
      type: 'browser_toolset_20260801',
      configs: { zoom: { enabled: false }, find: null },
      cache_control: { type: 'ephemeral' },
      allowed_callers: ['direct'],
    };
    expect(check({ params: { tools: [toolset, { type: 'bash_20250124', name: 'bash' }] } })).toBeNull();
  });
  test('a tool twice is refused', () => {
    expect(check({ params: { tools: [TOOLS[0], TOOLS[0]] } })).toContain('must be unique');
  });
  test('a call of a toolset that is not declared is refused', () => {
    expect(check({ params: { tools: [TOOLS[1]] }, messages: called({}) })).toContain('no toolset');
  });
});

describe('messages', () => {
  test('begin with the user and end with the user', () => {
    expect(check({ messages: [{ role: 'assistant', content: 'x' }] })).toContain('first message must use');
    expect(check({ messages: [USER, { role: 'assistant', content: 'x' }] })).toContain('prefill');
    expect(check({ messages: [] })).toContain('at least one message');
  });
  test('may follow one another from the same side', () => {
    expect(check({ messages: [USER, USER] })).toBeNull();
  });
  test('have content, and no blank text', () => {
    expect(check({ messages: [{ role: 'user', content: [] }] })).toContain('non-empty content');
    expect(check({ messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] })).toContain(
      'content.0.text',
    );
    expect(check({ messages: [{ role: 'user', content: [{ type: 'text', text: ' \n' }] }] })).toContain(
      'non-whitespace',
    );
  });
  test('have only known roles and fields', () => {
    expect(check({ messages: [{ role: 'tool', content: 'x' }] })).toContain('.role');
    expect(check({ messages: [{ ...USER, id: 'msg_1' }] })).toContain('messages.0.id');
  });
  test('have only the blocks of their role, with known fields', () => {
    const thinking = { type: 'thinking', thinking: 'x', signature: 'y' };
    expect(check({ messages: [{ role: 'user', content: [thinking] }] })).toContain(
      'not a block of a user message',
    );
    const text = { type: 'text', text: 'x', parsed: null };
    expect(check({ messages: [{ role: 'user', content: [text] }] })).toContain('parsed: Extra inputs');
  });
  test('may end with a reply that paused', () => {
    const issued = new IssuedReplies();
    const paused = composeMessage(
      { blocks: [{ type: 'text', text: 'So far' }], stopReason: 'pause_turn' },
      'm',
      0,
    );
    issued.remember(paused);
    const messages = [USER, { role: 'assistant', content: paused.content }];
    expect(check({ messages, issued })).toBeNull();
    expect(check({ messages })).toContain('prefill');
  });
});

describe('results', () => {
  test('answer calls that are told apart by their ids, within a message and across the conversation', () => {
    const [prompt, call, result] = called({});
    const again = { role: 'user', content: 'Once more.' };
    const reply = { role: 'assistant', content: 'Done.' };
    expect(check({ messages: [prompt, call, result, reply, again, call, result] })).toContain(
      'messages.5: `tool_use` ids must be unique: toolu_1',
    );
    const twice = [call, result].map((message) => {
      const { role, content } = message as { role: string; content: unknown[] };
      return { role, content: [...content, ...content] };
    });
    expect(check({ messages: [prompt, ...twice] })).toContain('messages.1: `tool_use` ids must be unique');
  });
  test('answer every call, in order and first', () => {
    const [user, assistant, answer] = called({});
    expect(check({ messages: [user, assistant, USER] })).toContain('without `tool_result` blocks');
    const { content } = answer as { content: readonly unknown[] };
    const late = { role: 'user', content: [{ type: 'text', text: 'first this' }, ...content] };
    expect(check({ messages: [user, assistant, late] })).toContain('without `tool_result` blocks');
    const calls = {
      content: ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'bash', input: {} })),
      role: 'assistant',
    };
    const results = ['b', 'a'].map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'x' }));
    expect(check({ messages: [user, calls, { role: 'user', content: results }] })).toContain('same order');
    expect(check({ messages: [user, calls, { role: 'user', content: results.reverse() }] })).toBeNull();
  });
  test('are of tools that are declared', () => {
    const content = [{ type: 'tool_use', id: 'a', name: 'editor', input: {} }];
    const results = [{ type: 'tool_result', tool_use_id: 'a', content: 'x' }];
    const messages = [USER, { role: 'assistant', content }, { role: 'user', content: results }];
    expect(check({ messages })).toContain("no tool 'editor' is declared");
  });
  test('without a call are refused', () => {
    const content = [{ type: 'tool_result', tool_use_id: 'x', content: 'y' }];
    expect(check({ messages: [{ role: 'user', content }] })).toContain('unexpected `tool_use_id`');
  });

  const bad: readonly [string, JsonObject, string][] = [
    ['without toolset_name', { toolset_name: undefined }, 'toolset_name'],
    ["with another toolset's name", { toolset_name: 'computer' }, 'toolset_name'],
    ['with another kind of block', { content: [{ type: 'document' }, STATE] }, "Input should be 'text'"],
    ['with empty text', { content: [{ type: 'text', text: '' }, STATE] }, 'must be non-empty'],
    ['without browser_state', { content: [{ type: 'text', text: 'x' }] }, 'exactly one browser_state'],
    ['with an unknown field', { seen: true }, 'seen: Extra inputs'],
    ['that fail with more than text', { is_error: true }, 'must be'],
    [
      'with two active tabs',
      { content: [{ ...STATE, tabs: [STATE.tabs[0], { ...STATE.tabs[0], tab_id: 't2' }] }] },
      'exactly one tab',
    ],
    ['with a tab twice', { content: [{ ...STATE, tabs: [STATE.tabs[0], STATE.tabs[0]] }] }, 'must be unique'],
    ['with an empty list of changes', { content: [{ ...STATE, state_changes: [] }] }, 'leave it out'],
    [
      'with a change of a tab that is not there',
      { content: [{ ...STATE, state_changes: [{ type: 'tab_opened', tab_id: 't9' }] }] },
      'not among the tabs',
    ],
  ];
  test.each(bad)('%s are refused', (_name, result, problem) => {
    expect(check({ messages: called(result) })).toContain(problem);
  });
  test('that fail need no browser_state', () => {
    const failed = { is_error: true, content: [{ type: 'text', text: 'No such tab.' }] };
    expect(check({ messages: called(failed) })).toBeNull();
  });
  test('of the computer have no browser_state', () => {
    expect(check({ messages: called({ content: [STATE] }, 'computer') })).toContain("'text' or 'image'");
  });
});

describe('images', () => {
  const shown = (...blocks: readonly unknown[]) => check({ messages: [{ role: 'user', content: blocks }] });
  test('fit the model', () => {
    expect(shown(image(1280, 800))).toBeNull();
    expect(shown(image(2576, 1456))).toBeNull();
    expect(shown(image(2577, 10))).toContain('larger than the model takes');
    expect(shown(image(2016, 1904))).toContain('larger than the model takes');
  });
  test('are smaller where there are many', () => {
    const small = image(10, 10);
    expect(shown(image(2001, 10), ...Array(19).fill(small))).toBeNull();
    expect(shown(image(2001, 10), ...Array(20).fill(small))).toContain('many-image');
  });
  test('are what they say they are', () => {
    expect(shown(image(10, 10, 'image/jpeg'))).toContain('appears to be a image/png');
    const source = { type: 'base64', media_type: 'image/png', data: 'AAAA' };
    expect(shown({ type: 'image', source })).toContain('Could not process image');
    expect(shown({ type: 'image', source: { ...source, data: 'no base64!' } })).toContain('Invalid base64');
  });
  test('are checked in results too', () => {
    const result = { content: [image(10, 10, 'image/webp'), STATE] };
    expect(check({ messages: called(result) })).toContain('tool_result.content.0.image');
  });
});

describe('thinking', () => {
  const issued = new IssuedReplies();
  const reply = composeMessage(
    {
      blocks: [
        { type: 'thinking', text: 'first' },
        { type: 'thinking', text: 'second' },
        { type: 'tool', name: 'bash', input: {} },
      ],
    },
    'm',
    0,
  );
  issued.remember(reply);
  const [first, second, call] = reply.content;
  const answer = (call as { id: string }).id;
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: answer, content: 'ok' }] };
  const sent = (...content: readonly unknown[]) =>
    check({ messages: [USER, { role: 'assistant', content }, result], issued });

  test('comes back as it was', () => {
    expect(sent(first, second, call)).toBeNull();
  });
  test('is refused when altered, reordered, dropped or signed by someone else', () => {
    expect(sent({ ...first, thinking: 'First' }, second, call)).toContain('cannot be modified');
    expect(sent(second, first, call)).toContain('cannot be modified');
    expect(sent(first, call)).toContain('cannot be modified');
    expect(sent({ ...first, signature: 'EqQB' }, second, call)).toContain('Invalid `signature`');
  });
  test('does not end a message', () => {
    const messages = [USER, { role: 'assistant', content: [first] }, USER];
    expect(check({ messages, issued })).toContain('final block');
  });
});
