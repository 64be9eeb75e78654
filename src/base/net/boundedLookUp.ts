/**
 * Looks names up, a few at a time: a page or a program that asks for one after the other costs this machine no more than that.
 * Node gives the look-ups of a whole process two threads, half of those that files have as well.
 */

/** Names that wait for their turn, and names whose addresses are remembered. */
const MAX_WAITING = 50;
const MAX_REMEMBERED = 200;

/** In ms. Short: a name may lead elsewhere any moment. Within it, a page and its frames ask for the same few names. */
const LIFE_MS = 5_000;

export type LookUp = (host: string) => Promise<readonly string[]>;

interface Answer {
  readonly addresses: Promise<readonly string[]>;
  /** In ms of `performance.now()`; infinite while it is being looked up. */
  end: number;
}

/** So many names wait already that no other is looked up. */
export class TooManyLookUps extends Error {
  override readonly name = 'TooManyLookUps';
}

/**
 * @param lookUp - asks a name server
 * @param atATime - look-ups under way at once, at most
 * @returns the same, which also rejects with {@link TooManyLookUps}
 */
export function boundedLookUp(lookUp: LookUp, atATime: number): LookUp {
  const answers = new Map<string, Answer>();
  const waiting: Array<() => void> = [];
  let running = 0;

  const turn = async () => {
    if (running >= atATime) {
      if (waiting.length >= MAX_WAITING) throw new TooManyLookUps('Too many names are being looked up.');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
  };
  const done = () => {
    // Whoever waited longest goes on in this one's place.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  const ask = async (host: string) => {
    await turn();
    try {
      return await lookUp(host);
    } finally {
      done();
    }
  };

  return (host) => {
    const known = answers.get(host);
    if (known !== undefined && performance.now() < known.end) return known.addresses;
    const answer: Answer = { addresses: ask(host), end: Number.POSITIVE_INFINITY };
    // Newest last.
    answers.delete(host);
    answers.set(host, answer);
    answer.addresses.then(
      () => {
        answer.end = performance.now() + LIFE_MS;
      },
      () => {
        if (answers.get(host) === answer) answers.delete(host);
      },
    );
    const [oldest] = answers.keys();
    if (answers.size > MAX_REMEMBERED && oldest !== undefined) answers.delete(oldest);
    return answer.addresses;
  };
}
