import type { Connection } from './conversation.ts';
import { Budget } from './limits/budget.ts';
import type { RunLimits } from './limits/runLimits.ts';
import type { RunMonitor } from './runMonitor.ts';
import { StuckMonitor } from './stuck/stuckMonitor.ts';
import { SuspicionMonitor } from './suspicion/suspicionMonitor.ts';
import type { ToldSuspicions } from './suspicion/toldSuspicions.ts';
import type { ImageKeeper } from './turnRecorder.ts';

export interface MonitorDeps {
  readonly connection: Connection;
  /** Tokens of the conversation so far, 0 while that is not known. */
  readonly contextTokens: number;
  readonly limits: RunLimits;
  /** Of the session. */
  readonly toldSuspicions: ToldSuspicions;
  readonly images: Pick<ImageKeeper, 'refOf'>;
}

/** What follows a run: new ones for each. */
export function monitorsOf({
  connection,
  contextTokens,
  limits,
  toldSuspicions,
  images,
}: MonitorDeps): readonly RunMonitor[] {
  const now = () => performance.now();
  return [
    new Budget({ limits, model: connection.model.id, contextTokens, now }),
    new SuspicionMonitor(toldSuspicions),
    new StuckMonitor({ images, now }),
  ];
}
