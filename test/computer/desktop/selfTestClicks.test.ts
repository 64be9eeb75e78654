import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { programFinder } from '../../../src/base/systemPrograms.ts';
import type { DesktopConnection } from '../../../src/computer/desktop/connection.ts';
import type { Connect } from '../../../src/computer/desktop/desktops.ts';
import {
  type VirtualDesktopOptions,
  virtualDesktopSource,
} from '../../../src/computer/desktop/sources/virtual.ts';
import { requireDesktopPrograms } from '../../support/desktop/programs.ts';
import { type Caller, connect, createCaller, until } from './driving.ts';

const { signal } = new AbortController();

vi.setConfig({ testTimeout: 60_000 });
beforeAll(requireDesktopPrograms);

describe('the self-test by clicks, on a virtual desktop', () => {
  let tempRoot: string;
  let computer: Caller | undefined;
  let connection: DesktopConnection | undefined;
  beforeEach(async () => {
    tempRoot = await mkdtemp(path.join(tmpdir(), 'self-test-'));
  });
  afterEach(async () => {
    await computer?.computer.close();
    await rm(tempRoot, { recursive: true, force: true });
  });

  /** @param shift - how far to the right its server takes the pointer to be, in px */
  const start = async (options: VirtualDesktopOptions = {}, shift = 0): Promise<Caller> => {
    const connectShifted: Connect = async (machine, ending) => {
      const made = await connect(machine, ending);
      connection = made;
      const { pointer } = made;
      made.pointer = (x, y, buttons) => pointer.call(made, x + shift, y, buttons);
      return made;
    };
    const source = virtualDesktopSource({ tempRoot, ...options });
    computer = createCaller({ source, connect: connectShifted });
    expect((await computer.call('screenshot')).isError).toBe(false);
    return computer;
  };

  it.each([
    [{ width: 1280, height: 800 }, 0],
    [{ width: 3840, height: 2160 }, 0.5],
  ])('clicks corners, edges and more of %o, and leaves the screen as it was', async (size, most) => {
    const { computer, events } = await start({ size });
    const before = Buffer.from(connection?.pixels.data ?? []);
    const check = await computer.checkPointer?.(signal);
    expect(check).toMatchObject({ type: 'measured', by: 'clicks', places: 12, screenErrorPx: 0 });
    expect(check?.type === 'measured' && check.errorPx).toBeLessThanOrEqual(most);
    // All but the caret, and what shows where the focus is.
    await until(() => partAlike(before, connection?.pixels.data ?? before) > 0.98);
    expect(events.filter(({ type }) => type === 'pointer-off')).toEqual([]);
  });

  it('tells the user of clicks that land elsewhere', async () => {
    const { computer, events } = await start({}, 5);
    expect(events).toContainEqual({ type: 'pointer-off', errorPx: 5 });
    expect(await computer.checkPointer?.(signal)).toMatchObject({ by: 'clicks', errorPx: 5 });
  });

  it('moves the pointer where there is nothing to click in', async () => {
    const find = programFinder();
    const { computer } = await start({
      find: (...names) => (names.includes('xev') ? undefined : find(...names)),
    });
    expect(await computer.checkPointer?.(signal)).toMatchObject({
      type: 'measured',
      by: 'moves',
      errorPx: 0,
    });
  });
});

function partAlike(a: Uint8Array, b: Uint8Array): number {
  let alike = 0;
  for (let at = 0; at < a.length; at += 1) if (a[at] === b[at]) alike += 1;
  return alike / a.length;
}
