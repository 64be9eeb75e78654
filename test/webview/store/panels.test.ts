/** Several webviews of one session, killed and made again at any moment, against the host's transcript. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type HostMessage, PAGE_SIZE, PROTOCOL_VERSION } from '../../../src/protocol/messages.ts';
import { applyToItem, type Operation } from '../../../src/protocol/operations.ts';
import { type Item, ordinal, revision, sessionId } from '../../../src/protocol/transcript.ts';
import { SessionStore } from '../../../webview/store/session-store.ts';

const SESSION = sessionId('00000000-0000-4000-8000-000000000001');

/** A webview and its line to the host, on which messages wait. */
class Panel {
  readonly store: SessionStore;
  #waiting: HostMessage[] = [];
  #frame: (() => void) | undefined;

  constructor(host: Host) {
    this.store = new SessionStore({
      post: (message) => {
        if (message.type === 'ready') this.#waiting.push(host.opened());
        if (message.type === 'read-page') {
          const { request, start, count } = message;
          this.#waiting.push({
            type: 'page',
            request,
            page: { start, items: host.items.slice(start, start + count) },
          });
        }
      },
      anchorOf: () => null,
      around: () => null,
      onSent: () => {},
      schedule: (callback) => {
        this.#frame = callback;
      },
      onError: (error) => {
        throw error;
      },
      now: () => 0,
      // Nothing is lost here.
      after: () => () => {},
    });
    this.store.start();
  }

  tell(message: HostMessage): void {
    this.#waiting.push(message);
  }

  deliver(count: number): void {
    for (const message of this.#waiting.splice(0, count)) {
      switch (message.type) {
        case 'search-results':
        case 'user-found':
        case 'ping':
        case 'live-frame':
        case 'live-rfb':
        case 'live-screen':
        case 'live-pointer':
        case 'live-dialog':
          break;
        default:
          this.store.receive(message);
      }
    }
    const frame = this.#frame;
    this.#frame = undefined;
    frame?.();
  }

  settle(): void {
    for (let round = 0; round < 5; round++) this.deliver(Number.POSITIVE_INFINITY);
  }
}

class Host {
  readonly items: Item[] = [];
  readonly panels: Panel[] = [];
  #revision = 0;
  #feed = 0;

  opened(): HostMessage {
    const start = Math.max(0, this.items.length - PAGE_SIZE);
    return {
      type: 'opened',
      feed: ++this.#feed,
      protocol: PROTOCOL_VERSION,
      session: SESSION,
      revision: revision(this.#revision),
      count: this.items.length,
      page: { start: ordinal(start), items: this.items.slice(start) },
      status: {} as never,
      screenshots: '',
    };
  }

  append(): void {
    const at = this.items.length;
    const item: Item = { kind: 'answer', ordinal: ordinal(at), at: 0, text: `${at}`, state: 'streaming' };
    this.items.push(item);
    this.#tell({ op: 'append', item });
  }

  extend(at: number): void {
    const item = this.items[at];
    if (item?.kind !== 'answer') return;
    const operation = { op: 'extend', ordinal: item.ordinal, at: item.text.length, text: `+${at}` } as const;
    this.items[at] = applyToItem(item, operation);
    this.#tell(operation);
  }

  #tell(operation: Operation): void {
    const from = revision(this.#revision);
    const to = revision(++this.#revision);
    for (const panel of this.panels) panel.tell({ type: 'batch', from, to, operations: [operation] });
  }
}

const step = fc.record({
  do: fc.constantFrom('append', 'append', 'extend', 'deliver', 'kill'),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  panel: fc.nat(1),
});

it('all end with what the host has', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.array(step, { maxLength: 150 }), (count, steps) => {
      const host = new Host();
      for (let at = 0; at < count; at++) host.append();
      host.panels.push(new Panel(host), new Panel(host));
      for (const { do: action, at, panel } of steps) {
        if (action === 'append') host.append();
        if (action === 'extend') host.extend(Math.floor(at * host.items.length));
        if (action === 'deliver') host.panels[panel]?.deliver(Math.ceil(at * 5));
        if (action === 'kill') host.panels[panel] = new Panel(host);
      }
      for (const panel of host.panels) {
        panel.settle();
        const { items } = panel.store;
        expect(items.count.value).toBe(host.items.length);
        items.show(0, host.items.length - 1);
        panel.settle();
        const held = host.items.map(({ ordinal }) => items.row(ordinal).peek());
        expect(held).toEqual(host.items);
      }
    }),
    { numRuns: 200 },
  );
});
