import { expect, test } from 'vitest';
import type { HostMessage } from '../../../src/protocol/messages.ts';
import type { Operation } from '../../../src/protocol/operations.ts';
import { type ActionItem, type ActionState, ordinal, revision } from '../../../src/protocol/transcript.ts';
import { CurrentAction, SHOWN_AFTER_MS } from '../../../webview/live/current-action.ts';
import { VirtualClock } from '../../panel/virtualClock.ts';

function create() {
  const clock = new VirtualClock();
  const current = new CurrentAction({
    schedule: (callback, ms) => {
      const timer = clock.schedule(callback, ms);
      return () => timer.dispose();
    },
  });
  const tell = (...operations: Operation[]) => {
    const message: HostMessage = { type: 'batch', from: revision(0), to: revision(1), operations };
    current.receive(message);
  };
  return { clock, current, tell };
}

function action(at: number, state: ActionState): Operation {
  const item: ActionItem = {
    kind: 'action',
    ordinal: ordinal(at),
    at: 0,
    toolset: 'browser',
    member: 'left_click',
    summary: `Action ${at}`,
    input: '{}',
    points: [],
    before: null,
    state,
  };
  return { op: 'append', item };
}

const turn = (at: number, state: ActionState): Operation => ({
  op: 'update',
  ordinal: ordinal(at),
  change: { kind: 'action', state },
});

const done: ActionState = { status: 'done', durationMs: 5, result: '' };

test('an action is shown from its start until a moment after its end', () => {
  const { current, tell, clock } = create();
  tell(action(3, { status: 'queued' }));
  expect(current.shown.value).toBeNull();
  tell(turn(3, { status: 'running' }));
  expect(current.shown.value?.summary).toBe('Action 3');
  tell(turn(3, done));
  clock.advance(SHOWN_AFTER_MS - 1);
  expect(current.shown.value?.summary).toBe('Action 3');
  clock.advance(1);
  expect(current.shown.value).toBeNull();
});

test('one that began and ended within one change is shown all the same', () => {
  const { current, tell } = create();
  tell(action(3, { status: 'queued' }), turn(3, { status: 'running' }), turn(3, done));
  expect(current.shown.value?.summary).toBe('Action 3');
});

test('the end of the one before does not take the next one away', () => {
  const { current, tell, clock } = create();
  tell(action(3, { status: 'running' }), action(4, { status: 'queued' }), turn(3, done));
  tell(turn(4, { status: 'running' }));
  clock.advance(SHOWN_AFTER_MS);
  expect(current.shown.value?.summary).toBe('Action 4');
});

test('one that is skipped is not shown', () => {
  const { current, tell } = create();
  tell(action(3, { status: 'queued' }), turn(3, { status: 'skipped', reason: 'stopped' }));
  expect(current.shown.value).toBeNull();
});
