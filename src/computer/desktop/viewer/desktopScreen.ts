/** A connected desktop as people watch and use it. */
import { Emitter } from '../../../base/emitter.ts';
import type { DesktopScreen, ScreenCaption } from '../../computer.ts';
import type { Desktop } from '../desktop.ts';
import { RfbViewer } from './rfbViewer.ts';

/** Longest name that is shown; a server says what it likes. */
const MAX_NAME = 200;

/** Ends by itself with the desktop's connection. */
export function desktopScreen(desktop: Desktop): DesktopScreen {
  const { connection, keyboard, pointer, typist } = desktop;
  const caption: ScreenCaption = { title: connection.name.slice(0, MAX_NAME), address: '' };
  const viewers = new Set<RfbViewer>();
  return {
    kind: 'desktop',
    caption,
    onCaption: new Emitter<ScreenCaption>().event,
    get pointer() {
      return pointer.at;
    },
    onPointer: pointer.onMove,
    view({ send, onFault }) {
      const viewer = new RfbViewer(connection, {
        send,
        onFault,
        onPointer: (at) => pointer.movedTo(at),
        onKey: (keysym, isDown) => keyboard.pressedByOthers(keysym, isDown),
      });
      viewers.add(viewer);
      return {
        receive: (bytes) => viewer.receive(bytes),
        setInteractive: (isInteractive) => viewer.setInteractive(isInteractive),
        dispose() {
          viewers.delete(viewer);
          viewer.dispose();
        },
      };
    },
    async type(text, signal) {
      await typist.type(text, AbortSignal.any([signal, desktop.lost]));
    },
    releaseInput() {
      for (const viewer of viewers) viewer.releaseInput();
    },
  };
}
