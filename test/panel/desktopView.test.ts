/** The live view of a desktop: bytes of VNC between its viewer in the webview and the host. */
import { expect, test } from 'vitest';
import { Emitter } from '../../src/base/emitter.ts';
import type {
  DesktopScreen,
  DesktopView,
  DesktopViewOptions,
  Screen,
  ScreenCaption,
  ScreenPoint,
} from '../../src/computer/computer.ts';
import { LiveView } from '../../src/panel/liveView.ts';
import type { Controller } from '../../src/protocol/liveMessages.ts';
import type { HostMessage } from '../../src/protocol/messages.ts';

class FakeView implements DesktopView {
  readonly options: DesktopViewOptions;
  readonly heard: number[] = [];
  isInteractive = false;
  isDisposed = false;

  constructor(options: DesktopViewOptions) {
    this.options = options;
    options.send(Uint8Array.of(1, 2, 3));
  }

  receive(bytes: Uint8Array): void {
    this.heard.push(...bytes);
  }

  setInteractive(isInteractive: boolean): void {
    this.isInteractive = isInteractive;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

class FakeDesktop implements DesktopScreen {
  readonly kind = 'desktop';
  readonly caption: ScreenCaption = { title: 'A desktop', address: '' };
  readonly onCaption = new Emitter<ScreenCaption>().event;
  readonly pointers = new Emitter<ScreenPoint>();
  readonly onPointer = this.pointers.event;
  pointer: ScreenPoint | undefined;
  readonly views: FakeView[] = [];
  readonly typed: string[] = [];

  view(options: DesktopViewOptions): DesktopView {
    const view = new FakeView(options);
    this.views.push(view);
    return view;
  }

  async type(text: string): Promise<void> {
    this.typed.push(text);
  }

  releaseInput(): void {}
}

function open() {
  const desktop = new FakeDesktop();
  const statuses = new Emitter<unknown>();
  const status: { control: Controller } = { control: 'claude' };
  const source = {
    screen: desktop as Screen | undefined,
    onScreen: new Emitter<Screen | undefined>().event,
    status,
    onStatus: statuses.event,
    takeOver: () => setControl('user'),
    handBack: () => setControl('claude'),
  };
  const setControl = (control: Controller) => {
    status.control = control;
    statuses.fire(status);
  };
  const posted: HostMessage[] = [];
  const lines: string[] = [];
  const view = new LiveView(source, {
    post: (message) => posted.push(message),
    log: (line) => lines.push(line),
  });
  view.handle({ type: 'live-watch', width: 800, height: 500 });
  const said = (id: number) =>
    posted.flatMap((message) =>
      message.type === 'live-rfb' && message.view === id ? [...message.bytes] : [],
    );
  return { desktop, view, posted, said, lines };
}

test('the webview hears that it is a desktop, and then its bytes', () => {
  const { posted, said } = open();
  expect(posted[0]).toEqual({
    type: 'live-screen',
    screen: { title: 'A desktop', address: '', surface: { kind: 'desktop', view: 1 } },
  });
  expect(said(1)).toEqual([1, 2, 3]);
});

test('what the viewer says reaches the view it belongs to, and no other', () => {
  const { desktop, view, said } = open();
  view.handle({ type: 'live-rfb', view: 1, bytes: Uint8Array.of(7) });
  // Hidden and shown again, a new connection begins.
  view.setVisible(false);
  expect(desktop.views[0]?.isDisposed).toBe(true);
  view.setVisible(true);
  view.handle({ type: 'live-rfb', view: 1, bytes: Uint8Array.of(8) });
  view.handle({ type: 'live-rfb', view: 2, bytes: Uint8Array.of(9) });
  expect(desktop.views.map(({ heard }) => heard)).toEqual([[7], [9]]);
  expect(said(2)).toEqual([1, 2, 3]);
});

test('the viewer acts only while the user has the computer', () => {
  const { desktop, view } = open();
  const [first] = desktop.views;
  expect(first?.isInteractive).toBe(false);
  view.handle({ type: 'live-control', holder: 'user' });
  expect(first?.isInteractive).toBe(true);
  view.handle({ type: 'live-watch', width: 900, height: 500 });
  expect(desktop.views).toHaveLength(1);
  view.handle({ type: 'live-control', holder: 'claude' });
  expect(first?.isInteractive).toBe(false);
});

test('a view that begins while the user has the computer acts at once', () => {
  const { desktop, view } = open();
  view.handle({ type: 'live-control', holder: 'user' });
  view.reset();
  view.handle({ type: 'live-watch', width: 800, height: 500 });
  expect(desktop.views[1]?.isInteractive).toBe(true);
});

test('what the user pastes is typed there, only while the user has the computer', () => {
  const { desktop, view } = open();
  view.handle({ type: 'live-input', input: { type: 'text', text: 'early' } });
  view.handle({ type: 'live-control', holder: 'user' });
  view.handle({ type: 'live-input', input: { type: 'text', text: 'Grüße' } });
  expect(desktop.typed).toEqual(['Grüße']);
});

test('a viewer that breaks the rules is told of in the log', () => {
  const { desktop, lines } = open();
  desktop.views[0]?.options.onFault('The viewer sent nonsense.');
  expect(lines).toEqual(['The viewer sent nonsense.']);
});
