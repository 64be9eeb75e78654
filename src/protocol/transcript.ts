/**
 * The transcript: what a person sees of a session, as an append-only list of items.
 *
 * An item is addressed by its ordinal (its 0-based place in the session) and is never moved or removed. It changes
 * only while it is open: text grows at its end, an action ends, a notice is resolved.
 */

import type { Approval, FileEditId } from './approvals.ts';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Names a session; a lower-case UUID. */
export type SessionId = Brand<string, 'SessionId'>;
/** An item's 0-based place in its session. */
export type Ordinal = Brand<number, 'Ordinal'>;
/** Counts a session's operations since it was opened in this extension host; only ever grows. */
export type Revision = Brand<number, 'Revision'>;

export const sessionId = (value: string): SessionId => value as SessionId;
export const ordinal = (value: number): Ordinal => value as Ordinal;
export const revision = (value: number): Revision => value as Revision;

/** A screenshot by address: a content-addressed file beside the history database. Its bytes never travel here. */
export interface ScreenshotRef {
  /** Lower-case hex SHA-256 of the file's bytes, which is also its file name without the extension. */
  readonly sha256: string;
  readonly mediaType: ImageMediaType;
  /** Device px. */
  readonly width: number;
  /** Device px. */
  readonly height: number;
}

export type ImageMediaType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';

/** The file name of a screenshot below the session store's `screenshots` folder. */
export function screenshotFileName(ref: Pick<ScreenshotRef, 'sha256' | 'mediaType'>): string {
  return `${ref.sha256}.${ref.mediaType === 'image/jpeg' ? 'jpg' : ref.mediaType.slice('image/'.length)}`;
}

/** A point in the pixels of the screenshot it refers to. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Whether text may still grow. `interrupted`: the stream ended before the text did (Stop, a lost connection). */
export type TextState = 'streaming' | 'complete' | 'interrupted';

/** The end of what an action has printed so far, where the item itself does not hold it. */
export interface LatestOutput {
  readonly text: string;
  /** Bytes between what the item holds and this. */
  readonly leftOut: number;
  /** Where all of it is, on the machine of the extension host; null where it is nowhere, or nothing is left out. */
  readonly file: string | null;
}

/** How far an action got. Times in ms. */
export type ActionState =
  /** The model asked for it; it waits for its turn. */
  | { readonly status: 'queued' }
  | { readonly status: 'running'; readonly latest?: LatestOutput }
  /** `result`: text the model read, cut to a length fit to show. */
  | {
      readonly status: 'done';
      readonly durationMs: number;
      readonly result: string;
      /** Set where it changed a file. */
      readonly edit?: ShownEdit;
      /** What a command ended with, where that is not 0. The call itself did what it was asked for. */
      readonly exitStatus?: number;
    }
  | { readonly status: 'failed'; readonly durationMs: number; readonly error: string }
  /**
   * It was under way when the run was stopped or the connection to the computer was lost. `progress`: how far it got, in
   * words, where that is known.
   */
  | {
      readonly status: 'interrupted';
      readonly durationMs: number;
      readonly progress?: string;
      readonly latest?: LatestOutput;
    }
  /** It was never begun: an earlier action of the turn failed, or the run was stopped first. */
  | { readonly status: 'skipped'; readonly reason: string };

/** A change that was made of a file. Its path and the diff are the model's, or a file's: show them with `visibleText`. */
export interface ShownEdit {
  /** Names it to the host, which keeps the latest to show and to undo; null where it does not, as on another computer. */
  readonly id: FileEditId | null;
  /** Absolute, on the computer where it is. */
  readonly path: string;
  /** A unified diff, cut to a length fit to show. */
  readonly diff: string;
}

/** What the user can do about a notice, offered as buttons. */
export type NoticeAction = 'retry' | 'continue' | 'set-api-key' | 'start-demo' | 'open-settings';

interface ItemBase {
  readonly ordinal: Ordinal;
  /** When it was appended; ms since the epoch. */
  readonly at: number;
}

export interface UserItem extends ItemBase {
  readonly kind: 'user';
  readonly text: string;
}

/** Text of the model's answer; Markdown. */
export interface AnswerItem extends ItemBase {
  readonly kind: 'answer';
  readonly text: string;
  readonly state: TextState;
}

/** The model's (summarized) thinking; Markdown. */
export interface ThinkingItem extends ItemBase {
  readonly kind: 'thinking';
  readonly text: string;
  readonly state: TextState;
  /** From its first to its last delta; 0 while it streams. */
  readonly durationMs: number;
}

/** One call of a tool. */
export interface ActionItem extends ItemBase {
  readonly kind: 'action';
  /** The toolset or tool it belongs to: `browser`, `computer`, `bash`, ... */
  readonly toolset: string;
  /** The member called: `left_click`, `navigate`, ... Chooses the icon. */
  readonly member: string;
  /** What it does, in words; plain text. */
  readonly summary: string;
  /** The input as JSON, cut to a length fit to show. */
  readonly input: string;
  /** Where it acts (one point; two for a drag), in pixels of `before`. */
  readonly points: readonly Point[];
  /** The screenshot the model chose the points on. */
  readonly before: ScreenshotRef | null;
  /** Set once the user had to allow it. While its answer is null and the state `queued`, it waits for the user. */
  readonly approval?: Approval;
  /** What it has printed, up to a limit, while it has no result: that has it. Grows as an answer's text does. */
  readonly output?: string;
  readonly state: ActionState;
}

export interface ScreenshotItem extends ItemBase {
  readonly kind: 'screenshot';
  readonly image: ScreenshotRef;
  /** The whole screen, in whose pixels the model names points, or an enlarged part of it. */
  readonly scope: 'screen' | 'region';
  /** Plain text: the page or window it shows. */
  readonly caption: string;
}

/** Something the user should know that neither the user nor the model said. */
export interface NoticeItem extends ItemBase {
  readonly kind: 'notice';
  readonly severity: 'info' | 'warning' | 'error';
  /** One sentence; plain text. */
  readonly text: string;
  /** More, for those who ask; plain text, may be empty. */
  readonly detail: string;
  /** When what it announces happens by itself (a retry); ms since the epoch, null when nothing is awaited. */
  readonly until: number | null;
  /** Emptied once they no longer make sense. */
  readonly actions: readonly NoticeAction[];
}

export type Item = UserItem | AnswerItem | ThinkingItem | ActionItem | ScreenshotItem | NoticeItem;
export type ItemKind = Item['kind'];

/** An item before it has its place and time. */
export type NewItem = {
  readonly [K in ItemKind]: Omit<Extract<Item, { kind: K }>, 'ordinal' | 'at'>;
}[ItemKind];

/** Whether nothing about the item will change any more of its own accord. */
export function isSettled(item: Item): boolean {
  switch (item.kind) {
    case 'user':
    case 'screenshot':
      return true;
    case 'answer':
    case 'thinking':
      return item.state !== 'streaming';
    case 'action':
      return item.state.status !== 'queued' && item.state.status !== 'running';
    case 'notice':
      return item.until === null;
    default:
      return assertNever(item);
  }
}

/** An action that waits for the user. */
export type AskingItem = ActionItem & { readonly approval: Approval };

/** Whether the user is asked about it. The question may outlive the host that asks. */
export function isAsking(item: Item): item is AskingItem {
  return item.kind === 'action' && item.state.status === 'queued' && item.approval?.answer === null;
}

/** Makes a switch over a closed union fail to compile when a member is missing. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
