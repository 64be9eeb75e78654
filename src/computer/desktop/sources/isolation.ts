/** What a virtual desktop is kept from, and how to say so. */
import { DesktopUnavailable, type Isolation } from '../machine.ts';
import { probeSandbox, type SandboxNetwork } from './sandbox.ts';

/**
 * - `required`: no desktop without one
 * - `preferred`: one where it can be had
 * - `never`
 */
export type SandboxChoice = 'required' | 'preferred' | 'never';

export interface SandboxWish {
  readonly choice: SandboxChoice;
  readonly network: SandboxNetwork;
}

/** Whether there is a sandbox. */
export interface SandboxState {
  readonly works: boolean;
  /** What goes in front of a command: `bwrap` and its arguments, or nothing. */
  readonly command: readonly string[];
  /** Whether a browser can build its own sandbox there. */
  readonly canNest: boolean;
  readonly network: SandboxNetwork;
  /** Why there is none; sentences. */
  readonly reason: string;
}

/**
 * @param executable - of bubblewrap, if it is installed
 * @throws DesktopUnavailable when it is required and does not work; the signal's reason
 */
export async function trySandbox(
  executable: string | undefined,
  args: readonly string[],
  { choice, network }: SandboxWish,
  signal: AbortSignal,
): Promise<SandboxState> {
  const none = (reason: string): SandboxState => {
    if (choice === 'required')
      throw new DesktopUnavailable(
        `A virtual desktop without a sandbox is not wanted. ${reason}`,
        'Make bubblewrap work, allow a desktop without a sandbox in the settings, or use a container (Docker).',
      );
    // As root Chromium does not use its sandbox; elsewhere it finds out itself.
    return { works: false, command: [], canNest: process.getuid?.() !== 0, network: 'shared', reason };
  };
  if (choice === 'never') return none('The settings ask for none.');
  if (executable === undefined)
    return none('Bubblewrap is not installed (on Debian or Ubuntu: sudo apt-get install bubblewrap).');
  const probe = await probeSandbox(executable, args, signal);
  if (!probe.works) return none(`Bubblewrap does not work here: ${probe.reason}${hintFor(probe.reason)}`);
  return { works: true, command: [executable, ...args], canNest: probe.canNest, network, reason: '' };
}

/** What the user reads of it. */
export function isolationOf({ works, network, reason }: SandboxState): Isolation {
  if (!works)
    return {
      kind: 'none',
      detail:
        'The programs of this desktop run as you, without a sandbox: they have a home folder of their own, but can read and ' +
        `change all that you can. ${reason}`,
    };
  const reach =
    network === 'none'
      ? 'They have no network.'
      : "They share this machine's network, its local ports included.";
  return {
    kind: 'sandbox',
    detail:
      "The programs of this desktop run in a sandbox: they see this machine's programs read-only, have a home folder of " +
      `their own that is thrown away, and none of your files. ${reach}`,
  };
}

/** User namespaces that are switched off are the usual reason. */
function hintFor(reason: string): string {
  if (!/uid map|permission denied|not permitted|no permissions|namespace/i.test(reason)) return '';
  return (
    '\nThe system or the container around does not let programs make user namespaces. On Ubuntu 24.04 and later AppArmor has ' +
    'to allow it for bwrap.'
  );
}
