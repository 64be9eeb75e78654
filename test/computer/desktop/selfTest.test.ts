import { afterEach, describe, expect, it } from 'vitest';
import { computerNotice } from '../../../src/agent/notices.ts';
import type { PointerCheck } from '../../../src/computer/computer.ts';
import type { DesktopConnection } from '../../../src/computer/desktop/connection.ts';
import type { Connect } from '../../../src/computer/desktop/desktops.ts';
import {
  onSelfTest,
  type SelfTestReport,
  selfTestLine,
} from '../../../src/computer/desktop/selfTestReports.ts';
import { startX11vnc, startXvnc, type VncServer } from '../../support/desktop/xserver.ts';
import { type Caller, connect, createCaller, sourceOf, until } from './driving.ts';

const { signal } = new AbortController();

/** What a server does to the pointer between us and the screen. */
type Warp = (x: number, y: number) => readonly [x: number, y: number];

/** The connection of a server that takes the pointer for being elsewhere. */
function warped(connection: DesktopConnection, warp: () => Warp): DesktopConnection {
  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'pointer')
        return (x: number, y: number, buttons: number) => target.pointer(...warp()(x, y), buttons);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const STRAIGHT: Warp = (x, y) => [x, y];

describe('the self-test of the pointer', () => {
  const ends: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** A server whose pointer looks like that of a desktop; without a client's shape X shows none. */
  const server = async (starting: Promise<VncServer>, hasPointer = true): Promise<VncServer> => {
    const started = await starting;
    ends.push(() => started.close());
    if (hasPointer) {
      const client = started.run('xsetroot', ['-solid', '#3b5a78', '-cursor_name', 'left_ptr']);
      await new Promise((resolve) => client.once('exit', resolve));
    }
    return started;
  };

  /** A computer on `on`, with what its self-tests said. */
  const computerOn = (on: VncServer, warp: () => Warp = () => STRAIGHT) => {
    let connection: DesktopConnection | undefined;
    const connectWarped: Connect = async (machine, ending) => {
      connection = await connect(machine, ending);
      return warped(connection, warp);
    };
    const reports: SelfTestReport[] = [];
    const listening = onSelfTest((report) => reports.push(report));
    const caller: Caller = createCaller({ source: sourceOf(() => on), connect: connectWarped });
    ends.push(async () => {
      listening.dispose();
      await caller.computer.close();
    });
    return {
      ...caller,
      reports,
      connection: () => {
        if (!connection) throw new Error('Nothing is connected.');
        return connection;
      },
      check: (): Promise<PointerCheck> =>
        caller.computer.checkPointer?.(signal) ?? Promise.reject(new Error('There is no check.')),
    };
  };

  it.each([
    ['1280x800', 0],
    ['3840x2160', 0.5],
  ])('finds nothing wrong with %s, before the first call and when it is asked to', async (geometry, most) => {
    const computer = computerOn(await server(startXvnc({ geometry })));
    expect((await computer.call('screenshot')).isError).toBe(false);
    const [first] = computer.reports;
    expect(first && selfTestLine(first)).toContain('px of the screen at most: 5 places by moves in');
    const check = await computer.check();
    expect(check).toMatchObject({ type: 'measured', by: 'moves', places: 12, screenErrorPx: 0 });
    expect(check.type === 'measured' && check.errorPx).toBeLessThanOrEqual(most);
    expect(computer.events).toEqual([]);
    await computer.call('mouse_move', { coordinate: [300, 200] });
    expect(computer.reports).toHaveLength(2);
  });

  it('leaves the pointer and the picture as they were', async () => {
    const on = await server(startXvnc());
    const computer = computerOn(on);
    await computer.call('mouse_move', { coordinate: [300, 200] });
    const before = Buffer.from(computer.connection().pixels.data);
    await computer.check();
    expect(await computer.call('cursor_position')).toMatchObject({ text: expect.stringMatching(/300.*200/) });
    await until(() => before.equals(computer.connection().pixels.data));
    expect(computer.connection().cursor).toBeDefined();
  });

  it('tells the user of a pointer that arrives elsewhere, also when that begins with another size', async () => {
    let warp = STRAIGHT;
    const computer = computerOn(await server(startXvnc()), () => warp);
    await computer.call('screenshot');
    expect(computer.events).toEqual([]);
    warp = (x, y) => [x + 7, y - 3];
    expect(await computer.connection().resize({ width: 1280, height: 720 }, signal)).toBe(true);
    await computer.call('screenshot');
    expect(computer.events).toEqual([{ type: 'pointer-off', errorPx: 7 }]);
    expect(computer.events.map((event) => computerNotice(event).text)).toEqual([
      'Clicks on this desktop land up to 7 px from where Claude means them.',
    ]);
    warp = (x, y) => [Math.floor(x / 2), Math.floor(y / 2)];
    expect(await computer.check()).toMatchObject({ type: 'measured', screenErrorPx: 620 });
  });

  it('takes a screen that its server scales for what it is', async () => {
    const computer = computerOn(await server(startX11vnc({ args: ['-scale', '3/4'] })));
    await computer.call('screenshot');
    // x11vnc looks for the pointer from time to time, and may not find it in the time that a check has.
    let check = await computer.check();
    while (check.type !== 'measured') check = await computer.check();
    expect(check.errorPx).toBeLessThanOrEqual(1);
    expect(computer.events).toEqual([]);
  }, 60_000);

  it('takes a pointer that arrives late for no other than that', async () => {
    let before: readonly [number, number] = [0, 0];
    const oneBehind: Warp = (x, y) => {
      const late = before;
      before = [x, y];
      return late;
    };
    const computer = computerOn(await server(startXvnc()), () => oneBehind);
    await computer.call('screenshot');
    expect(await computer.check()).toEqual({ type: 'not-measurable' });
    expect(computer.events).toEqual([]);
  });

  it('says nothing rather than something wrong where it cannot see the pointer', async () => {
    const computer = computerOn(await server(startXvnc(), false));
    await computer.call('screenshot');
    expect(await computer.check()).toEqual({ type: 'not-measurable' });
    expect(computer.events).toEqual([]);
  });

  it('is not misled by a screen that changes', async () => {
    const on = await server(startXvnc({ geometry: '1280x800' }));
    const busy = 'while :; do head -c 3000 /dev/urandom | od -x; done';
    on.run('xterm', ['-geometry', '150x50+0+0', '-e', 'sh', '-c', busy]);
    const computer = computerOn(on);
    await computer.call('wait', { duration: 1 });
    const check = await computer.check();
    if (check.type === 'measured') expect(check.errorPx).toBe(0);
    expect(computer.events).toEqual([]);
  });

  it('waits while a button is down or a call is under way', async () => {
    const computer = computerOn(await server(startXvnc()));
    expect(await computer.check()).toEqual({ type: 'not-running' });
    await computer.call('left_mouse_down');
    expect(await computer.check()).toEqual({ type: 'busy' });
    await computer.call('left_mouse_up');
    const call = computer.call('wait', { duration: 1 });
    // A check that comes first lets the call wait.
    while ((await computer.check()).type !== 'busy') await new Promise((resolve) => setImmediate(resolve));
    await call;
    expect(await computer.check()).toMatchObject({ type: 'measured' });
  });
});
