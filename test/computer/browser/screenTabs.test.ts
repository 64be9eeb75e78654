/** A person's hands where the tab that is drawn changes: with tabs whose answers the test gives. */
import { expect, test } from 'vitest';
import { Emitter } from '../../../src/base/emitter.ts';
import type { Channel } from '../../../src/computer/browser/channel.ts';
import { Dialogs } from '../../../src/computer/browser/dialogs.ts';
import { HumanHands } from '../../../src/computer/browser/humanInput.ts';
import { BrowserScreen } from '../../../src/computer/browser/screen.ts';
import type { Tabs } from '../../../src/computer/browser/tabs.ts';
import type { HumanInput } from '../../../src/protocol/humanInput.ts';

const MODIFIERS = { alt: false, control: false, meta: false, shift: false };
const { signal } = new AbortController();

/** Takes inputs, and answers them when the test says so. */
class FakeTab {
  readonly sent: string[] = [];
  readonly url = 'http://page.test/';
  readonly title = 'A page';
  readonly isAsking = false;
  readonly pointer = { onPointing: new Emitter().event, pointing: undefined };
  readonly channel = {
    throwIfRefused: () => undefined,
    send: (_command: string, { type, x }: { type: string; x: number }) => {
      this.sent.push(`${type} ${x}`);
      return new Promise<void>((resolve) => this.#waiting.push(resolve));
    },
  };
  readonly hands = new HumanHands(this.channel as unknown as Channel);
  #waiting: Array<() => void> = [];

  async answer(): Promise<void> {
    for (const resolve of this.#waiting.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

class FakeTabs {
  readonly dialogs = new Dialogs();
  readonly changes = new Emitter<void>();
  readonly onShown = this.changes.event;
  shown = new FakeTab();

  show(tab: FakeTab): void {
    this.shown = tab;
    this.changes.fire();
  }
}

function open() {
  const tabs = new FakeTabs();
  const screen = new BrowserScreen(tabs as unknown as Tabs);
  const act = (type: 'pointer-move' | 'pointer-down' | 'pointer-up', x: number) => {
    const at = { x, y: 1, modifiers: MODIFIERS };
    const input: HumanInput =
      type === 'pointer-move' ? { type, ...at } : { type, ...at, button: 'left', clicks: 1 };
    screen.input(input, signal).catch(() => undefined);
  };
  return { tabs, screen, act, first: tabs.shown, second: new FakeTab() };
}

test('a move on the tab shown now does not go to the one before it, which is busy', async () => {
  const { tabs, act, first, second } = open();
  act('pointer-move', 1);
  act('pointer-move', 2);
  tabs.show(second);
  act('pointer-move', 3);
  expect(second.sent).toEqual(['mouseMoved 3']);
  await first.answer();
  expect(first.sent).toEqual(['mouseMoved 1']);
});

test('what is held is let go of as soon as another tab is shown, and its release there is no event of the other', async () => {
  const { tabs, act, first, second } = open();
  act('pointer-down', 1);
  tabs.show(second);
  expect(first.sent).toEqual(['mousePressed 1', 'mouseReleased 1']);
  act('pointer-up', 2);
  expect(second.sent).toEqual([]);
});

test('a tab that takes no more inputs still takes the release of what is held', () => {
  const { act, first } = open();
  act('pointer-down', 0);
  for (let count = 1; count <= 300; count++) act('pointer-down', count);
  expect(first.sent.length).toBeLessThan(300);
  act('pointer-up', 999);
  expect(first.sent.at(-1)).toBe('mouseReleased 999');
});
