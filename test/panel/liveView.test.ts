import { expect, test } from 'vitest';
import { Emitter } from '../../src/base/emitter.ts';
import { toDisposable } from '../../src/base/lifecycle.ts';
import type {
  PictureScreen,
  Screen,
  ScreenCaption,
  ScreenDialogs,
  ScreenFrame,
  ScreenPoint,
  ScreenWatch,
  WatchOptions,
} from '../../src/computer/computer.ts';
import { FRAME_TIMEOUT_MS } from '../../src/panel/frameFeed.ts';
import { type LiveSource, LiveView } from '../../src/panel/liveView.ts';
import type { HumanInput } from '../../src/protocol/humanInput.ts';
import type { Controller } from '../../src/protocol/liveMessages.ts';
import type { HostMessage } from '../../src/protocol/messages.ts';
import type { ScreenAnswer, ScreenDialog } from '../../src/protocol/screenDialog.ts';
import { VirtualClock } from './virtualClock.ts';

const MOVE: HumanInput = {
  type: 'pointer-move',
  x: 1,
  y: 2,
  modifiers: { alt: false, control: false, meta: false, shift: false },
};

const UP: HumanInput = { ...MOVE, type: 'pointer-up', button: 'left', clicks: 1 };

/** Asks what the test wants. */
class FakeDialogs implements ScreenDialogs {
  readonly currents = new Emitter<ScreenDialog | undefined>();
  readonly onCurrent = this.currents.event;
  readonly answers: unknown[] = [];
  current: ScreenDialog | undefined;
  attendants = 0;

  attend() {
    this.attendants++;
    return toDisposable(() => {
      this.attendants--;
    });
  }

  answer(id: number, answer: ScreenAnswer): void {
    this.answers.push({ id, answer });
    this.ask(undefined);
  }

  ask(dialog: ScreenDialog | undefined): void {
    this.current = dialog;
    this.currents.fire(dialog);
  }
}

/** A screen whose frames the test makes; it keeps to the contract of one frame on its way. */
class FakeScreen implements PictureScreen {
  readonly kind = 'pictures';
  readonly captions = new Emitter<ScreenCaption>();
  readonly onCaption = this.captions.event;
  readonly pointers = new Emitter<ScreenPoint | undefined>();
  readonly onPointer = this.pointers.event;
  readonly dialogs = new FakeDialogs();
  readonly inputs: HumanInput[] = [];
  readonly watches: Array<{ options: WatchOptions; isDisposed: boolean; acknowledged: number }> = [];
  caption: ScreenCaption = { title: 'A page', address: 'http://page.test/' };
  pointer: ScreenPoint | undefined;
  released = 0;
  signal: AbortSignal | undefined;
  trouble: Error | undefined;
  #onFrame: ((frame: ScreenFrame) => void) | undefined;

  get watchers(): number {
    return this.watches.filter(({ isDisposed }) => !isDisposed).length;
  }

  watch(onFrame: (frame: ScreenFrame) => void, options: WatchOptions): ScreenWatch {
    const watch = { options, isDisposed: false, acknowledged: 0 };
    this.watches.push(watch);
    this.#onFrame = onFrame;
    return {
      acknowledge: () => {
        watch.acknowledged++;
      },
      resize: (size) => {
        watch.options = size;
      },
      dispose: () => {
        watch.isDisposed = true;
      },
    };
  }

  async input(event: HumanInput, signal: AbortSignal): Promise<void> {
    this.inputs.push(event);
    this.signal = signal;
    if (this.trouble) throw this.trouble;
  }

  releaseInput(): void {
    this.released++;
  }

  draw(...bytes: number[]): void {
    this.#onFrame?.({ image: Uint8Array.from(bytes), mediaType: 'image/jpeg', width: 1280, height: 800 });
  }
}

class FakeSession implements LiveSource {
  readonly screens = new Emitter<Screen | undefined>();
  readonly statuses = new Emitter<unknown>();
  readonly onScreen = this.screens.event;
  readonly onStatus = this.statuses.event;
  screen: Screen | undefined;
  status: { control: Controller } = { control: 'claude' };

  show(screen: Screen | undefined): void {
    this.screen = screen;
    this.screens.fire(screen);
  }

  takeOver(): void {
    this.#setControl('user');
  }

  handBack(): void {
    this.#setControl('claude');
  }

  #setControl(control: Controller): void {
    this.status = { control };
    this.statuses.fire(this.status);
  }
}

