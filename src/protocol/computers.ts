/** The computers that Claude may drive. */

/**
 * - `browser`: a browser on the machine of the extension host
 * - `virtual`: a desktop of its own there, without a monitor
 * - `docker`: a desktop in a container
 * - `vnc`: a machine that is reached by its address
 */
export type ComputerKind = 'browser' | 'virtual' | 'docker' | 'vnc';

/** In the order in which they are offered. */
export const COMPUTER_KINDS: readonly ComputerKind[] = ['browser', 'virtual', 'docker', 'vnc'];

export function isComputerKind(value: unknown): value is ComputerKind {
  return COMPUTER_KINDS.some((kind) => kind === value);
}
