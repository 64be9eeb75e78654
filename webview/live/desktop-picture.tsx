import { useEffect, useRef, useState } from 'preact/hooks';
import { MAX_INPUT_TEXT } from '../../src/protocol/humanInput.ts';
import { useApp } from '../app-context.ts';
import { meaningOf } from './human-events.ts';
import { loadVnc, type VncView } from './vnc-view.ts';

export interface DesktopPictureProps {
  /** Names the connection to the host that begins with this picture. */
  readonly view: number;
  readonly isUsers: boolean;
}

/** A desktop's screen, by noVNC; while the user has the desktop, mouse and keys go there. */
export function DesktopPicture({ view, isUsers }: DesktopPictureProps) {
  const { strings } = useApp();
  const target = useRef<HTMLDivElement>(null);
  const vnc = useVnc(target, view);
  useEffect(() => vnc?.setInteractive(isUsers), [vnc, isUsers]);
  useOwnKeys(target, isUsers);
  return <div ref={target} class="live-desktop" role="application" aria-label={strings.liveScreen} />;
}

/** Shows the desktop in `target` for as long as `view` goes on. */
function useVnc(target: { readonly current: HTMLElement | null }, view: number): VncView | null {
  const { live, post, reportError } = useApp();
  const [vnc, setVnc] = useState<VncView | null>(null);
  useEffect(() => {
    let end: (() => void) | undefined;
    let isOver = false;
    loadVnc().then((connect) => {
      if (isOver || !target.current) return;
      const shown = connect(target.current, {
        send: (bytes) => post({ type: 'live-rfb', view, bytes }),
        onSize: (size) => live.desktopSized(size),
      });
      const disconnect = live.connectDesktop(view, (bytes) => shown.receive(bytes));
      end = () => {
        disconnect();
        shown.dispose();
      };
      setVnc(shown);
    }, reportError);
    return () => {
      isOver = true;
      end?.();
      setVnc(null);
    };
  }, [target, view, live, post, reportError]);
  return vnc;
}

/** Keys that are not the desktop's: those that paste what was copied outside of it. */
function useOwnKeys(target: { readonly current: HTMLElement | null }, isOn: boolean): void {
  const { post, reportError } = useApp();
  useEffect(() => {
    if (!isOn || !target.current) return undefined;
    const ending = new AbortController();
    const onKeyDown = (event: KeyboardEvent) => {
      if (meaningOf(event) !== 'paste') return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) navigator.clipboard.readText().then(paste, reportError);
    };
    const paste = (text: string) => {
      const cut = text.slice(0, MAX_INPUT_TEXT);
      if (cut !== '' && !ending.signal.aborted)
        post({ type: 'live-input', input: { type: 'text', text: cut } });
    };
    // Before noVNC, which takes every key at its canvas.
    target.current.addEventListener('keydown', onKeyDown, { capture: true, signal: ending.signal });
    return () => ending.abort();
  }, [isOn, target, post, reportError]);
}
