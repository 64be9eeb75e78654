/** How self-tests went and what they cost, for developers: costs nothing while nobody listens. */
import diagnostics from 'node:diagnostics_channel';
import type { Disposable } from '../../base/lifecycle.ts';
import type { PointerCheck } from '../computer.ts';

export interface SelfTestReport {
  readonly check: PointerCheck;
  readonly ms: number;
}

const reports = diagnostics.channel('computer-use-chat.self-tested');

export function reportSelfTest(report: SelfTestReport): void {
  if (reports.hasSubscribers) reports.publish(report);
}

/** Tells `listener` of each self-test, of all desktops of this host. */
export function onSelfTest(listener: (report: SelfTestReport) => void): Disposable {
  const onMessage = (message: unknown) => listener(message as SelfTestReport);
  reports.subscribe(onMessage);
  return { dispose: () => void reports.unsubscribe(onMessage) };
}

/** For a log. */
export function selfTestLine({ check, ms }: SelfTestReport): string {
  const took = `${Math.round(ms)} ms`;
  if (check.type !== 'measured') return `Pointer not measured (${check.type}) after ${took}.`;
  const { by, places, errorPx, screenErrorPx } = check;
  return `Pointer off by ${errorPx} px of the screenshot, ${screenErrorPx} px of the screen at most: ${places} places by ${by} in ${took}.`;
}
