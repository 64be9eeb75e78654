import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../../src/history/cleanUp.ts';
import type { History } from '../../src/history/history.ts';
import { type ScreenshotRef, screenshotFileName } from '../../src/protocol/transcript.ts';
import { solidPng } from '../support/png.ts';
import { erase, newSession, openHistory, screenshotItem, temporaryFolder } from './support.ts';

const HOUR_MS = 60 * 60_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

const put = (history: History, shade: number) => history.screenshots.put(solidPng(8, 8, shade), 'image/png');

/** As if it had been put long ago. */
function age(history: History, ...refs: ScreenshotRef[]): void {
  for (const ref of refs) utimesSync(join(history.screenshots.folder, screenshotFileName(ref)), 1, 1);
}

const kept = (history: History) => [...history.screenshots.names()].toSorted();
const namesOf = (...refs: ScreenshotRef[]) => refs.map(screenshotFileName).toSorted();

const sweep = (history: History, now = Date.now(), signal = new AbortController().signal) =>
  cleanUp(history, { limits: { maxAgeMs: null, maxBytes: null }, now, isOpen: () => false, signal });

describe('a clean-up takes along screenshots nobody refers to', () => {
  test('once it is clear that nobody will', async () => {
    const { history } = openHistory();
    const [left, shown, fresh] = [put(history, 1), put(history, 2), put(history, 3)];
    history.appendItem(newSession(history).id, screenshotItem(0, shown));
    writeFileSync(join(history.screenshots.folder, 'notes.txt'), 'not ours');
    age(history, left, shown);
    expect(await sweep(history)).toEqual({ sessions: 0, bytes: solidPng(8, 8, 1).length });
    expect(kept(history)).toEqual(namesOf(shown, fresh));
    expect(await sweep(history, Date.now() + 2 * HOUR_MS)).toMatchObject({ sessions: 0 });
    expect(kept(history)).toEqual(namesOf(shown));
    expect(readdirSync(history.screenshots.folder)).toContain('notes.txt');
  });

  test('but not one that another window has just put again, and will refer to', async () => {
    const { history, folder } = openHistory(temporaryFolder());
    const ref = put(history, 1);
    age(history, ref);
    const other = openHistory(folder).history;
    expect(put(other, 1)).toEqual(ref);
    expect(await sweep(history)).toMatchObject({ bytes: 0 });
    other.appendItem(newSession(other).id, screenshotItem(0, ref));
    age(history, ref);
    expect(await sweep(history)).toMatchObject({ bytes: 0 });
    expect(other.screenshots.read(ref)).toEqual(solidPng(8, 8, 1));
  });

  test('but not one of a deleted session that is put again before its reference is', async () => {
    const { history, folder } = openHistory(temporaryFolder());
    const leaving = newSession(history).id;
    const [own, again] = [put(history, 1), put(history, 2)];
    for (const [at, ref] of [own, again].entries()) history.appendItem(leaving, screenshotItem(at, ref));
    const other = openHistory(folder).history;
    const later = Date.now() / 1_000 + 1;
    expect(put(other, 2)).toEqual(again);
    utimesSync(join(history.screenshots.folder, screenshotFileName(again)), later, later);
    erase(history, leaving);
    expect(kept(history)).toEqual(namesOf(again));
    other.appendItem(newSession(other).id, screenshotItem(0, again));
    await sweep(history, Date.now() + 2 * HOUR_MS);
    expect(kept(history)).toEqual(namesOf(again));
  });

  test('and one that is put after that is there again', async () => {
    const { history } = openHistory();
    const ref = put(history, 1);
    age(history, ref);
    await sweep(history);
    expect(history.screenshots.read(ref)).toBeUndefined();
    expect(history.screenshots.read(put(history, 1))).toEqual(solidPng(8, 8, 1));
    expect(readdirSync(join(history.screenshots.folder, '.incoming'))).toEqual([]);
  });

  test('step by step, until it is cancelled', async () => {
    const { history } = openHistory();
    age(history, put(history, 1), put(history, 2));
    expect(await sweep(history, Date.now(), AbortSignal.abort())).toEqual({ sessions: 0, bytes: 0 });
    expect(kept(history)).toHaveLength(2);
    const steps = history.sweepScreenshots(Date.now());
    steps.next();
    expect(kept(history)).toHaveLength(1);
  });

  test('those of a damaged database a week after it was set aside', async () => {
    const { history, folder } = openHistory(temporaryFolder());
    const lost = put(history, 1);
    history.appendItem(newSession(history).id, screenshotItem(0, lost));
    age(history, lost);
    history.dispose();
    writeFileSync(join(folder, 'history.db'), 'this is no database '.repeat(500));
    const fresh = openHistory(folder).history;
    expect(fresh.recovered).toBeDefined();
    const shown = put(fresh, 2);
    fresh.appendItem(newSession(fresh).id, screenshotItem(0, shown));
    await sweep(fresh, Date.now() + WEEK_MS - HOUR_MS);
    expect(kept(fresh)).toEqual(namesOf(lost, shown));
    await sweep(fresh, Date.now() + WEEK_MS + HOUR_MS);
    expect(kept(fresh)).toEqual(namesOf(shown));
  });
});
