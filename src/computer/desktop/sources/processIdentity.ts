/** Tells a process from a later one that got its id. */
import { readFileSync } from 'node:fs';
import { isRunning } from '../../processes.ts';

export interface ProcessIdentity {
  readonly processId: number;
  /** When it started, in clock ticks since the machine did; 0 where that cannot be told (not Linux). */
  readonly startTicks: number;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { processId: process.pid, startTicks: startTicksOf(process.pid) ?? 0 };
}

/** Whether that very process still runs. Where start times cannot be told, any process with its id counts. */
export function isStillRunning({ processId, startTicks }: ProcessIdentity): boolean {
  if (!isRunning(processId)) return false;
  const now = startTicksOf(processId);
  return now === undefined || startTicks === 0 || now === startTicks;
}

/** proc(5), /proc/pid/stat, field 22. The name before it may have spaces and parentheses itself. */
function startTicksOf(processId: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
  } catch {
    return undefined; // no such file system, or it has just ended
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[22 - 3]);
  return Number.isSafeInteger(ticks) ? ticks : undefined;
}
