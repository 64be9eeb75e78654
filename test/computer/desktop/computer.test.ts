import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/base/emitter.ts';
import { readImageInfo } from '../../../src/base/imageInfo.ts';
import type {
  ConnectionEnd,
  DesktopConnection,
  ScreenChange,
} from '../../../src/computer/desktop/connection.ts';
import type { DesktopComputerOptions } from '../../../src/computer/desktop/desktopComputer.ts';
import { type DesktopMachine, DesktopUnavailable } from '../../../src/computer/desktop/machine.ts';
import { connectRfb } from '../../../src/computer/desktop/rfb/client.ts';
import { desktopScreen } from '../../../src/computer/desktop/viewer/desktopScreen.ts';
import { type Caller, createCaller, startDriven, startRecorder, until } from './driving.ts';

const INSERT = 0xff63;

/** A connection that records what it is sent. */
class FakeConnection implements DesktopConnection {
  readonly withdrawn = 0;
  readonly name = 'fake';
  pixels = { width: 100, height: 50, data: new Uint8Array(100 * 50 * 4) };
  readonly cursor = undefined;
  readonly changes = new Emitter<ScreenChange>();
  readonly onChange = this.changes.event;
  readonly copies = new Emitter<string>();
  readonly onClipboard = this.copies.event;
  readonly fetches = new Emitter<void>();
  readonly onClipboardFetched = this.fetches.event;
  readonly #ended = Promise.withResolvers<ConnectionEnd>();
  readonly ended = this.#ended.promise;
  readonly hasUnicodeClipboard = true;
  readonly sent: string[] = [];
  isAnswering = true;
  isFetching = false;

  pointer(x: number, y: number, buttons: number): void {
    this.sent.push(`${x},${y}:${buttons}`);
  }

  key(keysym: number, isDown: boolean): void {
    this.sent.push(`${isDown ? '+' : '-'}${keysym.toString(16)}`);
    if (keysym === INSERT && isDown && this.isFetching) queueMicrotask(() => this.fetches.fire());
  }

  withdrawInput() {}
  setClipboard(text: string): void {
    this.sent.push(`clipboard ${JSON.stringify(text)}`);
    this.isFetching = true;
  }

  roundTrip(signal: AbortSignal): Promise<void> {
    if (this.isAnswering) return Promise.resolve();
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }

  resize(): Promise<boolean> {
    return Promise.resolve(false);
  }

  become(width: number, height: number): void {
    this.pixels = { width, height, data: new Uint8Array(width * height * 4) };
  }

  drop(reason: ConnectionEnd['reason'] = 'server-closed', message = 'It closed the connection.'): void {
    this.#ended.resolve({ reason, message });
  }

  dispose(): void {
    this.drop('closed', 'closed');
  }
}

/** Machines and connections that are only remembered. */
class Yard {
  readonly connections: FakeConnection[] = [];
  readonly ends: Array<Emitter<string>> = [];
  closed = 0;
  /** Answers the next connection, or how it fails. */
  onConnect: () => Promise<FakeConnection> = async () => new FakeConnection();
  isolation: DesktopMachine['isolation'] = { kind: 'machine', detail: '' };
  warmUpMs = 0;
  onStart: (signal: AbortSignal) => Promise<void> = async () => undefined;

  get options(): DesktopComputerOptions {
    return {
      source: {
        kind: 'virtual',
        label: 'Fake',
        start: async (signal): Promise<DesktopMachine> => {
          await this.onStart(signal);
          const end = new Emitter<string>();
          this.ends.push(end);
          return {
            connect: async () => new PassThrough(),
            credentials: { password: async () => undefined },
            isolation: this.isolation,
            isStreamPrivate: true,
            warmUpMs: this.warmUpMs,
            onEnd: end.event,
            close: async () => {
              this.closed += 1;
            },
          };
        },
      },
      connect: async () => {
        const connection = await this.onConnect();
        this.connections.push(connection);
        return connection;
      },
      screenOf: desktopScreen,
      limits: { quietMs: 2, beginMs: 5, settleMs: 50, responseMs: 100, connectMs: 200 },
    };
  }

