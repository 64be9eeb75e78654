/**
 * The way from a sandbox without a network to the proxy outside: programs know proxies by a port, of the sandbox's own
 * loopback, and the proxy is a unix socket. Node stands between, the one that the host runs itself: nothing else is surely
 * there.
 */

/** Of the sandbox's own loopback. */
const PORT = 3128;

/** Its argument is the socket. It says a word when it listens. */
export const BRIDGE_SCRIPT = `
const net = require('node:net');
const server = net.createServer({ allowHalfOpen: true }, (client) => {
  const proxy = net.connect({ path: process.argv[2], allowHalfOpen: true });
  client.on('error', () => proxy.destroy());
  proxy.on('error', () => client.destroy());
  client.pipe(proxy);
  proxy.pipe(client);
});
server.maxConnections = 128;
server.listen(${PORT}, '127.0.0.1', () => process.stdout.write('ready\\n'));
`;

/** Goes in front of a command in the sandbox: `node`, the script and the socket, as the sandbox has them. */
export function withBridge(node: string, script: string, socket: string): readonly string[] {
  return [
    '/bin/sh',
    '-c',
    `pipe=$(mktemp -u) && mkfifo "$pipe" && {
  ELECTRON_RUN_AS_NODE=1 "$1" "$2" "$3" </dev/null >"$pipe" 2>/dev/null &
  read -r ready <"$pipe"
  rm -f "$pipe"
}
shift 3
exec "$@"`,
    'sh',
    ...[node, script, socket],
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
