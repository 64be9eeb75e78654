/** What a virtual desktop is kept from, and how to say so. */
import { namespaceHint } from '../../../base/sandbox/bubblewrap.ts';
import { giveTo, type SandboxUser, sandboxUsers } from '../../../base/sandbox/sandboxUser.ts';
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
  /** Whom the command runs as; undefined: as the host does. */
  readonly user: SandboxUser | undefined;
  /** Whether a browser can build its own sandbox there. */
  readonly canNest: boolean;
  readonly network: SandboxNetwork;
  /** Why there is none; sentences. */
  readonly reason: string;
}

/**
 * @param executable - of bubblewrap, if it is installed
 * @param folder - what `args` make visible inside; it is the sandbox's user's afterwards
 * @throws DesktopUnavailable when it is required, or its network is, and it does not work; the signal's reason
 */
export async function trySandbox(
  executable: string | undefined,
  args: readonly string[],
  folder: string,
  { choice, network }: SandboxWish,
  signal: AbortSignal,
): Promise<SandboxState> {
  const none = (reason: string): SandboxState => {
    if (choice === 'required')
      throw new DesktopUnavailable(
        `A virtual desktop without a sandbox is not wanted. ${reason}`,
        'Make bubblewrap work, allow a desktop without a sandbox in the settings, or use a container (Docker).',
      );
    if (network === 'none')
      throw new DesktopUnavailable(
        `Nothing but a sandbox keeps a virtual desktop from the network. ${reason}`,
        'Make bubblewrap work, allow virtual desktops the network in the settings, or use a container (Docker).',
      );
    // As root Chromium does not use its sandbox; elsewhere it finds out itself.
    return {
      works: false,
      command: [],
      user: undefined,
      canNest: process.getuid?.() !== 0,
      network: 'shared',
      reason,
    };
  };
  if (choice === 'never') return none('The settings ask for none.');
  if (executable === undefined)
    return none('Bubblewrap is not installed (on Debian or Ubuntu: sudo apt-get install bubblewrap).');
  let failure = '';
  for (const user of sandboxUsers()) {
    const isGiven = await giveTo(user, folder).then(
      () => true,
      () => false, // this user is not to be had here; the next one may be
    );
    if (!isGiven) continue;
    const probe = await probeSandbox(executable, args, user, signal);
    if (probe.works)
      return {
        works: true,
        command: [executable, ...args],
        user,
        canNest: probe.canNest,
        network,
        reason: '',
      };
    failure = probe.reason;
  }
  return none(`Bubblewrap does not work here: ${failure}${namespaceHint(failure)}`);
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
