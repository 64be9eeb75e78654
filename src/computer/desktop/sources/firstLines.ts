import { cut } from '../../cut.ts';

/** What a program printed, cut to what fits a message. */
export function firstLines(text: string): string {
  return cut(text.trim().split('\n').slice(0, 5).join('\n'), 1_000);
}

/** The last lines of it, where what went wrong stands at the end. */
export function lastLines(text: string): string {
  return cut(text.trim().split('\n').slice(-5).join('\n'), 1_000);
}
