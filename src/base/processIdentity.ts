/** Tells a process from a later one that got its id. */
import { readFileSync, readlinkSync } from 'node:fs';
import { isRunning } from './processes.ts';

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

/** This process as part of a name, for what it may leave behind: see {@link isOrphaned}. */
export function ownerName(): string {
  const { processId, startTicks } = ownIdentity();
  return `${namespaceId()}-${processId}-${startTicks}`;
}

/**
 * Whether `name` begins with the {@link ownerName} of a process that does not run any more. Of processes in another process
 * namespace (a container that shares a folder, or whose processes can be seen) that cannot be told, and is not said.
 */
export function isOrphaned(name: string): boolean {
  const [, namespace, processId, startTicks] = /^(\d+)-(\d+)-(\d+)(?:\D|$)/.exec(name) ?? [];
  if (namespace === undefined || Number(namespace) !== namespaceId()) return false;
  return !isStillRunning({ processId: Number(processId), startTicks: Number(startTicks) });
}

/** pid_namespaces(7); 0 where there are none. */
function namespaceId(): number {
  try {
    return Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 0);
  } catch {
    return 0; // no such file system
  }
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
