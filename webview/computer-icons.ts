import type { ComputerKind } from '../src/protocol/computers.ts';

/** The codicon of each kind of computer, without its `codicon-` prefix. */
export const COMPUTER_ICONS: Readonly<Record<ComputerKind, string>> = {
  browser: 'browser',
  virtual: 'vm',
  docker: 'package',
  vnc: 'remote',
};
