import { type ScreenshotRef, screenshotFileName } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';

/** Where the webview loads a screenshot of the session on show from. */
export function useScreenshotAddress(image: ScreenshotRef): string {
  const { store } = useApp();
  return `${store.opened.value?.screenshots ?? ''}/${screenshotFileName(image)}`;
}
