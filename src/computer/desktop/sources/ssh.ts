/** The user's own `ssh`, as a stream to a host behind it. */
import { DesktopUnavailable } from '../machine.ts';
import { formatHostPort, type HostPort, type SshServer } from './vncAddress.ts';

/**
 * The arguments for a stream over standard input and output (`-W`): no port is opened that others could connect to. Nothing
 * can be asked (`BatchMode`): there is no terminal.
 */
export function sshArguments(server: SshServer, target: HostPort): string[] {
  return [
    ...['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15'],
    ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'], // a dead line ends
    ...['-o', 'ClearAllForwardings=yes'], // the user's own for this host may be taken by the user
    ...(server.port === undefined ? [] : ['-p', String(server.port)]),
    ...(server.username === undefined ? [] : ['-l', server.username]),
    ...['-W', formatHostPort(target), '--', server.host],
  ];
}

/** What to tell of an `ssh` that ended before a byte came. */
export function sshFailure(server: SshServer, target: HostPort, complaint: string): DesktopUnavailable {
  const login = server.username === undefined ? server.host : `${server.username}@${server.host}`;
  const command = `ssh ${server.port === undefined ? '' : `-p ${server.port} `}${login}`;
  const told = complaint === '' ? '' : `\n${complaint}`;
  const known = FAILURES.find(({ pattern }) => pattern.test(complaint));
  if (known === undefined)
    return new DesktopUnavailable(
      `The VNC server at ${formatHostPort(target)} did not answer through SSH to ${server.host}.${told}`,
      `See whether "${command}" works in a terminal, and whether a VNC server runs there.`,
    );
  return new DesktopUnavailable(`${known.message(server.host, target)}${told}`, known.help(command));
}

interface Failure {
  readonly pattern: RegExp;
  readonly message: (host: string, target: HostPort) => string;
  readonly help: (command: string) => string;
}

/** In the words of OpenSSH. */
const FAILURES: readonly Failure[] = [
  {
    pattern: /host key verification failed|host identification has changed/i,
    message: (host) => `The SSH key of ${host} is not one that you have accepted.`,
    help: (command) => `Run "${command}" in a terminal once, and compare the key before you accept it.`,
  },
  {
    pattern: /permission denied|too many authentication failures|no supported authentication/i,
    message: (host) => `${host} did not accept the login.`,
    help: (command) =>
      `"${command}" has to work without a question: with a key that ssh-agent holds, or one without a passphrase.`,
  },
  {
    pattern: /could not resolve hostname/i,
    message: (host) => `There is no host with the name ${host}.`,
    help: () => 'Check the name, and whether you need a VPN.',
  },
  {
    pattern: /open failed|stdio forwarding failed|administratively prohibited/i,
    message: (host, target) =>
      `SSH to ${host} works, but nothing answers at ${formatHostPort(target)} there.`,
    help: () =>
      'Check that a VNC server runs there, and its port, and that the SSH server allows forwarding.',
  },
  {
    pattern: /connection refused|timed out|no route to host|network is unreachable|connection closed/i,
    message: (host) => `${host} cannot be reached by SSH.`,
    help: (command) => `See whether "${command}" works in a terminal.`,
  },
];
