/** The view of a desktop, by noVNC. A bundle of its own, which a panel loads when it shows a desktop for the first time. */
import RFB from '@novnc/novnc';
import type { ConnectVnc } from '../live/vnc-view.ts';
import { VncChannel } from './vnc-channel.ts';

export const connectVnc: ConnectVnc = (target, { send, onSize }) => {
  const channel = new VncChannel(send);
  const rfb = new RFB(target, channel, { shared: true });
  rfb.viewOnly = true;
  rfb.scaleViewport = true;
  rfb.background = 'transparent';
  const canvas = target.querySelector('canvas');
  // noVNC tells of no size; the canvas has that of the screen, whatever it is shown at.
  const observer = new MutationObserver(() => {
    if (canvas) onSize({ width: canvas.width, height: canvas.height });
  });
  if (canvas) observer.observe(canvas, { attributeFilter: ['width', 'height'] });
  return {
    receive: (bytes) => channel.receive(bytes),
    setInteractive(isInteractive) {
      rfb.viewOnly = !isInteractive;
      if (isInteractive) rfb.focus({ preventScroll: true });
      else rfb.blur();
    },
    dispose() {
      observer.disconnect();
      rfb.disconnect();
    },
  };
};
