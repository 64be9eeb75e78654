/** Commands on the machine of the extension host, in a sandbox that has the workspace and nothing else of the user's. */
import { realpathSync } from 'node:fs';
import { createHostPolicy } from '../../base/net/hostPolicy.ts';
import type { ShellPlace, ShellProcess } from '../../base/shellPlace.ts';
import { startProgram } from '../program.ts';
import type { ReadySandbox, SandboxSurroundings } from './preparation.ts';
import type { SandboxWish } from './workspace.ts';

export interface SandboxedMachineOptions extends SandboxSurroundings {
  readonly wish: SandboxWish;
  /** Tells the user that there is no sandbox, and so no commands; a plain message. */
  readonly onUnavailable?: (message: string) => void;
  readonly confirm?: ShellPlace['confirm'];
}

interface OpenSandbox {
  endIfMounted(file: string): Promise<void>;
}

const open = new Set<OpenSandbox>();

/**
 * To be called before a file of a workspace is replaced: ends the shells, with what they run, that could write the new one.
 * @param file - absolute, without links
 */
export async function endShellsOver(file: string): Promise<void> {
  await Promise.all([...open].map((sandbox) => sandbox.endIfMounted(file)));
}

/** The sandbox is made for the first command, and stays with its home folder until the place is closed. */
export function sandboxedMachine(options: SandboxedMachineOptions): ShellPlace {
  const { wish, onUnavailable, confirm } = options;
  let ready: Promise<ReadySandbox> | undefined;
  let closing: Promise<void> | undefined;
  let proxy: ReadySandbox['proxy'];
  let latest: ShellProcess | undefined;
  const self: OpenSandbox = {
    async endIfMounted(file) {
      const sandbox = await ready?.catch(() => undefined);
      if (sandbox?.isMounted(file)) await latest?.kill();
    },
  };
  const prepared = (signal: AbortSignal) => {
    ready ??= prepare(options, signal).catch((error) => {
      ready = undefined; // the next command tries again: something may have been installed
      if (!signal.aborted) onUnavailable?.(error instanceof Error ? error.message : String(error));
      throw error;
    });
    return ready;
  };
  return {
    isolation: 'sandbox',
    description: describe(wish),
    ...(confirm && { confirm }),
    async spawn(command, signal) {
      if (closing) throw new Error('The sandbox was closed.');
      const sandbox = await prepared(signal);
      proxy = sandbox.proxy;
      const { env, user } = sandbox;
      open.add(self);
      latest = await startProgram([...(await sandbox.begin()), ...command], { cwd: '/', env, user }, signal);
      return latest;
    },
    isOutdated: async () => (await ready?.catch(() => undefined))?.isOutdated() ?? false,
    takeRefusals: () => proxy?.takeRefusals() ?? [],
    close() {
      open.delete(self);
      closing ??= (async () => {
        const sandbox = await ready?.catch(() => undefined);
        await sandbox?.close();
      })();
      return closing;
    },
  };
}

/** What it takes is loaded with the first one. */
async function prepare(options: SandboxedMachineOptions, signal: AbortSignal): Promise<ReadySandbox> {
  const { prepareSandbox } = await import('./preparation.ts');
  return prepareSandbox(options.wish, options, signal);
}

/** For the model. */
function describe({ folders, access, readable, hosts }: SandboxWish): string {
  const { entries } = createHostPolicy(hosts);
  const work =
    access === 'write'
      ? 'can be read and changed, apart from .git, .vscode and the like, which can only be read'
      : 'can only be read: write to the home folder or to /tmp';
  const more = readable.length === 0 ? '' : ` ${readable.join(', ')} can be read as well.`;
  const network =
    entries.length === 0
      ? 'It has no network.'
      : `Its network is a proxy (HTTP_PROXY is set) that reaches only ${hosts.join(', ')}; names are not resolved otherwise.`;
  return (
    `a sandbox on the person's own machine. The workspace, ${folders.map(withoutLinks).join(', ')}, ${work}.${more} Home folder and /tmp are ` +
    `empty at first and gone with the session. ${network} What is not there is kept from you on purpose`
  );
}

/** As it is inside, where links to it are not. */
function withoutLinks(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder; // which the first command tells
  }
}
