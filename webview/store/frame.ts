/** A frame that has not come by then will not: the page is hidden or covered, and nobody sees the difference. */
const FRAME_TIMEOUT_MS = 100;

/** Runs `callback` once, in the next animation frame, or by a timer where no frame comes (a hidden page). */
export function scheduleFrame(callback: () => void): void {
  const run = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    callback();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, document.visibilityState === 'hidden' ? 0 : FRAME_TIMEOUT_MS);
}
