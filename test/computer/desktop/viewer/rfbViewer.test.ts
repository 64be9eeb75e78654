/** The server for viewers, spoken to by our own client. */
import { duplexPair } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../../../src/base/emitter.ts';
import { DisposableStore, toDisposable } from '../../../../src/base/lifecycle.ts';
import type { DesktopConnection, Pixels, ScreenChange } from '../../../../src/computer/desktop/connection.ts';
import type { Rect } from '../../../../src/computer/desktop/geometry.ts';
import { connectRfb } from '../../../../src/computer/desktop/rfb/client.ts';
import { RfbViewer } from '../../../../src/computer/desktop/viewer/rfbViewer.ts';

const signal = AbortSignal.timeout(20_000);
const owned = new Set<DisposableStore>();
afterEach(() => {
  for (const store of owned) store.dispose();
  owned.clear();
});

/** A desktop that remembers what is put into it. */
class FakeDesktop implements DesktopConnection {
  readonly withdrawn = 0;
  readonly #changes = new Emitter<ScreenChange>();
  readonly name = 'Fäke';
  pixels: Pixels = blank(64, 48);
  readonly cursor = undefined;
  readonly onChange = this.#changes.event;
  readonly ended = new Promise<never>(() => {});
  readonly hasUnicodeClipboard = true;
  readonly onClipboard = new Emitter<string>().event;
  readonly onClipboardFetched = new Emitter<void>().event;
  readonly inputs: string[] = [];

  get listeners(): number {
    return this.#changes.listenerCount;
  }

  fill(area: Rect, colour: readonly [number, number, number]): void {
    for (let y = area.y; y < area.y + area.height; y += 1) {
      for (let x = area.x; x < area.x + area.width; x += 1)
        this.pixels.data.set(colour, (y * this.pixels.width + x) * 4);
    }
    this.#changes.fire({ type: 'pixels', area });
  }

  become(width: number, height: number): void {
    this.pixels = blank(width, height);
    this.#changes.fire({ type: 'size', size: { width, height } });
  }

  pointer(x: number, y: number, buttons: number): void {
    this.inputs.push(`pointer ${x} ${y} ${buttons}`);
  }

  key(keysym: number, isDown: boolean): void {
    this.inputs.push(`key ${keysym} ${isDown ? 'down' : 'up'}`);
  }

  withdrawInput() {}
  setClipboard(): void {}
  async roundTrip(): Promise<void> {}
  async resize(): Promise<boolean> {
    return false;
  }
  dispose(): void {}
}

function blank(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { width, height, data };
}

async function watch(desktop: FakeDesktop) {
  const store = new DisposableStore();
  owned.add(store);
  const [near, far] = duplexPair();
  const faults: string[] = [];
  let sent = 0;
  const viewer = new RfbViewer(desktop, {
    send: (bytes) => {
      sent += bytes.length;
      far.write(bytes);
    },
    onFault: (message) => faults.push(message),
  });
  far.on('data', (bytes: Buffer) => viewer.receive(bytes));
  far.on('error', () => {});
  store.add(toDisposable(() => far.destroy()));
  store.add(viewer);
  const client = await connectRfb(near, { credentials: { password: async () => undefined } }, signal);
  store.add(client);
  return { viewer, client, faults, sent: () => sent };
}

describe('a viewer', () => {
  it('gets the screen as it is, then what changes', async () => {
    const desktop = new FakeDesktop();
    desktop.fill({ x: 0, y: 0, width: 64, height: 48 }, [10, 20, 30]);
    const { client } = await watch(desktop);
    expect(client.name).toBe('Fäke');
    await vi.waitFor(() => expect([...client.pixels.data]).toEqual([...desktop.pixels.data]));
    desktop.fill({ x: 5, y: 6, width: 7, height: 8 }, [200, 100, 50]);
    desktop.fill({ x: 40, y: 30, width: 24, height: 18 }, [1, 2, 3]);
    await vi.waitFor(() => expect([...client.pixels.data]).toEqual([...desktop.pixels.data]));
  });

  it('follows another size', async () => {
    const desktop = new FakeDesktop();
    const { client } = await watch(desktop);
    desktop.become(30, 90);
    desktop.fill({ x: 3, y: 80, width: 20, height: 10 }, [9, 8, 7]);
    await vi.waitFor(() => {
      expect([client.pixels.width, client.pixels.height]).toEqual([30, 90]);
      expect([...client.pixels.data]).toEqual([...desktop.pixels.data]);
    });
  });

  it('that does not ask for more costs nothing however much changes, and misses nothing', async () => {
    const desktop = new FakeDesktop();
    const messages: Uint8Array[] = [];
    const viewer = new RfbViewer(desktop, { send: (bytes) => messages.push(bytes), onFault: () => {} });
    viewer.receive(Buffer.from('RFB 003.008\n\x01\x01', 'latin1'));
    for (let turn = 0; turn < 1_000; turn += 1)
      desktop.fill({ x: turn % 60, y: turn % 40, width: 4, height: 4 }, [turn % 256, 0, 0]);
    const before = messages.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(messages).toHaveLength(before);
    viewer.dispose();
    expect(desktop.listeners).toBe(0);
  });

  it('acts on the desktop only while it may, and leaves nothing down', async () => {
    const desktop = new FakeDesktop();
    const { viewer, client } = await watch(desktop);
    client.pointer(3, 4, 1);
    client.key(0x61, true);
    await client.roundTrip(signal);
    expect(desktop.inputs).toEqual([]);
    viewer.setInteractive(true);
    client.pointer(5, 6, 1);
    client.key(0x62, true);
    // Went down before it was allowed: its release is nobody's.
    client.key(0x61, false);
    await client.roundTrip(signal);
    expect(desktop.inputs).toEqual(['pointer 5 6 1', 'key 98 down']);
    viewer.setInteractive(false);
    expect(desktop.inputs.slice(2)).toEqual(['key 98 up', 'pointer 5 6 0']);
    client.key(0x63, true);
    await client.roundTrip(signal);
    expect(desktop.inputs).toHaveLength(4);
  });

  it.each([
    ['another version', 'RFB 003.003\n'],
    ['security that was not offered', 'RFB 003.008\n\x02'],
    ['a message of no known type', 'RFB 003.008\n\x01\x01\xfa'],
    ['a text without end', 'RFB 003.008\n\x01\x01\x06\0\0\0\xff\xff\xff\xff'],
  ])('that says %s is heard no more', (_, said) => {
    const desktop = new FakeDesktop();
    const faults: string[] = [];
    const viewer = new RfbViewer(desktop, { send: () => {}, onFault: (message) => faults.push(message) });
    viewer.receive(Buffer.from(said, 'latin1'));
    expect(faults).toHaveLength(1);
    expect(desktop.listeners).toBe(0);
    viewer.receive(Buffer.from('more'));
    expect(faults).toHaveLength(1);
  });
});
