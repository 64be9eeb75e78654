/** A sandbox for commands on Linux, by bubblewrap: its arguments, which say all that is visible inside. */
import { bridgeArguments, type NodeInside } from '../../base/sandbox/bridge.ts';
import { namespaceArguments, systemArguments } from '../../base/sandbox/bubblewrap.ts';
import type { ProtectedPaths } from './protectedPaths.ts';
import { INSIDE, type SandboxFolder } from './sandboxFolder.ts';
import type { VisibleFolders, WorkspaceAccess } from './workspace.ts';

export interface SandboxView {
  readonly folder: SandboxFolder;
  readonly visible: VisibleFolders;
  readonly access: WorkspaceAccess;
  /** Of all folders of the workspace; nothing where they are only read. */
  readonly kept: readonly ProtectedPaths[];
  /** Where the host's Node is, for the way to the network; undefined for no network. */
  readonly node: NodeInside | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** The arguments of `bwrap` in front of the command to run in the sandbox. */
export function bubblewrapArguments(view: SandboxView): string[] {
  const { folder, visible, access, kept, node, env } = view;
  const workspace = access === 'write' ? '--bind' : '--ro-bind';
  const same = (option: string, files: readonly string[]) => files.flatMap((file) => [option, file, file]);
  return [
    ...namespaceArguments('sandbox'),
    // Also without the way to the proxy: with the machine's network come its ports, and sockets bound to no file.
    '--unshare-net',
    ...systemArguments(folder.accounts),
    ...['--bind', folder.temp, INSIDE.temp, '--bind', folder.home, INSIDE.home],
    ...['--bind', folder.runtime, INSIDE.runtime, '--symlink', '/run', '/var/run'],
    ...same('--ro-bind', visible.readable),
    ...same(workspace, visible.workspace),
    // Outer ones first, as a mount covers what is in its place already; and all of them before what is only read.
    ...same('--bind', [...new Set(kept.flatMap(({ pinned }) => pinned))].sort()),
    ...same(
      '--ro-bind',
      kept.flatMap(({ readOnly }) => readOnly),
    ),
    ...(node ? bridgeArguments(folder.network, node) : []),
    ...['--remount-ro', '/', '--chdir', visible.workspace[0], '--clearenv'],
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--',
  ];
}

/** Programs make no namespaces of their own: less of the kernel is within their reach. Not known to bubblewrap before 0.8. */
export const NO_NESTING = '--disable-userns';
