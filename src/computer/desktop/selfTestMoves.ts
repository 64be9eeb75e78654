/**
 * Measures where the pointer arrives on any VNC server: for a moment the server is asked to draw the pointer itself, and
 * what it draws is looked for. The desktop may be a person's own, where a click at some unknown place could do harm, and
 * so could a move into a corner that opens something: the pointer is only moved, never clicked, and kept off the edges.
 */
import { untilAborted } from '../../base/delay.ts';
import type { CursorShape, DesktopConnection } from './connection.ts';
import type { Coordinates } from './coordinates.ts';
import type { Point, Rect } from './geometry.ts';
import { type Arrival, errorOf, placesOf, TOLERATED_PX } from './selfTestPlaces.ts';
import { findShape, type Shape, shapeOf } from './selfTestShape.ts';

export interface MovesOptions {
  /** How many of the places, at most. */
  readonly places: number;
  /** Where the pointer is put afterwards, in px of the screen. */
  readonly home: Point;
  /** For the server to draw the pointer at one of them, in ms. */
  readonly seeMs: number;
  /** For all of it, in ms; what was not seen until then is left out. */
  readonly limitMs: number;
}

/** Where no place of the first so many shows a pointer, none will. */
const FIRST_PLACES = 2;

/** From the screenshot's edges, in px of it: hot corners are not touched, and the pointer is seen whole. */
const MARGIN = 40;

interface Place {
  readonly target: Point;
  readonly sent: Point;
  /** What the pointer looks like there. */
  readonly shape: Shape | undefined;
}

/**
 * Nothing may be held down or under way. After a round trip the screen is as it was.
 * @throws the signal's reason, and what a round trip throws
 */
export async function measureMoves(
  connection: DesktopConnection,
  coordinates: Coordinates,
  options: MovesOptions,
  signal: AbortSignal,
): Promise<Arrival[]> {
  const until = performance.now() + options.limitMs;
  if (!connection.drawPointer || !connection.cursor) return [];
  const targets = placesOf(coordinates, MARGIN).slice(0, options.places);
  try {
    const places = await withShapes(connection, coordinates, { targets, ms: options.limitMs / 3 }, signal);
    const last = places.at(-1);
    // A server may tell a shape late: what the pointer looks like elsewhere is the best guess then.
    const usual = places.findLast(({ shape }) => shape)?.shape;
    if (!last || !usual) return [];
    connection.drawPointer(true);
    const looking = new Looking(connection, coordinates, { seeMs: options.seeMs, from: last, places });
    const arrivals: Arrival[] = [];
    for (const place of places) {
      const isBlind = arrivals.length === FIRST_PLACES && arrivals.every(({ arrived }) => !arrived);
      if (isBlind || performance.now() > until) break;
      arrivals.push({
        target: place.target,
        arrived: await looking.see({ ...place, shape: place.shape ?? usual }, signal),
      });
    }
    return arrivals;
  } finally {
    connection.drawPointer(false);
    connection.pointer(options.home.x, options.home.y, 0);
  }
}

/**
 * Goes to each place while the server still tells the pointer's shape, which depends on what is below it. After `ms` the
 * last one has to do.
 */
async function withShapes(
  connection: DesktopConnection,
  coordinates: Coordinates,
  { targets, ms }: { readonly targets: readonly Point[]; readonly ms: number },
  signal: AbortSignal,
): Promise<Place[]> {
  const until = performance.now() + ms;
  const known = new Map<CursorShape, Shape | undefined>();
  const places: Place[] = [];
  for (const target of targets) {
    const sent = coordinates.toScreen(target);
    if (performance.now() < until) {
      connection.pointer(sent.x, sent.y, 0);
      await connection.roundTrip(signal);
    }
    const { cursor } = connection;
    if (cursor && !known.has(cursor)) known.set(cursor, shapeOf(cursor));
    places.push({ target, sent, shape: cursor && known.get(cursor) });
  }
  return places;
}

class Looking {
  readonly #connection: DesktopConnection;
  readonly #coordinates: Coordinates;
  readonly #seeMs: number;
  readonly #places: readonly Place[];
  /** Where it was seen last: until it is seen elsewhere, the screen may be that of before the move. */
  #last: Point | undefined;
  /** Where it was sent last. */
  #before: Place;

  constructor(
    connection: DesktopConnection,
    coordinates: Coordinates,
    {
      seeMs,
      from,
      places,
    }: { readonly seeMs: number; readonly from: Place; readonly places: readonly Place[] },
  ) {
    this.#connection = connection;
    this.#coordinates = coordinates;
    this.#seeMs = seeMs;
    this.#before = from;
    this.#places = places;
  }

  /** Where the pointer arrives. One that is not where it was sent is looked for again, and has to be there again. */
  async see(place: Place, signal: AbortSignal): Promise<Point | undefined> {
    const before = this.#before;
    this.#before = place;
    const first = await this.#look(place, signal);
    if (!first || this.#isRight(place, first)) return first;
    await this.#look(before, signal);
    const second = await this.#look(place, signal);
    return second && second.x === first.x && second.y === first.y ? first : undefined;
  }

  #isRight({ target }: Place, arrived: Point): boolean {
    return errorOf(target, arrived, this.#coordinates).imagePx <= TOLERATED_PX;
  }

  /** Drawn where it was sent for another place: a server may be behind, as one is that looks for the pointer now and then. */
  #isLate(place: Place, arrived: Point): boolean {
    return !this.#isRight(place, arrived) && this.#places.some((each) => this.#isRight(each, arrived));
  }

  async #look(place: Place, signal: AbortSignal): Promise<Point | undefined> {
    const { sent, shape } = place;
    if (!shape) return undefined;
    const { pixels } = this.#connection;
    const changed: Rect[] = [];
    let wake = Promise.withResolvers<void>();
    const listening = this.#connection.onChange((change) => {
      if (change.type === 'pixels') changed.push(change.area);
      wake.resolve();
    });
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      wake.resolve();
    }, this.#seeMs);
    try {
      this.#connection.pointer(sent.x, sent.y, 0);
      while (!isOver) {
        await untilAborted(wake.promise, signal);
        wake = Promise.withResolvers();
        const found = findShape(pixels, shape, changed);
        if (!found || this.#isLate(place, found)) continue;
        if (found.x === this.#last?.x && found.y === this.#last.y) continue;
        this.#last = found;
        return found;
      }
      return undefined;
    } finally {
      clearTimeout(timer);
      listening.dispose();
    }
  }
}
