import type { DesktopScreen, PictureScreen, Screen, ScreenDialogs } from '../../computer/computer.ts';

/** Puts handles in the place of values. */
type Redact = <T>(value: T) => T;

/** `screen` with its words redacted. Its picture is not: whoever looks at it has the secret. */
export function redactedScreen(screen: Screen, redact: Redact): Screen {
  return screen.kind === 'pictures' ? pictureScreen(screen, redact) : desktopScreen(screen, redact);
}

function pictureScreen(screen: PictureScreen, redact: Redact): PictureScreen {
  const dialogs = screen.dialogs && redactedDialogs(screen.dialogs, redact);
  return {
    ...commonOf(screen, redact),
    kind: 'pictures',
    get caption() {
      return redact(screen.caption);
    },
    get pointer() {
      return screen.pointer;
    },
    watch: (onFrame, options) => screen.watch(onFrame, options),
    input: (event, signal) => screen.input(event, signal),
    ...(dialogs && { dialogs }),
  };
}

function desktopScreen(screen: DesktopScreen, redact: Redact): DesktopScreen {
  return {
    ...commonOf(screen, redact),
    kind: 'desktop',
    get caption() {
      return redact(screen.caption);
    },
    get pointer() {
      return screen.pointer;
    },
    view: (options) => screen.view(options),
    type: (text, signal) => screen.type(text, signal),
  };
}

function commonOf(screen: Screen, redact: Redact): Pick<Screen, 'releaseInput' | 'onCaption' | 'onPointer'> {
  return {
    releaseInput: () => screen.releaseInput(),
    onCaption: (listener) => screen.onCaption((caption) => listener(redact(caption))),
    onPointer: (listener) => screen.onPointer(listener),
  };
}

function redactedDialogs(dialogs: ScreenDialogs, redact: Redact): ScreenDialogs {
  return {
    attend: () => dialogs.attend(),
    get current() {
      return redact(dialogs.current);
    },
    onCurrent: (listener) => dialogs.onCurrent((dialog) => listener(redact(dialog))),
    answer: (id, answer) => dialogs.answer(id, answer),
  };
}