  get latest(): FakeConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error('Nothing is connected.');
    return connection;
  }
}

describe('a desktop computer', () => {
  const open: Caller[] = [];
  const start = (change: (yard: Yard) => void = () => undefined) => {
    const yard = new Yard();
    change(yard);
    const caller = createCaller(yard.options);
    open.push(caller);
    return { yard, ...caller };
  };
  afterEach(async () => {
    for (const { computer } of open.splice(0)) await computer.close();
  });

  it('says where nothing keeps its programs from what is the user’s, before anything is done there', async () => {
    const { events, call } = start((yard) => {
      yard.isolation = { kind: 'none', detail: 'bubblewrap is not installed.' };
    });
    await call('screenshot');
    expect(events).toEqual([
      { type: 'fallback', cause: 'no-sandbox', detail: 'bubblewrap is not installed.' },
    ]);
  });

  it('stopped while its first window is waited for has not crashed, and starts anew', async () => {
    const { yard, computer, events, call, callAborted } = start((fresh) => {
      fresh.warmUpMs = 5_000;
    });
    const stopping = new AbortController();
    const stopped = callAborted('screenshot', {}, stopping.signal);
    await until(() => yard.connections.length === 1);
    stopping.abort(new Error('stopped'));
    await stopped;
    await until(() => yard.closed === 1);
    expect(computer.isRunning).toBe(false);
    yard.warmUpMs = 0;
    expect(await call('screenshot')).toMatchObject({ isError: false });
    expect(yard.connections).toHaveLength(2);
    expect(events).toEqual([]);
  });

  it('whose connection ends while its first window is waited for is told to be unavailable, once', async () => {
    const { yard, computer, events, call } = start((fresh) => {
      fresh.warmUpMs = 5_000;
    });
    const first = call('screenshot');
    await until(() => yard.connections.length === 1);
    yard.latest.drop('server-closed', 'The server ended.');
    expect((await first).isError).toBe(true);
    expect(events).toMatchObject([{ type: 'unavailable' }]);
    expect([yard.closed, computer.isRunning]).toEqual([1, false]);
    yard.warmUpMs = 0;
    expect((await call('screenshot')).isError).toBe(false);
  });

  it('starts with the first call, once', async () => {
    const { yard, computer, call } = start();
    expect(computer.isRunning).toBe(false);
    await Promise.all([call('screenshot'), call('screenshot')]);
    expect(computer.isRunning).toBe(true);
    expect([yard.ends.length, yard.connections.length]).toEqual([1, 1]);
    await computer.close();
    expect([yard.closed, computer.isRunning]).toEqual([1, false]);
  });

  it('tells the user what to do where none can be had', async () => {
    const { yard, call, events } = start((it) => {
      it.onStart = () => Promise.reject(new DesktopUnavailable('There is no Xvnc.', 'Install it.'));
    });
    const answer = await call('screenshot');
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('user has been told') });
    expect(events).toEqual([{ type: 'unavailable', message: 'There is no Xvnc.', help: 'Install it.' }]);
    yard.onStart = async () => undefined;
    expect((await call('screenshot')).isError).toBe(false);
  });

  it('closes the machine that lets nobody in', async () => {
    const { yard, call, events } = start((it) => {
      it.onConnect = () => Promise.reject(new Error('The password is wrong.'));
    });
    expect((await call('screenshot')).isError).toBe(true);
    expect(yard.closed).toBe(1);
    expect(events).toMatchObject([{ type: 'unavailable', message: 'The password is wrong.' }]);
  });

  it('stops starting when its call is stopped', async () => {
    const { yard, callAborted, call } = start((it) => {
      it.onStart = (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const stop = new AbortController();
    const stopped = callAborted('screenshot', {}, stop.signal);
    stop.abort();
    expect(await stopped).toBeInstanceOf(Error);
    yard.onStart = async () => undefined;
    expect((await call('screenshot')).isError).toBe(false);
  });

  it('is connected to again when only the connection was lost, with nothing left pressed', async () => {
    const { yard, call, events } = start();
    await call('mouse_move', { coordinate: [10, 20] });
    await call('left_mouse_down');
    yard.latest.drop();
    await until(() => yard.connections.length === 2);
    expect((await call('cursor_position')).text).toBe('X=10,Y=20');
    expect(yard.latest.sent).toContain('10,20:0');
    expect([events, yard.ends.length, yard.closed]).toEqual([[], 1, 0]);
  });

  it('tells of a connection that is lost during a call, and lets go of its keys on the next', async () => {
    const { yard, call } = start();
    await call('screenshot');
    const held = call('hold_key', { text: 'ctrl+a', duration: 60 });
    await until(() => yard.latest.sent.includes('+61'));
    yard.latest.drop();
    expect(await held).toMatchObject({ isError: true, text: expect.stringContaining('was lost') });
    await until(() => yard.connections.length === 2);
    await call('screenshot');
    expect(yard.latest.sent.slice(0, 2)).toEqual(['-61', '-ffe3']);
  });

  it('has crashed when it cannot be connected to again; the next call starts a new one and says so', async () => {
    const { yard, computer, call, events } = start();
    await call('screenshot');
    yard.onConnect = () => Promise.reject(new Error('refused'));
    yard.latest.drop();
    yard.ends[0]?.fire('Xvnc was killed.');
    await until(() => events.length > 0);
    expect(events).toEqual([{ type: 'crashed', message: 'Xvnc was killed.' }]);
    expect([computer.isRunning, yard.closed]).toEqual([false, 1]);
    yard.onConnect = async () => new FakeConnection();
    expect(await call('left_click')).toMatchObject({
      isError: true,
      text: expect.stringContaining('Not executed'),
    });
    expect((await call('left_click')).isError).toBe(false);
    expect(yard.ends.length).toBe(2);
  });

  it('has crashed when it drops one connection after the other', async () => {
    const { yard, call, events } = start();
    await call('screenshot');
    yard.latest.drop();
    await until(() => yard.connections.length === 2);
    yard.latest.drop('protocol-error', 'It made no sense.');
    await until(() => events.length > 0);
    expect(events).toEqual([{ type: 'crashed', message: 'It made no sense.' }]);
  });

  it('says when it does not answer', async () => {
    const { yard, call } = start();
    await call('screenshot');
    yard.latest.isAnswering = false;
    expect(await call('screenshot')).toMatchObject({
      isError: true,
      text: expect.stringContaining('did not respond'),
    });
  });

  it('lets go of what is held when it is closed', async () => {
    const { yard, computer, call } = start();
    await call('mouse_move', { coordinate: [1, 2] });
    await call('left_mouse_down');
    const held = call('hold_key', { text: 'shift', duration: 60 });
    await until(() => yard.latest.sent.includes('+ffe1'));
    await computer.close();
    expect((await held).isError).toBe(true);
    expect(yard.latest.sent.slice(-2).toSorted()).toEqual(['-ffe1', '1,2:0']);
  });

  it('puts the clipboard back after typing through it', async () => {
    const { yard, call } = start();
    await call('screenshot');
    yard.latest.copies.fire('kept');
    expect((await call('type', { text: '天地玄黃宇宙洪荒日月盈昃辰宿列張' })).text).toBe('Typed.');
    expect((await call('type', { text: '寒來' })).text).toContain('pasted');
    const { sent } = yard.latest;
    expect(sent.filter((line) => line.startsWith('clipboard'))).toEqual([
      'clipboard "寒來"',
      'clipboard "kept"',
    ]);
  });

  it('leaves the clipboard alone, but for what is pasted, while nobody has said what was in it', async () => {
    const { yard, call } = start();
    await call('type', { text: '天地玄黃宇宙洪荒日月盈昃辰宿列張寒來' });
    const { sent } = yard.latest;
    expect(sent.filter((line) => line.startsWith('clipboard'))).toEqual([
      'clipboard "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來"',
    ]);
  });

  it('counts the keys that the server makes for members other than type, too', async () => {
    const { yard, call } = start();
    for (const character of '天地玄黃宇宙洪荒日月盈昃辰宿') await call('key', { text: character });
    await call('hold_key', { text: 'ctrl+é', duration: 0.01 });
    await call('key', { text: 'U20AC' });
    expect((await call('type', { text: '宿é€' })).text).toBe('Typed.');
    expect((await call('type', { text: '列' })).text).toContain('pasted');
    expect(yard.latest.sent).toContain('clipboard "列"');
  });

  it.each([
    ['left_click', { coordinate: [10, 20] }],
    ['left_click_drag', { start_coordinate: [1, 2], coordinate: [10, 20] }],
    ['mouse_move', { coordinate: [10, 20] }],
    ['scroll', { coordinate: [10, 20], scroll_direction: 'up', scroll_amount: 1 }],
    ['zoom', { region: [0, 0, 10, 20] }],
  ] as const)(
    'does not %s once where a place was chosen on a screen of another size',
    async (member, input) => {
      const { yard, call } = start();
      await call('screenshot');
      yard.latest.become(200, 80);
      expect(await call(member, input)).toMatchObject({
        isError: true,
        text: expect.stringMatching(/screen is now 200x80; take a screenshot/),
      });
      expect(yard.latest.sent).toEqual([]);
      expect((await call(member, input)).isError).toBe(false);
      yard.latest.become(300, 90);
      await call('screenshot');
      expect((await call(member, input)).isError).toBe(false);
    },
  );

  it('lets go of the keys that a person held, on the next connection, and only of these', async () => {
    const { yard, computer, call } = start();
    await call('screenshot');
    const { screen } = computer;
    if (screen?.kind !== 'desktop') throw new Error('There is no screen.');
    const viewer = screen.view({ send: () => {}, onFault: () => {} });
    viewer.setInteractive(true);
    const key = (isDown: boolean, keysym: number) => [4, isDown ? 1 : 0, 0, 0, 0, 0, 0, keysym];
    const typed = [...key(true, 0x61), ...key(true, 0x62), ...key(false, 0x61)];
    viewer.receive(Buffer.concat([Buffer.from('RFB 003.008\n\x01\x01', 'latin1'), Buffer.from(typed)]));
    expect(yard.latest.sent).toEqual(['+61', '+62', '-61']);
    yard.latest.drop();
    await until(() => yard.connections.length === 2);
    await call('screenshot');
    expect(yard.latest.sent).toEqual(['-62']);
  });
});

describe('a desktop computer on a real server', () => {
  it('goes on when the server is killed, and when it is closed nothing is left down', async () => {
    const driven = await startDriven();
    const recorder = await startRecorder(driven);
    await driven.call('left_mouse_down');
    await driven.server.kill();
    await until(() => driven.events.length > 0);
    expect(driven.events).toMatchObject([{ type: 'crashed' }]);
    expect(driven.computer.isRunning).toBe(false);
    expect(recorder.spelled()).toBe('+1');
    await driven.close();
  }, 30_000);

  it('follows a screen that gets another size', async () => {
    const driven = await startDriven();
    expect((await driven.call('mouse_move', { coordinate: [1_000, 700] })).isError).toBe(false);
    const other = await connectRfb(
      await driven.server.connect(),
      { credentials: { password: async () => undefined } },
      AbortSignal.timeout(5_000),
    );
    await other.roundTrip(AbortSignal.timeout(5_000));
    expect(await other.resize({ width: 800, height: 600 }, AbortSignal.timeout(5_000))).toBe(true);
    other.dispose();
    const { image } = await driven.call('screenshot');
    expect(image && readImageInfo(image)).toMatchObject({ width: 800, height: 600 });
    expect((await driven.call('left_click', { coordinate: [1_000, 700] })).text).toContain('800x600');
    expect((await driven.call('cursor_position')).text).toBe('X=400,Y=300');
    await driven.close();
  }, 30_000);
});
