/** What running processes take, as Linux tells of them (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

/** Of `/proc/PID/stat`; the same on all Linux systems (sysconf, _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

export interface Processes {
  /** User and system time of the process itself. */
  cpuSeconds(): number;
  /** As of now; of a tree, all below it too. What they share counts in each of them. */
  residentMb(scope: 'process' | 'tree'): number;
}

/**
 * The process that has `argument` among its own, and `folder` in its environment or among its arguments.
 * @throws Error when there is none
 */
export function findProcesses(argument: string, folder: string): Processes {
  const root = processIds().find((id) => {
    const command = read(`/proc/${id}/cmdline`);
    return (
      command.includes(argument) && (command.includes(folder) || read(`/proc/${id}/environ`).includes(folder))
    );
  });
  if (root === undefined) throw new Error(`No process has ${argument}.`);
  return {
    cpuSeconds() {
      const fields = fieldsOf(root);
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    residentMb(scope) {
      const ids = scope === 'tree' ? treeOf(root) : [root];
      return ids.reduce((sum, id) => sum + residentMb(id), 0);
    },
  };
}

/** The processes that this one and those below it have started, without itself. */
export function ownDescendants(): number[] {
  return treeOf(process.pid).slice(1);
}

/** In MB. `Rss`: what it has in memory; `Pss`: what it shares counts in parts. 0 for one that has ended. */
export function residentOf(id: number, measure: 'Rss' | 'Pss'): number {
  const line = new RegExp(`^${measure}:\\s+(\\d+) kB$`, 'm').exec(read(`/proc/${id}/smaps_rollup`));
  return Number(line?.[1] ?? 0) / 1_024;
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The process and all below it. */
function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const id of processIds()) {
    const parent = Number(fieldsOf(id)[1]);
    children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const tree = [root];
  // It grows while it is gone through.
  for (const id of tree) tree.push(...(children.get(id) ?? []));
  return tree;
}

/** From the third on: what comes before may have spaces in it. */
function fieldsOf(id: number): string[] {
  return read(`/proc/${id}/stat`).split(') ').at(-1)?.split(' ') ?? [];
}

/** 0 for one that has ended. */
function residentMb(id: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${id}/status`))?.[1] ?? 0) / 1_024;
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
