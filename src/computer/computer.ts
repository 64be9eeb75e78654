/** What Claude drives. One computer belongs to one session. */
import type { BetaRunnableToolset } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Event } from '../base/emitter.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { ShellPlace } from '../base/shellPlace.ts';
import type { ComputerKind } from '../protocol/computers.ts';
import type { HumanInput } from '../protocol/humanInput.ts';
import type { ScreenAnswer, ScreenDialog } from '../protocol/screenDialog.ts';
import type { CallTarget, NamedCall } from './callTarget.ts';

/** A browser, a desktop, ...: something with a screen that takes actions through a toolset. */
export interface Computer {
  /**
   * The `tools[]` entry and what runs its members. It is ready at once: the machine behind it is started by the first
   * call, so an idle session costs nothing. A member ends early when its call's signal aborts, and releases what it
   * held (keys, buttons).
   */
  readonly toolset: BetaRunnableToolset;
  /** What happened outside of a call's result that the user should know. */
  readonly onEvent: Event<ComputerEvent>;
  /** Whether the machine behind it runs now, with the state that earlier calls left. */
  readonly isRunning: boolean;
  /**
   * Whether nothing of the user's is within its reach that they have not put there. False while that is not known. What is
   * done in one that is needs nobody's leave where the user wants that.
   */
  readonly isIsolated: boolean;
  /**
   * Resolves when {@link isIsolated} is known, which may take to start the machine. Absent where it always is.
   * @throws ToolError when no machine can be had; the signal's reason
   */
  untilIsolationKnown?(signal: AbortSignal): Promise<void>;
  /**
   * Tells what a call would act on, without acting; one place, or the two ends of a drag. Empty where nothing is there
   * yet; undefined where it cannot be told. Absent where that is never known.
   * @throws ToolError with what the call would fail with; the signal's reason
   */
  describeTarget?(call: NamedCall, signal: AbortSignal): Promise<readonly CallTarget[] | undefined>;
  /** Where commands run on it; its first one starts the machine. Absent where there is no such place. */
  readonly shell?: ShellPlace;
  /** To be watched and used by a person; undefined while no machine runs. */
  readonly screen: Screen | undefined;
  /** {@link screen} is another one now, or gone. */
  readonly onScreen: Event<Screen | undefined>;
  /**
   * Finds out how far from where it is sent the pointer arrives. Absent where nothing is between. Never rejects for what
   * keeps it from doing so; it says so.
   * @throws the signal's reason
   */
  checkPointer?(signal: AbortSignal): Promise<PointerCheck>;
  /** Ends the machine and removes what it left (processes, temporary files). Safe to call twice. */
  close(): Promise<void>;
}

export type PointerCheck =
  | {
      readonly type: 'measured';
      /** Places of the screenshot were clicked in a window of ours, or the pointer was moved there and seen. */
      readonly by: 'clicks' | 'moves';
      readonly places: number;
      /** The largest distance, across or down, in px of the screenshot and in px of the screen. */
      readonly errorPx: number;
      readonly screenErrorPx: number;
    }
  /** The pointer cannot be seen there, or too much changes around it. */
  | { readonly type: 'not-measurable' }
  /** Something is being done there, or held down. */
  | { readonly type: 'busy' }
  | { readonly type: 'not-running' };

/** What a running machine shows. It costs nothing while nobody watches. */
export type Screen = PictureScreen | DesktopScreen;

/** What all screens have. */
interface AnyScreen {
  /** Lets go of the keys and buttons that a person left down. */
  releaseInput(): void;
  readonly caption: ScreenCaption;
  readonly onCaption: Event<ScreenCaption>;
  /** Where the toolset's latest action pointed; undefined as long as none did. */
  readonly pointer: ScreenPoint | undefined;
  readonly onPointer: Event<ScreenPoint | undefined>;
}

/** A screen that is sent as a series of pictures. */
export interface PictureScreen extends AnyScreen {
  readonly kind: 'pictures';
  /** Has `onFrame` called with the screen as it is, then whenever it changes, as often as the viewer keeps up with. */
  watch(onFrame: (frame: ScreenFrame) => void, options: WatchOptions): ScreenWatch;
  /**
   * Does what a person did. Inputs take effect in the order of the calls, of which none needs to be awaited. The release
   * of a key or button that an input left down is taken at any time, whatever the signal; any other one does nothing.
   * @throws what keeps the screen from taking it: its page is gone or hangs; the signal's reason
   */
  input(event: HumanInput, signal: AbortSignal): Promise<void>;
  /** Where it may ask something beside its picture. */
  readonly dialogs?: ScreenDialogs;
}

/** A desktop's screen, which is sent by VNC's own protocol (RFB), from us as the server. */
export interface DesktopScreen extends AnyScreen {
  readonly kind: 'desktop';
  /** Begins to speak to a viewer, which sees the desktop and cannot act on it at first. */
  view(options: DesktopViewOptions): DesktopView;
  /**
   * Types what a person pasted.
   * @throws what keeps the desktop from taking it; the signal's reason
   */
  type(text: string, signal: AbortSignal): Promise<void>;
}

