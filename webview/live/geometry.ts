/** Where the picture of a screen is, and what a point on it means. Pure. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/** The largest size in the shape of `content` that fits into `room`. */
export function fitted(content: Size, room: Size): Size {
  const scale = Math.min(room.width / content.width, room.height / content.height);
  return { width: content.width * scale, height: content.height * scale };
}

/**
 * The point of the screen under a point of the page; outside of the picture it is outside of the screen.
 *
 * @param picture - where the whole screen is shown, in px of the page
 * @param screen - its own size
 */
export function toScreen(
  { x, y }: { readonly x: number; readonly y: number },
  picture: Rectangle,
  screen: Size,
): { x: number; y: number } {
  return {
    x: ((x - picture.left) * screen.width) / picture.width,
    y: ((y - picture.top) * screen.height) / picture.height,
  };
}

/** Least and most part of the page the pane may take. */
export const MIN_SHARE = 0.2;
export const MAX_SHARE = 0.8;

/** The nearest share that leaves both sides usable. */
export function clampShare(share: number): number {
  return Math.min(Math.max(share, MIN_SHARE), MAX_SHARE);
}
