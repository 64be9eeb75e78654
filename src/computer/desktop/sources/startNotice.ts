import { cut } from '../../cut.ts';
import type { DesktopSource } from '../machine.ts';

/** Shows the user how a start that takes minutes goes on. */
export interface StartNotice {
  /** One line of it, without control characters and brackets, in which a notification would see a link. */
  report(line: string): void;
  close(): void;
}

const MAX_LINE_CHARACTERS = 120;

/** The first line is shown at once, later ones no sooner than so many ms after the one before. */
const INTERVAL_MS = 200;

/**
 * A source whose starts have a notice, from the first line of a download or a build to the end of the start, however it ends.
 * @param make - the source, which tells of each line
 */
export function withStartNotice(
  make: (onProgress: (line: string) => void) => DesktopSource,
  open: () => StartNotice,
): DesktopSource {
  const { kind, label } = make(() => undefined);
  return {
    kind,
    label,
    async start(signal) {
      let notice: StartNotice | undefined;
      let shownAt = Number.NEGATIVE_INFINITY;
      let isOver = false; // a command that was ended may still say something
      const source = make((line) => {
        if (isOver || performance.now() - shownAt < INTERVAL_MS) return;
        shownAt = performance.now();
        notice ??= open();
        notice.report(cut(line.replace(/[\p{C}[\]]/gu, ' ').trim(), MAX_LINE_CHARACTERS));
      });
      try {
        return await source.start(signal);
      } finally {
        isOver = true;
        notice?.close();
      }
    },
  };
}
