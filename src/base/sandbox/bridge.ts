/**
 * The way from a sandbox without a network to the proxy outside: programs know proxies by a port, of the sandbox's own
 * loopback, and the proxy is a unix socket. Node stands between, the one that the host runs itself: nothing else is surely
 * there.
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM } from './bubblewrap.ts';

/** Of the sandbox's own loopback. */
const PORT = 3128;

/** Makes an editor's program Node. */
export const AS_NODE = 'ELECTRON_RUN_AS_NODE';

/** The line that the bridge prints once it listens. */
export const BRIDGE_READY = 'ready';

/** Its argument is the socket. */
const BRIDGE_SCRIPT = `
const net = require('node:net');
const server = net.createServer({ allowHalfOpen: true }, (client) => {
  const proxy = net.connect({ path: process.argv[2], allowHalfOpen: true });
  client.on('error', () => proxy.destroy());
  proxy.on('error', () => client.destroy());
  client.pipe(proxy);
  proxy.pipe(client);
});
server.maxConnections = 128;
server.listen(${PORT}, '127.0.0.1', () => process.stdout.write('${BRIDGE_READY}\\n'));
`;

/** Where a sandbox has what this takes. */
export const NETWORK_INSIDE = { folder: '/run/network', node: '/run/node' } as const;

const SCRIPT = 'bridge.js';
const SOCKET = 'proxy.sock';

/** Of the proxy, in a folder that the sandbox has at {@link NETWORK_INSIDE}. */
export function proxySocketIn(folder: string): string {
  return path.join(folder, SOCKET);
}

/** Writes what the bridge runs into such a folder. */
export async function writeBridge(folder: string): Promise<void> {
  await writeFile(path.join(folder, SCRIPT), BRIDGE_SCRIPT);
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
  const { node } = NETWORK_INSIDE;
  // Node is one file; others need what is beside them.
  return name === 'node'
    ? { executable: `${node}/node`, shown: { source: executable, target: `${node}/node` } }
    : { executable: `${node}/${name}`, shown: { source: path.dirname(executable), target: node } };
}

/** Arguments of `bwrap` for what the bridge needs. */
export function bridgeArguments(folder: string, { shown }: NodeInside): string[] {
  return [
    ...['--ro-bind', folder, NETWORK_INSIDE.folder],
    ...(shown ? ['--ro-bind', shown.source, shown.target] : []),
  ];
}

/** The bridge's command in the sandbox, but for {@link AS_NODE}. */
export function bridgeCommand({ executable }: NodeInside): readonly [string, ...string[]] {
  return [executable, `${NETWORK_INSIDE.folder}/${SCRIPT}`, proxySocketIn(NETWORK_INSIDE.folder)];
}

/** Goes in front of a command in the sandbox that begins once the bridge is there. */
export function withBridge(node: NodeInside): readonly string[] {
  return [
    '/bin/sh',
    '-c',
    `pipe=$(mktemp -u) && mkfifo "$pipe" && {
  ${AS_NODE}=1 "$1" "$2" "$3" </dev/null >"$pipe" 2>/dev/null &
  read -r ready <"$pipe"
  rm -f "$pipe"
}
shift 3
exec "$@"`,
    'sh',
    ...bridgeCommand(node),
  ];
}

/**
 * How programs learn of the proxy.
 * @param direct - hosts that it is not for: those of the sandbox's own loopback
 */
export function proxyVariables(direct: readonly string[]): Readonly<Record<string, string>> {
  const proxy = `http://127.0.0.1:${PORT}`;
  const both = (name: string, value: string) => ({ [name]: value, [name.toLowerCase()]: value });
  return {
    ...both('HTTP_PROXY', proxy),
    ...both('HTTPS_PROXY', proxy),
    ...both('ALL_PROXY', proxy),
    ...both('NO_PROXY', direct.join(',')),
    NODE_USE_ENV_PROXY: '1',
    // Servers of git by SSH are not reached through such a proxy; by HTTPS the same repositories are.
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'url.https://github.com/.insteadOf',
    GIT_CONFIG_VALUE_0: 'git@github.com:',
    GIT_CONFIG_KEY_1: 'url.https://gitlab.com/.insteadOf',
    GIT_CONFIG_VALUE_1: 'git@gitlab.com:',
  };
}