function open(screen: FakeScreen | undefined = new FakeScreen()) {
  const session = new FakeSession();
  session.screen = screen;
  const posted: HostMessage[] = [];
  const lines: string[] = [];
  const clock = new VirtualClock();
  const view = new LiveView(session, {
    post: (message) => posted.push(message),
    log: (line) => lines.push(line),
    clock,
  });
  const frames = () => posted.filter((message) => message.type === 'live-frame');
  const screens = () => posted.flatMap((message) => (message.type === 'live-screen' ? [message.screen] : []));
  const pointers = () =>
    posted.flatMap((message) => (message.type === 'live-pointer' ? [message.pointer] : []));
  const dialogs = () => posted.flatMap((message) => (message.type === 'live-dialog' ? [message.dialog] : []));
  const watch = (width = 800, height = 500) => view.handle({ type: 'live-watch', width, height });
  return {
    session,
    view,
    clock,
    lines,
    frames,
    screens,
    pointers,
    dialogs,
    watch,
    screen: screen ?? new FakeScreen(),
  };
}

test('nothing is asked of the screen before the webview shows it, nor after', () => {
  const { view, screen, watch } = open();
  expect(screen.watches).toHaveLength(0);
  watch();
  expect(screen.watches).toMatchObject([{ options: { maxWidth: 800, maxHeight: 500 } }]);
  view.handle({ type: 'live-stop' });
  expect(screen.watchers).toBe(0);
});

test('a frame crosses as bytes, and the screen hears of it when it is drawn', () => {
  const { view, screen, watch, frames } = open();
  watch();
  screen.draw(1, 2, 3);
  expect(frames()).toEqual([
    {
      type: 'live-frame',
      frame: 1,
      image: Uint8Array.of(1, 2, 3),
      mediaType: 'image/jpeg',
      width: 1280,
      height: 800,
    },
  ]);
  expect(screen.watches[0]?.acknowledged).toBe(0);
  view.handle({ type: 'live-ack', frame: 1 });
  expect(screen.watches[0]?.acknowledged).toBe(1);
  view.handle({ type: 'live-ack', frame: 1 });
  expect(screen.watches[0]?.acknowledged).toBe(1);
});

test('a pane of another size gets frames of that size', () => {
  const { screen, watch } = open();
  watch();
  watch(400, 250);
  expect(screen.watches).toMatchObject([{ options: { maxWidth: 400, maxHeight: 250 } }]);
});

test('a hidden panel costs nothing and goes on when it is back', () => {
  const { view, screen, watch } = open();
  watch();
  view.setVisible(false);
  expect(screen.watchers).toBe(0);
  view.setVisible(true);
  expect(screen.watchers).toBe(1);
});

test('a new page has to ask anew', () => {
  const { view, screen, watch } = open();
  watch();
  view.reset();
  expect(screen.watchers).toBe(0);
});

test('the webview hears what the screen shows, and that there is none', () => {
  const { session, screens, watch } = open(undefined);
  session.screen = undefined;
  watch();
  expect(screens()).toEqual([null]);
  const screen = new FakeScreen();
  session.show(screen);
  expect(screens().at(-1)).toEqual({
    title: 'A page',
    address: 'http://page.test/',
    surface: { kind: 'pictures' },
  });
  screen.caption = { title: 'Another', address: '' };
  screen.captions.fire(screen.caption);
  expect(screens().at(-1)).toEqual({ title: 'Another', address: '', surface: { kind: 'pictures' } });
  session.show(undefined);
  expect(screens().at(-1)).toBeNull();
  expect(screen.watchers).toBe(0);
});

test('a frame that is lost on its way does not end the view', () => {
  const { screen, watch, clock, frames } = open();
  watch();
  screen.draw(1);
  clock.advance(FRAME_TIMEOUT_MS);
  expect(screen.watches.map(({ isDisposed }) => isDisposed)).toEqual([true, false]);
  screen.draw(2);
  expect(frames()).toHaveLength(2);
});

test('what the user does reaches the screen only while the user has the computer', () => {
  const { view, screen } = open();
  view.handle({ type: 'live-input', input: MOVE });
  expect(screen.inputs).toEqual([]);
  view.handle({ type: 'live-control', holder: 'user' });
  view.handle({ type: 'live-input', input: MOVE });
  expect(screen.inputs).toEqual([MOVE]);
  view.handle({ type: 'live-control', holder: 'claude' });
  view.handle({ type: 'live-input', input: MOVE });
  expect(screen.inputs).toEqual([MOVE]);
});

test('handing back lets go of what is held and ends what is under way', () => {
  const { view, screen } = open();
  view.handle({ type: 'live-control', holder: 'user' });
  view.handle({ type: 'live-input', input: MOVE });
  view.handle({ type: 'live-control', holder: 'claude' });
  expect(screen.released).toBe(1);
  expect(screen.signal?.aborted).toBe(true);
});

