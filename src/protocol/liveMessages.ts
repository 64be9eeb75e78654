/** The messages of the live view, past the feed of the transcript: the screen as it is, and what the user does on it. */
import type { HumanInput } from './humanInput.ts';
import type { ScreenAnswer, ScreenDialog } from './screenDialog.ts';

/** Who acts on the computer. While the user does, Claude's actions wait. */
export type Controller = 'claude' | 'user';

// ---- host -> webview

/**
 * The computer's screen as it is. Answered with `live-ack`; the next but one comes only then. Frames are no
 * part of the transcript: one that is lost is not missed.
 */
export interface LiveFrameMessage {
  readonly type: 'live-frame';
  /** Counts the frames of a panel. */
  readonly frame: number;
  readonly image: Uint8Array;
  readonly mediaType: 'image/jpeg';
  /** Of the screen in CSS px, which {@link HumanInput} names; the image may be smaller. */
  readonly width: number;
  readonly height: number;
}

/** What the screen shows, in its own words (hostile input); null while there is no screen. */
export interface LiveScreenMessage {
  readonly type: 'live-screen';
  readonly screen: LiveScreen | null;
}

export interface LiveScreen {
  readonly title: string;
  readonly address: string;
  readonly surface: LiveSurface;
}

/** How the screen comes: as `live-frame`s, or as `live-rfb` of this view, of which each begins a connection of its own. */
export type LiveSurface = { readonly kind: 'pictures' } | { readonly kind: 'desktop'; readonly view: number };

/** What the host's VNC server says, or the viewer in the webview (RFC 6143); in order, and each byte once. */
export interface LiveRfbMessage {
  readonly type: 'live-rfb';
  readonly view: number;
  readonly bytes: Uint8Array;
}

/** Where Claude points, in CSS px of the screen; null as long as it has not. */
export interface LivePointerMessage {
  readonly type: 'live-pointer';
  readonly pointer: { readonly x: number; readonly y: number } | null;
}

/** What the screen asks the user, who has the computer; null when that is over. */
export interface LiveDialogMessage {
  readonly type: 'live-dialog';
  readonly dialog: ScreenDialog | null;
}

export type LiveHostMessage =
  | LiveFrameMessage
  | LiveRfbMessage
  | LiveScreenMessage
  | LivePointerMessage
  | LiveDialogMessage;

/** Most bytes that the webview's viewer may say at once. It speaks of keys and places; texts come in another way. */
export const MAX_VIEWER_BYTES = 2 ** 18;

// ---- webview -> host

/** Asks for the screen, live, or says that its picture has another size; in px of the display. */
export interface LiveWatchMessage {
  readonly type: 'live-watch';
  readonly width: number;
  readonly height: number;
}

/** The screen is not on show any more. */
export interface LiveStopMessage {
  readonly type: 'live-stop';
}

export interface LiveAckMessage {
  readonly type: 'live-ack';
  readonly frame: number;
}

/** What the user did on the screen; all but releases is ignored unless the user has the computer. */
export interface LiveInputMessage {
  readonly type: 'live-input';
  readonly input: HumanInput;
}

/** The user's answer to what the screen asks. */
export interface LiveAnswerMessage {
  readonly type: 'live-answer';
  /** The dialog's id. */
  readonly dialog: number;
  readonly answer: ScreenAnswer;
}

/** Takes the computer over (`user`) or hands it back (`claude`). */
export interface LiveControlMessage {
  readonly type: 'live-control';
  readonly holder: Controller;
}

export type LiveViewMessage =
  | LiveWatchMessage
  | LiveStopMessage
  | LiveAckMessage
  | LiveRfbMessage
  | LiveInputMessage
  | LiveAnswerMessage
  | LiveControlMessage;
