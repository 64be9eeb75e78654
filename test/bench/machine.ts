import { arch, cpus, platform, release, totalmem } from 'node:os';
import { type Figure, reported } from './figure.ts';

/** What the figures were measured on. */
export function machineFacts(): Figure[] {
  const processors = cpus();
  return [
    reported('machine-cpu', processors[0]?.model.trim() ?? 'unknown', ''),
    reported('machine-cores', processors.length, ''),
    reported('machine-memory-gib', totalmem() / 2 ** 30, 'GiB'),
    reported('machine-os', `${platform()} ${release()} ${arch()}`, ''),
    reported('machine-node', process.version, ''),
    reported('machine-date', new Date().toISOString(), ''),
  ];
}