export interface DesktopViewOptions {
  readonly send: (bytes: Uint8Array) => void;
  /** The viewer said what it must not; it is spoken to no more. A plain sentence. */
  readonly onFault: (message: string) => void;
}

/** One viewer's look at a desktop, until it is disposed. */
export interface DesktopView extends Disposable {
  /** What the viewer says. */
  receive(bytes: Uint8Array): void;
  /** Whether the viewer's mouse and keys reach the desktop. When they no longer do, what it holds is let go of. */
  setInteractive(isInteractive: boolean): void;
}

/** In CSS px of the screen from its top left corner, as inputs have it. */
export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

/** What a screen asks beside its picture, one at a time. Without somebody to answer it is dismissed. */
export interface ScreenDialogs {
  /** Has a person asked until it is disposed, who then has the computer. */
  attend(): Disposable;
  /** What waits for an answer. */
  readonly current: ScreenDialog | undefined;
  readonly onCurrent: Event<ScreenDialog | undefined>;
  /** Answers the one of this id; of no effect when it is over. */
  answer(id: number, answer: ScreenAnswer): void;
}

/** What a screen shows, in words; plain texts of the page, hostile ones too. Empty where there is nothing to say. */
export interface ScreenCaption {
  readonly title: string;
  readonly address: string;
}

/** The most that the viewer can make use of, in px of the frame's image. */
export interface WatchOptions {
  readonly maxWidth: number;
  readonly maxHeight: number;
}

export interface ScreenFrame {
  readonly image: Uint8Array;
  readonly mediaType: 'image/jpeg';
  /** Of the screen in CSS px, the coordinates of input; the image may be smaller. */
  readonly width: number;
  readonly height: number;
}

/**
 * How many frames may be on their way to a viewer. With one, a viewer far away would see as many a second as a message
 * can go there and back; with more, what is seen would lag behind where the way is narrow.
 */
export const MAX_FRAMES_ON_THE_WAY = 2;

/** One viewer's look at a screen, until it is disposed. */
export interface ScreenWatch extends Disposable {
  /** The viewer has drawn the oldest frame on its way. Where there were as many as may be, the next comes now: the latest. */
  acknowledge(): void;
  /** The viewer has another size. */
  resize(options: WatchOptions): void;
}

/** Texts are plain and may quote a page: show them escaped. */
export type ComputerEvent =
  /** No machine can be started; `help` says what to do about it. */
  | { readonly type: 'unavailable'; readonly message: string; readonly help: string }
  /** It ended by itself. The next call starts a new one. `message` says how, where that is known. */
  | { readonly type: 'crashed'; readonly message: string }
  /** A page's own process ended; the machine and its other pages go on. */
  | { readonly type: 'page-crashed'; readonly message: string }
  /** A page asked something and was answered by dismissing it. */
  | { readonly type: 'dialog-dismissed'; readonly kind: string; readonly message: string }
  /** `path`: where the file is until the machine ends, absolute. */
  | {
      readonly type: 'download';
      readonly fileName: string;
      readonly outcome: 'completed';
      readonly path: string;
    }
  | { readonly type: 'download'; readonly fileName: string; readonly outcome: 'failed' }
  | { readonly type: 'tab-opened'; readonly url: string }
  /** The page did not answer within an action's time limit. */
  | { readonly type: 'unresponsive'; readonly message: string }
  /** It was kept from an address. Told once for each host; `reason` is a plain sentence part. */
  | { readonly type: 'address-refused'; readonly host: string; readonly reason: string }
  /** A setting could not be followed, and how it goes on without it. */
  | { readonly type: 'fallback'; readonly cause: FallbackCause; readonly detail: string }
  /** The pointer arrives this far from where it is sent, in px of the screenshot: more than one. */
  | { readonly type: 'pointer-off'; readonly errorPx: number }
  /** It is one that the user started, with all that the user is logged in to. */
  | { readonly type: 'attached'; readonly address: string };

/**
 * - `no-display`: a visible window was asked for where there is no display
 * - `profile-in-use`: another session has the profile, `detail`
 * - `profile-name`: `detail` cannot be the name of one
 * - `no-sandbox`: nothing keeps the machine's programs from what is the user's; `detail` says why, in sentences
 * - `url-entries`: `detail` has entries of the lists of addresses that are not understood
 */
export type FallbackCause = 'no-sandbox' | 'no-display' | 'profile-in-use' | 'profile-name' | 'url-entries';

/** The ways to get a computer. */
export interface Computers {
  /** What a new session gets, as of now. */
  readonly preferred: ComputerKind;
  of(kind: ComputerKind): ComputerProvider;
  /** What is kept apart in sessions with one, its tools included, and what is not; sentences for the user, as of now. */
  isolation?(kind: ComputerKind): readonly string[];
}

/** A way to get a computer. Knowing of it costs nothing; what drives the computer is loaded by {@link create}. */
export interface ComputerProvider {
  /** Where the computer is, in sentences for the model; the same whenever it is asked for. */
  readonly briefing: string;
  /** What the user reads: `Chromium (headless)`. As of now; it changes with settings and with what is installed. */
  readonly label: string;
  create(): Promise<Computer>;
}
