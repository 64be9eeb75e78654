const LINE_FEED = 0x0a;

/**
 * What a file is without an edit that was made of it, when what was changed since is all in lines before or all in lines
 * after those that were edited.
 *
 * @returns undefined where it is not
 */
export function withoutEdit(now: Uint8Array, before: Uint8Array, after: Uint8Array): Uint8Array | undefined {
  const [current, old, edited] = [Buffer.from(now), Buffer.from(before), Buffer.from(after)];
  const same = sameFromStart(old, edited);
  const start = edited.subarray(0, same).lastIndexOf(LINE_FEED) + 1;
  const sameEnd = sameFromEnd(old, edited, Math.min(old.length, edited.length) - same);
  const end = wholeLinesOf(edited, sameEnd);
  const upToPart = edited.subarray(0, edited.length - end);
  if (current.subarray(0, upToPart.length).equals(upToPart) && startsLine(current, upToPart.length))
    return Buffer.concat([old.subarray(0, old.length - end), current.subarray(upToPart.length)]);
  const fromPart = edited.subarray(start);
  const rest = current.length - fromPart.length;
  if (rest >= 0 && current.subarray(rest).equals(fromPart) && startsLine(current, rest))
    return Buffer.concat([current.subarray(0, rest), old.subarray(start)]);
  return undefined;
}

function sameFromStart(one: Buffer, other: Buffer): number {
  let count = 0;
  while (count < one.length && count < other.length && one[count] === other[count]) count += 1;
  return count;
}

function sameFromEnd(one: Buffer, other: Buffer, most: number): number {
  let count = 0;
  while (count < most && one[one.length - 1 - count] === other[other.length - 1 - count]) count += 1;
  return count;
}

/** How many of the last `count` bytes are in lines that are all among them. */
function wholeLinesOf(text: Buffer, count: number): number {
  const from = text.length - count;
  if (startsLine(text, from)) return count;
  const lineEnd = text.indexOf(LINE_FEED, from);
  return lineEnd === -1 ? 0 : text.length - lineEnd - 1;
}

/** Whether a line begins there, or the text ends. */
function startsLine(text: Buffer, at: number): boolean {
  return at === 0 || at === text.length || text[at - 1] === LINE_FEED;
}
