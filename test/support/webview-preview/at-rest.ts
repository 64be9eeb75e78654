import type { Page } from 'playwright-core';

/** Waits until nothing has changed for a dozen frames, and nothing in view is left out. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    let last = null;
    let same = 0;
    const next = () => {
      const scroller = document.querySelector('.scroller');
      const view = scroller.getBoundingClientRect();
      const missing = [...document.querySelectorAll('.is-far, [data-kind="placeholder"]')].some((part) => {
        const { top, bottom } = part.getBoundingClientRect();
        return bottom > view.top && top < view.bottom;
      });
      const now = scroller.scrollTop + ' ' + scroller.scrollHeight;
      same = !missing && now === last ? same + 1 : 0;
      last = now;
      if (same >= 12) resolve(true);
      else requestAnimationFrame(next);
    };
    next();
  })`);
}