test('a computer that takes no input is told of once', async () => {
  const { view, screen, lines } = open();
  screen.trouble = new Error('The page hangs.');
  view.handle({ type: 'live-control', holder: 'user' });
  for (let count = 0; count < 3; count++) view.handle({ type: 'live-input', input: MOVE });
  await expect
    .poll(() => lines)
    .toEqual(['The computer did not take what the user did: Error: The page hangs.']);
});

test('a closed view leaves nothing behind', () => {
  const { session, view, screen, watch, clock } = open();
  watch();
  session.takeOver();
  screen.draw(1);
  view.dispose();
  expect(screen.watchers).toBe(0);
  expect(clock.pending).toBe(0);
  expect([
    session.screens.listenerCount,
    session.statuses.listenerCount,
    screen.captions.listenerCount,
    screen.pointers.listenerCount,
    screen.dialogs.currents.listenerCount,
    screen.dialogs.attendants,
  ]).toEqual([0, 0, 0, 0, 0, 0]);
});

test('a lost frame or acknowledgement is made up for by the next', () => {
  const { view, screen, watch } = open();
  watch();
  screen.draw(1);
  screen.draw(2);
  view.handle({ type: 'live-ack', frame: 2 });
  expect(screen.watches[0]?.acknowledged).toBe(2);
  view.handle({ type: 'live-ack', frame: 1 });
  view.handle({ type: 'live-ack', frame: 2 });
  expect(screen.watches[0]?.acknowledged).toBe(2);
});

test.each<[string, (view: LiveView) => void]>([
  ['the panel is hidden', (view) => view.setVisible(false)],
  ['the pane is closed', (view) => view.handle({ type: 'live-stop' })],
  ['the webview has a new page', (view) => view.reset()],
  ['the panel is closed', (view) => view.dispose()],
])('what the user holds is let go of when %s', (_, end) => {
  const { session, view, screen, watch } = open();
  watch();
  session.takeOver();
  expect(screen.released).toBe(0);
  end(view);
  expect(screen.released).toBe(1);
});

test('a view that ends lets go of nothing that Claude holds', () => {
  const { view, screen, watch } = open();
  watch();
  view.setVisible(false);
  view.dispose();
  expect(screen.released).toBe(0);
});

test('a release reaches the screen after the computer was handed back', () => {
  const { session, view, screen } = open();
  session.takeOver();
  session.handBack();
  view.handle({ type: 'live-input', input: UP });
  view.handle({ type: 'live-input', input: MOVE });
  expect(screen.inputs).toEqual([UP]);
});

test('the webview hears where Claude points, also when it begins to watch', () => {
  const { screen, watch, pointers } = open();
  screen.pointer = { x: 3, y: 4 };
  watch();
  screen.pointer = { x: 5, y: 6 };
  screen.pointers.fire(screen.pointer);
  expect(pointers()).toEqual([
    { x: 3, y: 4 },
    { x: 5, y: 6 },
  ]);
});

test('the user is asked what the screen asks, only while the user has the computer', () => {
  const { session, view, screen, watch, dialogs } = open();
  watch();
  expect(screen.dialogs.attendants).toBe(0);
  session.takeOver();
  expect(screen.dialogs.attendants).toBe(1);
  const dialog: ScreenDialog = { id: 7, kind: 'confirm', message: 'Sure?' };
  screen.dialogs.ask(dialog);
  view.handle({ type: 'live-answer', dialog: 7, answer: { isAccepted: true, value: '' } });
  expect(dialogs()).toEqual([null, dialog, null]);
  expect(screen.dialogs.answers).toEqual([{ id: 7, answer: { isAccepted: true, value: '' } }]);
  session.handBack();
  expect(screen.dialogs.attendants).toBe(0);
  view.handle({ type: 'live-answer', dialog: 8, answer: { isAccepted: true, value: '' } });
  expect(screen.dialogs.answers).toHaveLength(1);
});

test('what is asked waits for a user who looks elsewhere for a moment, and for another screen nobody is asked', () => {
  const { session, view, screen, watch, dialogs } = open();
  watch();
  session.takeOver();
  view.setVisible(false);
  const dialog: ScreenDialog = { id: 1, kind: 'alert', message: 'Here' };
  screen.dialogs.ask(dialog);
  expect(screen.dialogs.attendants).toBe(1);
  view.setVisible(true);
  expect(dialogs().at(-1)).toEqual(dialog);
  const next = new FakeScreen();
  session.show(next);
  expect([screen.dialogs.attendants, next.dialogs.attendants]).toEqual([0, 1]);
});
