import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { shortcut } from '../shortcut.ts';
import { scheduleFrame } from '../store/frame.ts';
import { format } from '../strings.ts';
import { ActionOverlay } from './action-overlay.tsx';
import { fitted, type Size } from './geometry.ts';
import { HAND_BACK_KEYS } from './human-events.ts';
import { LiveDialog } from './live-dialog.tsx';
import { TakeOver } from './take-over.ts';

/** Until the first frame tells the screen's own; only its shape matters. */
const LIKELY_SIZE: Size = { width: 1280, height: 800 };

/** The picture, as large as there is room; for the user to act on while the user has the computer. */
export function LiveStage({ isUsers }: { readonly isUsers: boolean }) {
  const { live, strings, post } = useApp();
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const keyboard = useRef<HTMLTextAreaElement>(null);
  const room = useRoom(stage);
  const size = live.size.value;
  const shown = room ? fitted(size ?? LIKELY_SIZE, room) : { width: 0, height: 0 };
  useEffect(() => {
    if (canvas.current && room) live.watch(canvas.current, inDisplayPixels(room));
  }, [live, room]);
  useTakeOver(isUsers && size !== null, canvas, keyboard);
  const dialog = isUsers && size ? live.dialog.value : null;
  useEffect(() => {
    // Answered, the keys are the page's again.
    if (!dialog) return undefined;
    return () => keyboard.current?.focus({ preventScroll: true });
  }, [dialog]);
  return (
    <div class="live-stage" ref={stage}>
      <div
        class={`live-picture ${size ? '' : 'is-empty'}`}
        style={{ width: `${shown.width}px`, height: `${shown.height}px` }}
      >
        <canvas ref={canvas} class="live-canvas" role="img" aria-label={strings.liveScreen} />
        {size && !isUsers && <ActionOverlay screen={size} scale={size.width / shown.width} />}
        <textarea
          ref={keyboard}
          class="live-keyboard"
          disabled={!isUsers}
          tabIndex={isUsers ? 0 : -1}
          aria-label={format(strings.liveKeyboard, shortcut(HAND_BACK_KEYS))}
          aria-keyshortcuts="Control+Alt+Enter"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
        />
      </div>
      {!size && <LiveAbsence />}
      {dialog && (
        <LiveDialog
          key={dialog.id}
          dialog={dialog}
          onAnswer={(answer) => post({ type: 'live-answer', dialog: dialog.id, answer })}
          onHandBack={() => post({ type: 'live-control', holder: 'claude' })}
        />
      )}
    </div>
  );
}

/** Why there is no picture. */
function LiveAbsence() {
  const { live, strings } = useApp();
  const isNone = live.screen.value === null;
  return (
    <p class="live-absence">
      {isNone && <Icon name="browser" />}
      <span>{isNone ? strings.liveNone : strings.loading}</span>
    </p>
  );
}

/** The size of an element's content in CSS px, kept true. */
function useRoom(element: { readonly current: HTMLElement | null }): Size | null {
  const [room, setRoom] = useState<Size | null>(null);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      if (width >= 1 && height >= 1) setRoom({ width, height });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return room;
}

/** In steps: while a splitter is dragged, not every px is worth a new series of frames. */
const SIZE_STEP_PX = 64;

function inDisplayPixels({ width, height }: Size): Size {
  const up = (px: number) => Math.ceil((px * devicePixelRatio) / SIZE_STEP_PX) * SIZE_STEP_PX;
  return { width: up(width), height: up(height) };
}

/** Sends what the user does, while the user has the computer. */
function useTakeOver(
  isOn: boolean,
  canvas: { readonly current: HTMLCanvasElement | null },
  keyboard: { readonly current: HTMLTextAreaElement | null },
): void {
  const { live, post } = useApp();
  useEffect(() => {
    if (!isOn || !canvas.current || !keyboard.current) return undefined;
    const takeOver = new TakeOver({
      picture: canvas.current,
      keyboard: keyboard.current,
      screenSize: () => live.size.peek(),
      send: (input) => post({ type: 'live-input', input }),
      handBack: () => post({ type: 'live-control', holder: 'claude' }),
      schedule: scheduleFrame,
    });
    keyboard.current.focus({ preventScroll: true });
    return () => takeOver.end();
  }, [isOn, canvas, keyboard, live, post]);
}
