/** What frames of other origins show: documents that the page's own scripts, and ours in it, cannot look into. */
import type { SendOptions } from './channel.ts';
import type { Frame } from './frame.ts';
import type { Tab } from './tab.ts';

/** Of a page, in all. What is beyond is not told of. */
const MAX_DOCUMENTS = 30;

/** The document that a frame shows. */
export interface ForeignDocument {
  /** Whose process it is in. */
  readonly frame: Frame;
  readonly frameId: string;
}

/** Those that the page has now, in its process and in others. Frames that do not answer are left out. */
export async function foreignDocuments(
  tab: Tab,
  signal: AbortSignal,
  options: SendOptions,
): Promise<ForeignDocument[]> {
  const found = await Promise.all(
    [tab.page, ...tab.frames.all].slice(0, MAX_DOCUMENTS).map(async (frame): Promise<ForeignDocument[]> => {
      const inner = await frame.foreignFrames(signal, options).catch(() => undefined);
      const own = frame === tab.page || inner === undefined ? [] : [frame.frameId];
      return [...own, ...(inner ?? [])].map((frameId) => ({ frame, frameId }));
    }),
  );
  return found.flat().slice(0, MAX_DOCUMENTS);
}

/** Runs a script in the host's own world of the document and awaits its value, a JSON one. */
export function evaluateIn(
  { frame, frameId }: ForeignDocument,
  expression: string,
  signal: AbortSignal,
  options: SendOptions,
): Promise<unknown> {
  if (frameId === frame.frameId) return frame.evaluate(expression, signal, options);
  return frame.callWith(`() => ${expression}`, frameId, [], signal, options);
}

/** Those that `test` holds for. One for which it fails is left out. */
export async function thoseWhere<T>(all: readonly T[], test: (each: T) => Promise<boolean>): Promise<T[]> {
  const results = await Promise.allSettled(all.map(test));
  return all.filter((_, index) => {
    const result = results[index];
    return result?.status === 'fulfilled' && result.value;
  });
}
