/** A sandbox for commands on Linux, by bubblewrap: its arguments, which say all that is visible inside. */
import path from 'node:path';
import { namespaceArguments, SYSTEM, systemArguments } from '../../base/sandbox/bubblewrap.ts';
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

/** An executable as the sandbox has it, and what is to be shown for that. */
export interface NodeInside {
  readonly executable: string;
  /** What is shown, and where; undefined where it is visible anyway. */
  readonly shown?: { readonly source: string; readonly target: string };
}

/** @param executable - of the host: Node, or the program of an editor that can be Node */
export function nodeInside(executable: string): NodeInside {
  if (SYSTEM.some((folder) => executable.startsWith(`${folder}/`))) return { executable };
  const name = path.basename(executable);
  // Node is one file; others need what is beside them.
  return name === 'node'
    ? {
        executable: `${INSIDE.node}/node`,
        shown: { source: executable, target: `${INSIDE.node}/node` },
      }
    : {
        executable: `${INSIDE.node}/${name}`,
        shown: { source: path.dirname(executable), target: INSIDE.node },
      };
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
    ...(node ? ['--ro-bind', folder.network, INSIDE.network] : []),
    ...(node?.shown ? ['--ro-bind', node.shown.source, node.shown.target] : []),
    ...['--remount-ro', '/', '--chdir', visible.workspace[0], '--clearenv'],
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--',
  ];
}

/** Programs make no namespaces of their own: less of the kernel is within their reach. Not known to bubblewrap before 0.8. */
export const NO_NESTING = '--disable-userns';
