/** What tests say to a chat panel and wait for in it. */
import type { Frame } from 'playwright-core';
import type { ScriptedBlock } from '../../../src/agent/demo/script.ts';
import { pollUntil } from './poll.ts';
import type { Workbench } from './workbench.ts';

/** Longest wait for something that takes a moment; generous, for slow machines. */
export const WAIT_MS = 60_000;

export const say = (text: string): ScriptedBlock => ({ type: 'text', text });

export const act = (member: string, input: Readonly<Record<string, unknown>> = {}): ScriptedBlock => ({
  type: 'action',
  toolset: 'browser',
  member,
  input,
});

/** As {@link act}, on a desktop. */
export const actOnDesktop = (
  member: string,
  input: Readonly<Record<string, unknown>> = {},
): ScriptedBlock => ({ type: 'action', toolset: 'computer', member, input });

/** The panel of a new session; the one before it is seen for another moment. */
export async function newChat(workbench: Workbench): Promise<Frame> {
  await workbench.runCommand('Computer Use Chat: New Session');
  return pollUntil('an empty chat', WAIT_MS, async () => {
    const chat = await workbench.chatFrame();
    const empty = await chat
      .locator('.welcome')
      .isVisible()
      .catch(() => false);
    return empty ? chat : undefined;
  });
}

/** Types a prompt and sends it with Enter. */
export async function send(chat: Frame, prompt: string): Promise<void> {
  await chat.locator('textarea').fill(prompt);
  await chat.locator('textarea').press('Enter');
}

/** Waits until the words can be read in the panel. */
export async function shows(chat: Frame, words: string): Promise<void> {
  await pollUntil(`“${words}” in the chat`, WAIT_MS, async () => {
    const text = await chat.evaluate(() => document.body.innerText);
    return text.includes(words) ? true : undefined;
  });
}

/** Waits until nothing runs. */
export async function idle(chat: Frame): Promise<void> {
  await chat.waitForSelector('.run-state[data-state="idle"]', { timeout: WAIT_MS });
}

/**
 * A place in the transcript: the row at the top of what can be seen, how far its start is above that, and its end below it,
 * CSS px.
 */
export interface ReadingPlace {
  readonly ordinal: number;
  readonly offset: number;
  readonly rest: number;
}

/** By how many px the text has moved from one place to the other; NaN where they are not near each other. */
export function movedBy(before: ReadingPlace, after: ReadingPlace): number {
  // Of the upper row there may be so little to be seen that a rounding hides it.
  switch (after.ordinal - before.ordinal) {
    case 0:
      return after.offset - before.offset;
    case 1:
      return before.rest + after.offset;
    case -1:
      return -(after.rest + before.offset);
    default:
      return Number.NaN;
  }
}

/** The place that is shown, once it does not move any more. */
export async function readingPlace(chat: Frame): Promise<ReadingPlace> {
  let last: ReadingPlace | null = null;
  return pollUntil('a place that stays', WAIT_MS, async () => {
    const before = last;
    last = await placeNow(chat);
    return last && before?.ordinal === last.ordinal && before.offset === last.offset ? last : undefined;
  });
}

function placeNow(chat: Frame): Promise<ReadingPlace | null> {
  return chat.evaluate(() => {
    const top = document.querySelector('.scroller')?.getBoundingClientRect().top;
    if (top === undefined) return null;
    const rows = [...document.querySelectorAll<HTMLElement>('[data-ordinal]')]
      .map((row) => ({ ordinal: Number(row.dataset.ordinal), box: row.getBoundingClientRect() }))
      .sort((a, b) => a.ordinal - b.ordinal);
    const first = rows.find(({ box }) => box.bottom > top + 1);
    if (!first) return null;
    const { top: start, bottom: end } = first.box;
    return { ordinal: first.ordinal, offset: Math.round(top - start), rest: Math.round(end - top) };
  });
}

/** Turns the wheel upwards, a little at a time, until something that matches can be seen whole. */
export async function scrollUpTo(chat: Frame, selector: string): Promise<void> {
  const scroller = chat.locator('.scroller');
  await scroller.hover();
  await pollUntil(`${selector} in view`, WAIT_MS, async () => {
    const isSeen = await chat.evaluate((wanted) => {
      const view = document.querySelector('.scroller')?.getBoundingClientRect();
      const box = document.querySelector(wanted)?.getBoundingClientRect();
      return view !== undefined && box !== undefined && box.top >= view.top && box.bottom <= view.bottom;
    }, selector);
    if (isSeen) return true;
    await chat.page().mouse.wheel(0, -120);
    return undefined;
  });
}

/** Shows the latest item. */
export async function scrollToEnd(chat: Frame): Promise<void> {
  await chat.locator('.scroller').evaluate((scroller) => {
    scroller.scrollTop = scroller.scrollHeight;
  });
}
