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
  /** Why there is none, or none of the network that was asked for; sentences. */
  readonly reason: string;
}

/**
 * Without a sandbox the web alone is not to be had: who does not insist on one gets the network with all else.
 * @param executable - of bubblewrap, if it is installed
 * @param args - of bubblewrap, for a network
 * @param folder - what they make visible inside; it is the sandbox's user's afterwards
 * @throws DesktopUnavailable when it is required, or its network is, and it does not work; the signal's reason
 */
export async function trySandbox(
  executable: string | undefined,
  args: (network: SandboxNetwork) => readonly string[],
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
      network: 'all',
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
    let reason = '';
    // What the web takes may be out of the sandbox's reach: then rather no network than another user, or all of it.
    for (const possible of network === 'web' ? (['web', 'none'] as const) : [network]) {
      const command = [executable, ...args(possible)];
      const probe = await probeSandbox(executable, args(possible), user, signal);
      if (probe.works)
        return { works: true, command, user, canNest: probe.canNest, network: possible, reason };
      failure = probe.reason;
      reason = noWeb(failure);
    }
  }
  return none(`Bubblewrap does not work here: ${failure}${namespaceHint(failure)}`);
}

/** Why a desktop that should have the web has no network. */
export function noWeb(reason: string): string {
  return `The way to the web needs the Node of VS Code in the sandbox, and that cannot be had: ${reason}`;
}

const REACH: Readonly<Record<SandboxNetwork, string>> = {
  web: 'They reach the public web by a proxy, and neither private networks nor what listens on this machine.',
  all: "They share this machine's network, its local ports included.",
  none: 'They have no network.',
};

/** What the user reads of it. */
export function isolationOf({ works, network, reason }: SandboxState): Isolation {
  if (!works)
    return {
      kind: 'none',
      detail:
        'The programs of this desktop run as you, without a sandbox: they have a home folder of their own, but can read and ' +
        `change all that you can. ${reason}`,
    };
  return {
    kind: 'sandbox',
    detail:
      "The programs of this desktop run in a sandbox: they see this machine's programs read-only, have a home folder of " +
      `their own that is thrown away, and none of your files. ${REACH[network]} ${reason}`.trim(),
  };
}
