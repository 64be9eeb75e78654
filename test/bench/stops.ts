/** How long after a stop the computer is still sent something. */
import { stopInBrowser } from '../stop/browserStops.ts';
import { stopOnRecorded } from '../stop/desktopStops.ts';
import { atMost, type Figure, reported } from './figure.ts';
import { median, progress } from './transcript/progress.ts';

const STOPS = 60;
const SEED = 20_261_123;

export async function stops(): Promise<Figure[]> {
  progress(`${STOPS} stops on a desktop, and ${STOPS} in a browser`);
  const desktop = await stopOnRecorded(STOPS, SEED);
  const browser = await stopInBrowser(STOPS, SEED);
  const all = [...desktop.lastInputMs, ...browser.lastInputMs];
  return [
    atMost('stop-last-input-ms-max', Math.max(...all), `ms, of ${all.length} stops`, 100),
    reported('stop-last-input-ms', median(all), 'ms'),
    reported('stop-last-press-in-page-ms-max', browser.seenMs.at(-1) ?? 0, 'ms'),
  ];
}
