import { strings as allStrings, format, type Strings } from './strings.ts';

type DurationStrings = Pick<Strings, 'milliseconds' | 'seconds' | 'minutes' | 'hours'>;

/** A length of time in words: `480 ms`, `3.2 s`, `12 s`, `2 min 5 s`, `1 h 4 min`. @param ms - 0 or more */
export function formatDuration(ms: number, strings: DurationStrings = allStrings): string {
  if (ms < 1000) return format(strings.milliseconds, Math.round(ms));
  if (ms < 9950) return format(strings.seconds, Math.round(ms / 100) / 10);
  return formatSeconds(Math.round(ms / 1000), strings);
}

/** The same in whole seconds, for times that run: `0 s`, `12 s`, `2 min 5 s`. @param ms - below 0 counts as 0 */
export function formatElapsed(ms: number, strings: DurationStrings = allStrings): string {
  return formatSeconds(Math.max(0, Math.floor(ms / 1000)), strings);
}

function formatSeconds(seconds: number, strings: DurationStrings): string {
  if (seconds < 60) return format(strings.seconds, seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return format(strings.minutes, minutes, seconds % 60);
  return format(strings.hours, Math.floor(minutes / 60), minutes % 60);
}
