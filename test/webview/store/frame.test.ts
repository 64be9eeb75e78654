import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scheduleFrame } from '../../../webview/store/frame.ts';

let frames: Map<number, () => void>;

beforeEach(() => {
  vi.useFakeTimers();
  frames = new Map();
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
    frames.set(frames.size + 1, callback);
    return frames.size;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('waits for the next frame of a page that is seen, and runs once', () => {
  vi.stubGlobal('document', { visibilityState: 'visible' });
  const callback = vi.fn();
  scheduleFrame(callback);
  expect(callback).not.toHaveBeenCalled();
  for (const frame of frames.values()) frame();
  vi.runAllTimers();
  expect(callback).toHaveBeenCalledTimes(1);
});

it('does not wait for a frame where the page is hidden', () => {
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  const callback = vi.fn();
  scheduleFrame(callback);
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(1);
  expect(frames.size).toBe(0);
});

it('gives up waiting where no frame comes', () => {
  vi.stubGlobal('document', { visibilityState: 'visible' });
  const callback = vi.fn();
  scheduleFrame(callback);
  vi.advanceTimersByTime(1000);
  expect(callback).toHaveBeenCalledTimes(1);
});
