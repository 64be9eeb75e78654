/** How long screens are waited for, for developers: costs nothing while nobody listens. */
import diagnostics from 'node:diagnostics_channel';
import type { Disposable } from '../base/lifecycle.ts';

/** How a wait for a screen to rest went. */
export interface Settled {
  /** Whether it became quiet; otherwise the ceiling ended the wait. */
  readonly isQuiet: boolean;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** After an action, or after a page was asked for, which may take longer. */
export type SettleAfter = 'action' | 'navigation';

export interface SettleReport extends Settled {
  readonly after: SettleAfter;
}

const reports = diagnostics.channel('computer-use-chat.settled');

export function reportSettled(report: SettleReport): void {
  if (reports.hasSubscribers) reports.publish(report);
}

/** Tells `listener` of each wait, of all computers of this host. */
export function onSettled(listener: (report: SettleReport) => void): Disposable {
  const onMessage = (message: unknown) => listener(message as SettleReport);
  reports.subscribe(onMessage);
  return { dispose: () => void reports.unsubscribe(onMessage) };
}
