/** A session whose model clicks a dead button on and on: it reads hints, then the run pauses, and can be continued. */
import { describe, expect, it } from 'vitest';
import { click, itemsOf, messagesOf, noticesOf, reply, say, screenshot } from '../support/host.ts';
import { useWorkplace } from '../support/workplace.ts';

const at = useWorkplace();

const actions = () => itemsOf(at.session).flatMap((item) => (item.kind === 'action' ? [item] : []));
const pausedAfter = () => noticesOf(at.session).at(-1);

/** What the model has read below its results, in order. */
const hintsRead = () => {
  const texts = at.api.requests.flatMap(
    (request) => JSON.stringify(messagesOf(request)).match(/\[Note: [^\]]*\]/g) ?? [],
  );
  return [...new Set(texts)];
};

function clickOn(turns: number): void {
  at.api.enqueue(...Array.from({ length: turns }, () => reply(click(200, 130), screenshot)));
}

describe('a run that does not get any further', () => {
  it('is told so level by level, pauses, and goes on with new chances when it is told to', async () => {
    at.host.computer.toolset.isStill = true;
    clickOn(24);
    await at.session.send('Save it');
    const hints = hintsRead();
    expect(hints.map((hint) => /Wait a moment|Zoom in|another way|Tell the user/.exec(hint)?.[0])).toEqual([
      'Wait a moment',
      'Zoom in',
      'another way',
      'Tell the user',
    ]);
    expect(pausedAfter()).toMatchObject({
      kind: 'notice',
      severity: 'warning',
      text: expect.stringMatching(/^Paused: Claude does not seem to get any further\. It tried/),
      detail: 'The last thing it tried: Click at (200, 130).',
      actions: ['continue'],
    });
    const requests = at.api.requests.length;
    expect(requests).toBe(12);
    // The user reads the hints where the model does: in the action's result.
    const shown = actions().flatMap(({ state }) => (state.status === 'done' ? [state.result] : []));
    for (const hint of hints) expect(shown.some((result) => result.includes(hint))).toBe(true);

    const notice = pausedAfter();
    if (!notice) throw new Error('There is no notice.');
    await at.session.resume(notice.ordinal, 'continue');
    expect(at.api.requests.length).toBe(24);
    expect(noticesOf(at.session).map(({ text }) => text)).toEqual([notice.text, notice.text]);
  });

  it('goes on undisturbed after Continue when the screen answers again', async () => {
    at.host.computer.toolset.isStill = true;
    clickOn(12);
    await at.session.send('Save it');
    const notice = pausedAfter();
    if (!notice) throw new Error('There is no notice.');
    at.host.computer.toolset.isStill = false;
    clickOn(15);
    at.api.enqueue(reply(say('Saved.')));
    await at.session.resume(notice.ordinal, 'continue');
    expect(itemsOf(at.session).at(-1)).toMatchObject({ kind: 'answer', text: 'Saved.' });
    expect(noticesOf(at.session)).toHaveLength(1);
  });
});
