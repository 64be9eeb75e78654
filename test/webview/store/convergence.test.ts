/** The webview's copy against the host's transcript, under any order of scrolling, streaming, delay and eviction. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type HostMessage, PAGE_SIZE, type ReadPageMessage } from '../../../src/protocol/messages.ts';
import {
  applyToItem,
  growingText,
  type ItemChange,
  type Operation,
} from '../../../src/protocol/operations.ts';
import { type Item, isSettled, ordinal } from '../../../src/protocol/transcript.ts';
import { ItemWindow } from '../../../webview/store/item-window.ts';
import { runningCommand } from '../../support/runningCommand.ts';

type Step =
  | { readonly do: 'append' }
  | { readonly do: 'extend' | 'end' | 'show'; readonly at: number }
  /** Lets some of what is on its way arrive: requests at the host, then messages at the webview. */
  | { readonly do: 'deliver'; readonly requests: number; readonly messages: number };

const COMMAND = runningCommand(0);

const anywhere = fc.double({ min: 0, max: 0.999, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ do: 'append' }),
  fc.record({ do: fc.constantFrom('extend', 'end', 'show'), at: anywhere }) as fc.Arbitrary<Step>,
  fc.record({
    do: fc.constant('deliver' as const),
    requests: fc.integer({ min: 0, max: 3 }),
    messages: fc.integer({ min: 0, max: 6 }),
  }),
);

/** A host and a webview with a delay between them; each direction keeps its order. */
class Conversation {
  readonly truth: Item[] = [];
  readonly items: ItemWindow;
  readonly #requests: ReadPageMessage[] = [];
  readonly #messages: HostMessage[] = [];

  constructor(count: number) {
    for (let at = 0; at < count; at++) this.truth.push(streaming(at));
    this.items = new ItemWindow({
      post: (message) => this.#requests.push(message),
      now: () => 0,
      // Nothing is lost here.
      after: () => () => {},
    });
    const start = Math.max(0, count - PAGE_SIZE);
    this.items.reset(count, { start: ordinal(start), items: this.truth.slice(start) });
  }

  take(action: Step): void {
    const at = 'at' in action ? Math.floor(action.at * this.truth.length) : this.truth.length;
    switch (action.do) {
      case 'append':
        this.truth.push(streaming(at));
        this.#tell({ op: 'append', item: streaming(at) });
        break;
      case 'extend': {
        const item = this.truth[at];
        if (!item || (item.kind === 'action' && isSettled(item))) return;
        const { length } = growingText(item) ?? '';
        this.#change({ op: 'extend', ordinal: ordinal(at), at: length, text: `+${length}` });
        break;
      }
      case 'end': {
        const change: ItemChange =
          this.truth[at]?.kind === 'action'
            ? { kind: 'action', state: { status: 'done', durationMs: 0, result: 'all' } }
            : { kind: 'text', state: 'complete', durationMs: 0 };
        this.#change({ op: 'update', ordinal: ordinal(at), change });
        break;
      }
      case 'show':
        this.items.show(at, Math.min(at + 15, this.items.count.value - 1));
        break;
      case 'deliver':
        this.deliver(action.requests, action.messages);
    }
  }

  deliver(requests: number, messages: number): void {
    for (const { request, start, count } of this.#requests.splice(0, requests)) {
      const page = { start, items: this.truth.slice(start, start + count) };
      this.#messages.push({ type: 'page', request, page });
    }
    for (const message of this.#messages.splice(0, messages)) {
      if (message.type === 'page') this.items.addPage(message.request, message.page);
      if (message.type === 'batch') for (const operation of message.operations) this.items.apply(operation);
    }
  }

  #change(operation: Exclude<Operation, { op: 'append' }>): void {
    const item = this.truth[operation.ordinal];
    if (!item) return;
    this.truth[operation.ordinal] = applyToItem(item, operation);
    this.#tell(operation);
  }

  #tell(operation: Operation): void {
    // Revisions do not matter here: the window sees operations only.
    this.#messages.push({ type: 'batch', id: 0, operations: [operation] } as unknown as HostMessage);
  }
}

/** Answers and commands that run, by turns. */
function streaming(at: number): Item {
  if (at % 2 === 1) return { ...COMMAND, ordinal: ordinal(at) };
  return { kind: 'answer', ordinal: ordinal(at), at: 0, text: `${at}`, state: 'streaming' };
}

it('ends with what the host has, wherever it looks', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1500 }), fc.array(step, { maxLength: 120 }), (count, steps) => {
      const conversation = new Conversation(count);
      for (const action of steps) conversation.take(action);
      conversation.deliver(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
      const { items, truth } = conversation;
      expect(items.count.value).toBe(truth.length);
      for (const [at, item] of truth.entries()) {
        const held = items.row(ordinal(at)).peek();
        if (held) expect(held).toEqual(item);
      }
      const last = truth.length - 1;
      if (last < 0) return;
      items.show(Math.max(0, last - 15), last);
      conversation.deliver(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
      expect(items.row(ordinal(last)).peek()).toEqual(truth[last]);
    }),
    { numRuns: 400 },
  );
});
