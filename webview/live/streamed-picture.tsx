import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { shortcut } from '../shortcut.ts';
import { scheduleFrame } from '../store/frame.ts';
import { format } from '../strings.ts';
import { HAND_BACK_KEYS } from './human-events.ts';
import { TakeOver } from './take-over.ts';

/** A screen that comes as pictures; while the user has the computer, mouse and keys are sent to it. */
export function StreamedPicture({ isUsers }: { readonly isUsers: boolean }) {
  const { live, strings } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const keyboard = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    live.drawOn(canvas.current);
    return () => live.drawOn(null);
  }, [live]);
  useTakeOver(isUsers && live.size.value !== null, canvas, keyboard);
  const isAsked = isUsers && live.dialog.value !== null;
  useEffect(() => {
    // Answered, the keys are the page's again.
    if (!isAsked) return undefined;
    return () => keyboard.current?.focus({ preventScroll: true });
  }, [isAsked]);
  return (
    <>
      <canvas ref={canvas} class="live-canvas" role="img" aria-label={strings.liveScreen} />
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
    </>
  );
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
      schedule: scheduleFrame,
    });
    keyboard.current.focus({ preventScroll: true });
    return () => takeOver.end();
  }, [isOn, canvas, keyboard, live, post]);
}
