/** What tests say to a chat panel and wait for in it. */
import type { Frame } from 'playwright-core';
import type { ScriptedBlock } from '../../../src/agent/demo/script.ts';
import { pollUntil } from './poll.ts';

/** Longest wait for something that takes a moment; generous, for slow machines. */
export const WAIT_MS = 60_000;

export const say = (text: string): ScriptedBlock => ({ type: 'text', text });

export const act = (member: string, input: Readonly<Record<string, unknown>> = {}): ScriptedBlock => ({
  type: 'action',
  toolset: 'browser',
  member,
  input,
});

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
