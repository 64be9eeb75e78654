/** What is put into the webview to look at it from within: the real page, with its own clock and its own DOM. */

/** A task of the main thread over 50 ms. Times in ms since the epoch. */
export interface LongTask {
  readonly at: number;
  readonly duration: number;
  /**
   * Whose it was, as the Long Tasks API attributes it: `self` is the webview's own. The webview shares its thread with
   * the workbench here, whose tasks are `same-origin-ancestor`.
   */
  readonly name: string;
}

/** What the probe has seen since the page began. */
export interface Probe {
  /** UTF-8 bytes of the host's messages as JSON. */
  bytes: number;
  /** Of them, of answers to searches and jumps. */
  searchBytes: number;
  messages: number;
  /** When the last page was on screen, ms since the epoch; null until then. */
  paintedAt: number | null;
  /** {@link bytes} at that time. */
  paintedBytes: number;
  readonly tasks: LongTask[];
  /** The marks seen in the growing text, each with when it was in a frame, ms since the epoch. */
  readonly marks: [mark: number, at: number][];
  /** Looks for marks in the last row after each frame, until {@link stopWatching}. */
  watch(): void;
  stopWatching(): void;
}

declare global {
  interface Window {
    probe?: Probe;
  }
}

/**
 * Runs in each frame before its scripts; looks at nothing but the webview's inner one. Self-contained: its source is
 * what is handed to the browser.
 */
export function installProbe(): void {
  // VS Code writes the page into a frame that is still empty, so that is where its window begins.
  if (parent === window || location.href !== 'about:blank') return;
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => {
    for (const callback of waiting.splice(0)) callback();
  };
  /** Calls back right after the next frame was drawn: what is in the DOM then is what the frame shows. */
  const afterFrame = (callback: () => void) =>
    requestAnimationFrame(() => {
      waiting.push(callback);
      channel.port2.postMessage(null);
    });

  const COUNTED = [
    'opened',
    'resumed',
    'resync',
    'batch',
    'text',
    'page',
    'status',
    'search-results',
    'user-found',
  ];
  const encoder = new TextEncoder();
  let watching = false;
  let lastMark = -1;
  const probe: Probe = {
    bytes: 0,
    searchBytes: 0,
    messages: 0,
    paintedAt: null,
    paintedBytes: 0,
    tasks: [],
    marks: [],
    watch() {
      watching = true;
      const look = () => {
        if (!watching) return;
        noteMarks();
        afterFrame(look);
      };
      afterFrame(look);
    },
    stopWatching() {
      watching = false;
    },
  };
  window.probe = probe;

  const noteMarks = () => {
    const rows = document.querySelectorAll<HTMLElement>('.row');
    const row = [...rows].reduce<HTMLElement | undefined>(
      (last, other) => (Number(other.dataset.ordinal) > Number(last?.dataset.ordinal ?? -1) ? other : last),
      undefined,
    );
    const blocks = row?.querySelectorAll('.md-block');
    if (!blocks?.length) return;
    const text = [...blocks]
      .slice(-2)
      .map((block) => block.textContent)
      .join('');
    const found = [...text.matchAll(/~([0-9a-z]{3})/g)].at(-1)?.[1];
    const mark = found === undefined ? -1 : Number.parseInt(found, 36);
    if (mark <= lastMark) return;
    lastMark = mark;
    probe.marks.push([mark, Date.now()]);
  };

  const showsLastPage = (count: number): boolean => {
    const scroller = document.querySelector('.scroller');
    const last = scroller?.querySelector(`.row[data-ordinal="${count - 1}"]`);
    if (!scroller || !last) return false;
    const view = scroller.getBoundingClientRect();
    if (last.getBoundingClientRect().bottom > view.bottom + 1) return false;
    return [...scroller.querySelectorAll('.row')].every((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom <= view.top || top >= view.bottom || row.getAttribute('aria-busy') === 'false';
    });
  };

  const onMessage = ({ data }: MessageEvent<{ type?: unknown; count?: number }>) => {
    if (!COUNTED.includes(String(data?.type))) return;
    probe.messages += 1;
    const length = encoder.encode(JSON.stringify(data)).length;
    probe.bytes += length;
    if (data.type === 'search-results' || data.type === 'user-found') probe.searchBytes += length;
    if (data.type !== 'opened' || probe.paintedAt !== null) return;
    const look = () => {
      if (!showsLastPage(data.count ?? 0)) {
        afterFrame(look);
        return;
      }
      probe.paintedAt = Date.now();
      probe.paintedBytes = probe.bytes;
    };
    afterFrame(look);
  };

  const observe = () => {
    new PerformanceObserver((list) => {
      for (const { startTime, duration, name } of list.getEntries()) {
        probe.tasks.push({ at: performance.timeOrigin + startTime, duration, name });
      }
    }).observe({ type: 'longtask', buffered: true });
  };

  // Writing the page, document.open() takes away every listener there is: the probe adds its own with the first one
  // that is added after that.
  const add = window.addEventListener.bind(window);
  let listening = false;
  window.addEventListener = (...args: Parameters<typeof add>) => {
    if (args[0] === 'message' && !listening && document.querySelector('#root, script')) {
      listening = true;
      add('message', onMessage);
      observe();
    }
    add(...args);
  };
}
