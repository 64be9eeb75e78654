/** Records clicks on a virtual desktop by `xev`, which prints each event, and for which the window manager makes room. */
import type { Point } from '../geometry.ts';
import type { ClickRecorder } from '../machine.ts';
import type { VirtualDesktop } from './virtual.ts';

/** The title of its window: openbox lets it cover the screen. */
export const CLICK_WINDOW = 'Pointer check of Computer Use Chat';

/** @param xev - the path of the program */
export function recordClicks(desktop: Pick<VirtualDesktop, 'spawn'>, xev: string): ClickRecorder {
  const program = desktop.spawn(xev, ['-name', CLICK_WINDOW, '-rv', '-bw', '0', '-event', 'button']);
  return {
    async end() {
      program.kill();
      return pressesIn((await program.ended).output);
    },
  };
}

/** Where buttons went down, by what xev prints: `ButtonPress event, ...`, and later `root:(12,34)`. */
function pressesIn(output: string): Point[] {
  const presses = output.matchAll(/^ButtonPress event,[^(]*\n?.*?root:\((\d{1,5}),(\d{1,5})\)/gms);
  return [...presses].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}
