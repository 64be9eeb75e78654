/** What commands in a sandbox try to get at: a machine with secrets in files, sockets, servers and processes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ShellPlace } from '../../src/base/shellPlace.ts';
import { virtualDesktopSource } from '../../src/computer/desktop/sources/virtual.ts';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { sandboxedMachine } from '../../src/tools/sandbox/sandboxedPlace.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';

/** In all that must not be seen. Attacks are written so that the command itself does not show it. */
export const SECRET = `secret-${Math.random().toString(36).slice(2)}`;

/** Why nothing can be tried here; undefined where it can. */
export const obstacle = ((): string | undefined => {
  if (process.platform !== 'linux') return 'bubblewrap needs Linux';
  try {
    execFileSync('bwrap', ['--unshare-user', '--unshare-net', '--ro-bind', '/', '/', 'true'], {
      stdio: 'pipe',
    });
    return undefined;
  } catch (error) {
    return `bubblewrap does not work here: ${error instanceof Error ? error.message : String(error)}`;
  }
})();

export interface Stage {
  /** All that is the user's is below. */
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  readonly sockets: Readonly<Record<'agent' | 'bus' | 'ipcTemp' | 'ipcRuntime' | 'docker', string>>;
  readonly abstract: string;
  readonly port: number;
  readonly other: ChildProcess;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The sandbox of this machine with a workspace that is read or written to, and that of a virtual desktop. Where tests are run
 * by root, the second is still root outside, as the workspace is.
 */
export type Where = 'read' | 'write' | 'desktop';

/** A stage for the tests of a file; what is in it is there from the first test on. */
export function useStage(): Stage {
  const stage = {} as Stage;
  const servers: Array<{ close(): void }> = [];
  beforeAll(async () => {
    if (obstacle === undefined) Object.assign(stage, await setUp(servers));
  });
  afterAll(() => {
    if (obstacle !== undefined) return;
    for (const server of servers) server.close();
    stage.other.kill('SIGKILL');
    rmSync(stage.root, { recursive: true, force: true });
  });
  return stage;
}

/** Shells on the stage for the tests of a file, `none` without a sandbox; they are there from the first test on. */
export function useShells<W extends 'none' | Where>(
  stage: Stage,
  ...wanted: readonly W[]
): Readonly<Record<W, BashTool>> {
  const shells = {} as Record<W, BashTool>;
  let closeDesktop: (() => Promise<void>) | undefined;
  const placeOf = async (where: 'none' | Where): Promise<ShellPlace | undefined> => {
    if (where === 'none') return thisMachine({ folder: stage.workspace, env: stage.env });
    if (where !== 'desktop') return sandboxed(stage, where);
    const { place, close } = await virtualDesktop(stage);
    closeDesktop = close;
    return place;
  };
  beforeAll(async () => {
    if (obstacle !== undefined) return;
    for (const where of wanted) {
      const place = await placeOf(where);
      if (!place) throw new Error('There is no shell.');
      shells[where] = new BashTool({ place, limitMs: () => 30_000 });
    }
  }, 60_000);
  afterAll(async () => {
    for (const shell of Object.values<BashTool>(shells)) await shell.close();
    await closeDesktop?.();
  });
  return shells;
}

/** With the network that it has by default. Only where names lead is made up. */
async function virtualDesktop({ env }: Stage): Promise<{ place: ShellPlace; close: () => Promise<void> }> {
  const lookUp = async () => ['127.0.0.1', '169.254.169.254'];
  const source = virtualDesktopSource({ sandbox: 'required', env, lookUp });
  const desktop = await source.start(new AbortController().signal);
  const place: ShellPlace = {
    isolation: 'sandbox',
    description: 'the sandbox of the virtual desktop',
    spawn: (command, signal) => {
      if (!desktop.spawnShell) throw new Error('The desktop has no shell.');
      return desktop.spawnShell(command, signal);
    },
    takeRefusals: () => desktop.takeRefusals?.() ?? [],
  };
  return { place, close: () => desktop.close() };
}

/** The sandbox of this machine, with the stage's workspace unless `more` says otherwise. */
export function sandboxed(
  stage: Stage,
  access: 'read' | 'write',
  more: Partial<Parameters<typeof sandboxedMachine>[0]> = {},
  hosts: readonly string[] = [],
): ShellPlace {
  return sandboxedMachine({
    wish: { folders: [stage.workspace], access, readable: [], hosts, memoryMb: 512 },
    env: stage.env,
    ...more,
  });
}

/** What the model reads of a command, done or refused. */
export function run(tool: BashTool, command: string): Promise<string> {
  return tool
    .call({ command })
    .catch((error: Error & { content?: unknown }) => String(error.content ?? error.message));
}

async function setUp(servers: Array<{ close(): void }>): Promise<Stage> {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'red-team-')));
  chmodSync(root, 0o755); // what keeps commands from it is the sandbox, not the mode of this folder
  const below = (...names: string[]) => path.join(root, ...names);
  for (const folder of ['home/.ssh', 'home/.aws', 'runtime', 'work/.git/hooks', 'work/src'])
    mkdirSync(below(...folder.split('/')), { recursive: true });
  const files = ['home/.ssh/id_ed25519', 'home/.aws/credentials', 'home/notes.txt', 'neighbour.txt'];
  for (const file of files) writeFileSync(below(...file.split('/')), `${SECRET}\n`);
  writeFileSync(below('work', 'src', 'main.txt'), 'plain work\n');
  writeFileSync(below('work', '.git', 'config'), '[core]\n\tbare = false\n');
  symlinkSync(below('home', '.ssh'), below('work', 'keys'));
  const sockets = {
    agent: below('home', '.ssh', 'agent.sock'),
    bus: below('runtime', 'bus'),
    docker: below('runtime', 'docker.sock'),
    ipcRuntime: below('runtime', 'vscode-ipc-1.sock'),
    ipcTemp: path.join('/tmp', `vscode-ipc-${process.pid}-${path.basename(root)}.sock`),
  };
  const abstract = `red-team-${process.pid}-${path.basename(root)}`;
  for (const socket of [...Object.values(sockets), `\0${abstract}`]) {
    const server = net.createServer((client) => client.end(`${SECRET}\n`));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    servers.push(server);
  }
  const web = http.createServer((_request, response) => response.end(`${SECRET}\n`));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  servers.push(web);
  const other = spawn('sh', ['-c', `exec -a ${SECRET} sleep 600 2>/dev/null || sleep 600`], {
    env: { ...process.env, OTHER_TOKEN: SECRET },
    stdio: 'ignore',
  });
  return {
    ...{ root, sockets, abstract, other, home: below('home'), workspace: below('work') },
    port: (web.address() as net.AddressInfo).port,
    env: {
      PATH: process.env.PATH,
      HOME: below('home'),
      XDG_RUNTIME_DIR: below('runtime'),
      SSH_AUTH_SOCK: sockets.agent,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${sockets.bus}`,
      VSCODE_IPC_HOOK_CLI: sockets.ipcTemp,
      GITHUB_TOKEN: SECRET,
      AWS_SECRET_ACCESS_KEY: SECRET,
      KUBECONFIG: `/${SECRET}`,
    },
  };
}
