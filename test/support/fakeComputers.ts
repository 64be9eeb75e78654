import type { Computer, Computers } from '../../src/computer/computer.ts';
import type { ComputerKind } from '../../src/protocol/computers.ts';

/** One way to get a computer, whatever kind is asked for; `preferred` may be changed. */
export function fakeComputers(label: string, create: () => Promise<Computer>) {
  const computers: { preferred: ComputerKind } & Computers = {
    preferred: 'browser',
    of: (kind) => ({
      label: kind === 'browser' ? label : `${label}, ${kind}`,
      briefing: `A ${kind}.`,
      create,
    }),
  };
  return computers;
}
