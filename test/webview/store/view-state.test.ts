import { describe, expect, it } from 'vitest';
import type { PersistedViewState } from '../../../src/protocol/messages.ts';
import { ordinal, sessionId } from '../../../src/protocol/transcript.ts';
import { ViewState } from '../../../webview/store/view-state.ts';

const SESSION = sessionId('00000000-0000-4000-8000-000000000001');
const OTHER = sessionId('00000000-0000-4000-8000-000000000002');
const ANCHOR = { ordinal: ordinal(7), offset: 30 };

function createState(saved?: PersistedViewState) {
  const writes: PersistedViewState[] = [];
  const timers: (() => void)[] = [];
  const state = new ViewState({
    saved,
    save: (value) => writes.push(value),
    schedule: (callback) => timers.push(callback),
  });
  const runTimers = () => {
    for (const timer of timers.splice(0)) timer();
  };
  return { state, writes, timers, runTimers };
}

describe('ViewState', () => {
  it('returns to the place and the text that were kept', () => {
    const { state } = createState({ session: SESSION, anchor: ANCHOR, draft: 'unsent' });
    expect(state.enter(SESSION)).toEqual(ANCHOR);
    expect(state.draft).toBe('unsent');
  });

  it('starts another session at its end, with the text', () => {
    const { state } = createState({ session: SESSION, anchor: ANCHOR, draft: 'unsent' });
    expect(state.enter(OTHER)).toBeNull();
    expect(state.draft).toBe('unsent');
  });

  it('writes many changes once', () => {
    const { state, writes, timers, runTimers } = createState({ session: SESSION, anchor: null, draft: '' });
    state.enter(SESSION);
    for (const draft of ['a', 'ab', 'abc']) state.draft = draft;
    state.moveTo(ANCHOR);
    expect(timers).toHaveLength(1);
    runTimers();
    expect(writes).toEqual([{ session: SESSION, anchor: ANCHOR, draft: 'abc' }]);
  });

  it('writes what is pending when the page goes away, and then no more', () => {
    const { state, writes, runTimers } = createState({ session: SESSION, anchor: null, draft: '' });
    state.enter(SESSION);
    state.draft = 'a';
    state.flush();
    runTimers();
    expect(writes).toEqual([{ session: SESSION, anchor: null, draft: 'a' }]);
  });

  it('writes another session at once, so that a reload leads back to it', () => {
    const { state, writes, timers } = createState({ session: SESSION, anchor: ANCHOR, draft: 'unsent' });
    state.enter(OTHER);
    expect(writes).toEqual([{ session: OTHER, anchor: null, draft: 'unsent' }]);
    expect(timers).toHaveLength(0);
  });

  it('writes nothing when nothing changed', () => {
    const { state, timers } = createState({ session: SESSION, anchor: ANCHOR, draft: '' });
    state.enter(SESSION);
    state.moveTo({ ...ANCHOR });
    state.draft = '';
    expect(timers).toHaveLength(0);
  });
});
