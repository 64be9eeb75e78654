/**
 * What a file is without an edit that was made of it, when what was changed since is all before or all after the part that
 * was edited.
 *
 * @returns undefined where it is not
 */
export function withoutEdit(now: Uint8Array, before: Uint8Array, after: Uint8Array): Uint8Array | undefined {
  const [current, old, edited] = [Buffer.from(now), Buffer.from(before), Buffer.from(after)];
  const start = sameFromStart(old, edited);
  const end = sameFromEnd(old, edited, Math.min(old.length, edited.length) - start);
  const upToPart = edited.subarray(0, edited.length - end);
  if (current.subarray(0, upToPart.length).equals(upToPart))
    return Buffer.concat([old.subarray(0, old.length - end), current.subarray(upToPart.length)]);
  const fromPart = edited.subarray(start);
  const rest = current.length - fromPart.length;
  if (rest >= 0 && current.subarray(rest).equals(fromPart))
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
