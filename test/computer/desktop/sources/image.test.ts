import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test, vi } from 'vitest';
import { streamArguments } from '../../../../src/computer/desktop/sources/dockerArguments.ts';
import { requireDesktopPrograms } from '../../../support/desktop/programs.ts';

const FOLDER = path.join(import.meta.dirname, '../../../../docker');

// Whole desktops, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(requireDesktopPrograms);

/** In place of the container: namespaces of its own, so that neither display nor port can be anybody's. */
const CONTAINER = [
  ...['--unshare-net', '--unshare-pid', '--die-with-parent', '--ro-bind', '/', '/', '--dev', '/dev'],
  ...['--proc', '/proc', '--tmpfs', '/tmp', '--setenv', 'HOME', '/tmp', '--setenv', 'WIDTH', '800', '--'],
];

test('the image’s own script brings up a desktop whose VNC server is reached by the stream', async () => {
  const stream = streamArguments('name', 5900).slice(3);
  const script = `
    sh '${FOLDER}/desktop.sh' >/tmp/log 2>&1 &
    (until [ -s /tmp/said ]; do sleep 0.1; done) | setsid "$@" 2>/dev/null >/tmp/said
    head -c 12 /tmp/said
    export DISPLAY=:1
    xdpyinfo | grep dimensions
    for try in $(seq 50); do xdotool search --class xterm 2>/dev/null && break; sleep 0.1; done`;
  const { stdout } = await promisify(execFile)('bwrap', [...CONTAINER, 'sh', '-c', script, 'sh', ...stream]);
  expect(stdout).toMatch(/^RFB 003\.008\n/);
  expect(stdout).toContain('800x800 pixels');
  expect(stdout).toMatch(/\n\d+\n$/);
});

test('the image has what its menu and script start', () => {
  const dockerfile = readFileSync(path.join(FOLDER, 'Dockerfile'), 'utf8');
  const menu = readFileSync(path.join(FOLDER, 'menu.xml'), 'utf8');
  const commands = [...menu.matchAll(/<command>(\S+?)[ <]/g)].map(([, command]) => command);
  expect(commands).toHaveLength(5);
  for (const command of commands) expect(dockerfile).toContain(` ${command}`);
});
