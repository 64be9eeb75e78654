/** What is kept of a turn while it is under way, so that a killed host can mend it. */
import type { BetaContentBlock, BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HistoryMessageStore } from '../../src/agent/messageStore.ts';
import { StoredImages } from '../../src/agent/storedImages.ts';
import { Transcript } from '../../src/agent/transcript.ts';
import { HOST_ENDED } from '../../src/agent/turn.ts';
import { TurnRecorder } from '../../src/agent/turnRecorder.ts';
import type { JsonValue } from '../../src/history/json.ts';
import { newSession, openHistory } from '../history/support.ts';

function newTurn() {
  const { history } = openHistory();
  const { id } = newSession(history);
  const messages = new HistoryMessageStore(history, id);
  const transcript = new Transcript(history, id, (error) => {
    throw error;
  });
  onTestFinished(() => transcript.dispose());
  const recorder = new TurnRecorder({
    transcript,
    images: new StoredImages(history.screenshots),
    before: null,
    onActivity: () => {},
    onProgress: (steps) => messages.saveProgress(steps),
  });
  const written = vi.spyOn(history, 'addToDraft');
  const writtenBytes = () =>
    written.mock.calls.reduce((sum, [, part]) => sum + JSON.stringify(part).length, 0);
  return { history, id, messages, recorder, writtenBytes };
}

const call = (index: number): BetaToolUseBlock => ({
  type: 'tool_use',
  id: `call-${index}`,
  name: 'get_page_text',
  toolset_name: 'browser',
  input: { tab: index },
});

function endBlock(recorder: TurnRecorder, index: number, block: BetaContentBlock): void {
  const content: BetaContentBlock[] = [];
  content[index] = block;
  recorder.streamEvent({ type: 'content_block_stop', index }, { content } as never);
}

function say(recorder: TurnRecorder, index: number, ...deltas: string[]): void {
  const empty = { type: 'text', text: '', citations: null } as const;
  recorder.streamEvent({ type: 'content_block_start', index, content_block: empty }, {} as never);
  for (const text of deltas) more(recorder, index, text);
}

function more(recorder: TurnRecorder, index: number, text: string): void {
  recorder.streamEvent(
    { type: 'content_block_delta', index, delta: { type: 'text_delta', text } },
    {} as never,
  );
}

/** The bytes kept of a turn with so many calls with long results while a long text grows, by the bytes of all that. */
function ratioOf(calls: number): number {
  const { recorder, writtenBytes } = newTurn();
  let content = 0;
  for (let index = 0; index < calls; index += 1) {
    endBlock(recorder, index, call(index));
  }
  say(recorder, calls);
  for (let index = 0; index < calls; index += 1) {
    const [text, result] = ['text '.repeat(400), 'word '.repeat(4_000)];
    more(recorder, calls, text);
    recorder.callStarted(call(index));
    recorder.callEnded(call(index), { status: 'done', content: [{ type: 'text', text: result }] });
    content += text.length + result.length;
  }
  return writtenBytes() / content;
}

test('grows with the turn: nothing is kept twice', () => {
  const few = ratioOf(5);
  expect(ratioOf(40) / few).toBeLessThan(1.05);
  expect(few).toBeLessThan(1.1);
});

test('has a growing answer as far as it was when an action began, and the action', () => {
  const { history, id, messages, recorder } = newTurn();
  endBlock(recorder, 0, call(0));
  say(recorder, 1, 'Mean', 'while');
  recorder.callStarted(call(0));
  more(recorder, 1, ', more');
  recorder.callEnded(call(0), { status: 'done', content: 'Read.' as never });
  more(recorder, 1, ' that no one kept');
  expect(messages.mendTurn(HOST_ENDED)).toBe(true);
  expect(history.readMessages(id)).toMatchObject([
    { role: 'assistant', content: [{ id: 'call-0' }, { type: 'text', text: 'Meanwhile, more' }] },
    { role: 'user', content: [{ tool_use_id: 'call-0', content: 'Read.' }] },
  ]);
  expect(history.readDraft(id)).toEqual([]);
  expect(messages.mendTurn(HOST_ENDED)).toBe(false);
});

test('is mended where an older version kept it whole', () => {
  const { history, id, messages } = newTurn();
  const draft = {
    blocks: [{ type: 'text', text: 'I look.' }, call(0), call(1)],
    results: [{ type: 'tool_result', tool_use_id: 'call-0', content: 'Seen.' }],
    started: ['call-0', 'call-1'],
  };
  history.addToDraft(id, draft as unknown as JsonValue);
  messages.mendTurn(HOST_ENDED);
  expect(history.readMessages(id)).toMatchObject([
    { content: draft.blocks },
    { content: [{ content: 'Seen.' }, { content: HOST_ENDED.unfinished }] },
  ]);
});
