/** Pictures of a tab. */
import type { BetaScreenshotResult } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Protocol } from 'puppeteer-core';
import { screenSink } from '../../base/seenScreen.ts';
import { type Area, cover } from '../pixels.ts';
import { encodePng } from '../png.ts';
import { decodePng } from '../pngPixels.ts';
import { refuse } from './errors.ts';
import { VIEWPORT } from './limits.ts';
import { signatureOfPng } from './pngSignature.ts';
import { secretBoxes } from './secretBoxes.ts';
import type { Tab } from './tab.ts';

/** Beyond this a part of a page shows nothing new, and drawing it costs the more. */
const MAX_ZOOM = 16;

/** Around what is covered, in CSS pixels. */
const MARGIN = 3;

/**
 * The viewport as a PNG of its own size: one pixel of the picture is one CSS pixel. Not with `optimizeForSpeed`: on a
 * colourful page that saved 50 of 110 ms, but the picture, which is kept and sent on, became 1.7 times as large.
 */
export async function screenshot(tab: Tab, signal: AbortSignal): Promise<BetaScreenshotResult> {
  const result = await capture(tab, {}, (area) => area, signal);
  const sink = screenSink();
  const signature = sink && (await signatureOfPng(Buffer.from(result.data, 'base64')));
  if (signature) sink?.(signature);
  return result;
}

/**
 * A part of the viewport, drawn anew at the scale that makes it fit the viewport's size: text stays sharp.
 * @param region - `[x0, y0, x1, y1]` in viewport pixels
 * @throws ToolError for a region that is empty or not inside of the viewport
 */
export async function zoom(
  tab: Tab,
  region: readonly number[],
  signal: AbortSignal,
): Promise<BetaScreenshotResult> {
  const [x0 = Number.NaN, y0 = Number.NaN, x1 = Number.NaN, y1 = Number.NaN] = region;
  const isInside = x0 >= 0 && y0 >= 0 && x1 <= VIEWPORT.width && y1 <= VIEWPORT.height;
  if (region.length !== 4 || !isInside || !(x1 - x0 >= 1) || !(y1 - y0 >= 1)) {
    const size = `${VIEWPORT.width}x${VIEWPORT.height}`;
    throw refuse(
      `region: expected [x0, y0, x1, y1] inside of the ${size} viewport, with x0 < x1 and y0 < y1.`,
    );
  }
  const width = x1 - x0;
  const height = y1 - y0;
  const scale = Math.min(VIEWPORT.width / width, VIEWPORT.height / height, MAX_ZOOM);
  // The clip is in the document's coordinates, not in the viewport's.
  const { cssVisualViewport } = await tab.channel.send('Page.getLayoutMetrics', undefined, signal);
  const x = cssVisualViewport.pageX + x0;
  const y = cssVisualViewport.pageY + y0;
  const toPicture = (area: Area): Area => ({
    x: (area.x - x0) * scale,
    y: (area.y - y0) * scale,
    width: area.width * scale,
    height: area.height * scale,
  });
  return capture(tab, { clip: { x, y, width, height, scale } }, toPicture, signal);
}

/**
 * Secrets that were filled in are covered. Only of a page that answers. Where a hung page's process is ended while its
 * picture is awaited, which is the way out of such a page, Chromium's own process crashes (seen in version 156, for
 * screenshots with surfaces of their own).
 */
async function capture(
  tab: Tab,
  part: Pick<Protocol.Page.CaptureScreenshotRequest, 'clip'>,
  toPicture: (area: Area) => Area,
  signal: AbortSignal,
): Promise<BetaScreenshotResult> {
  await tab.evaluate('0', signal);
  const picture = () =>
    tab.channel.send(
      'Page.captureScreenshot',
      { format: 'png', captureBeyondViewport: false, ...part },
      signal,
    );
  const secrets = tab.secrets.all;
  if (secrets.length === 0) return { data: (await picture()).data };
  // What moves meanwhile was at one of both places.
  const before = await secretBoxes(tab, secrets, signal);
  const { data } = await picture();
  const after = await secretBoxes(tab, secrets, signal);
  return { data: await covered(data, [...before, ...after].map(withMargin).map(toPicture)) };
}

/** With some space around: letters reach beyond their boxes. */
async function covered(data: string, areas: readonly Area[]): Promise<string> {
  if (areas.length === 0) return data;
  const pixels = await decodePng(Buffer.from(data, 'base64'));
  cover(pixels, areas);
  return Buffer.from(await encodePng(pixels)).toString('base64');
}

function withMargin({ x, y, width, height }: Area): Area {
  return { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}
