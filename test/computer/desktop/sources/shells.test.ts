/** Shells where desktops are: by the machines' own ways, under the tool that uses them. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { DesktopMachine } from '../../../../src/computer/desktop/machine.ts';
import { dockerDesktopSource } from '../../../../src/computer/desktop/sources/docker.ts';
import { virtualDesktopSource } from '../../../../src/computer/desktop/sources/virtual.ts';
import { BashTool } from '../../../../src/tools/bash/bashTool.ts';
import { DockerStandIn } from '../../../support/desktop/docker/standIn.ts';
import { requireDesktopPrograms } from '../../../support/desktop/programs.ts';

const { signal } = new AbortController();
const cleanUps: (() => Promise<void>)[] = [];

vi.setConfig({ testTimeout: 60_000 });

beforeAll(requireDesktopPrograms);

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function toolOn(machine: DesktopMachine, limitMs = 20_000): BashTool {
  const spawnShell = machine.spawnShell?.bind(machine);
  if (!spawnShell) throw new Error('The machine has no shell.');
  const tool = new BashTool({
    place: { isolation: 'sandbox', description: 'a test', spawn: spawnShell },
    limitMs: () => limitMs,
  });
  cleanUps.push(() => machine.close());
  cleanUps.push(() => tool.close());
  return tool;
}

async function virtualDesktop(sandbox: 'required' | 'never') {
  const tempRoot = await mkdtemp(path.join(tmpdir(), 'shells-test-'));
  cleanUps.push(() => rm(tempRoot, { recursive: true, force: true }));
  const network = sandbox === 'required' ? 'none' : 'all';
  return virtualDesktopSource({ tempRoot, sandbox, network }).start(signal);
}

/** Programs of this machine with this among their arguments, those in sandboxes too. */
async function runningWith(argument: string): Promise<number> {
  let count = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const words = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (words.split('\0').includes(argument)) count += 1;
  }
  return count;
}

test('on a virtual desktop commands run in its sandbox, with its display', async () => {
  const tool = toolOn(await virtualDesktop('required'));
  const run = (command: string) => tool.call({ command });
  expect(await run('cd /usr; x=5; id -u; echo $HOME')).toBe('1000\n/home/desktop');
  expect(await run('pwd; echo $x')).toBe('/usr\n5');
  expect(await run(`ls ${homedir()} || echo none`)).toContain('none');
  expect(await run('test -n "$DISPLAY" && echo shown')).toBe('shown');
  expect(await run('ls /run/desktop | grep -c "\\.in$"')).toBe('0\n[Exit status 1]');
  expect((await run('seq 1 100000')).length).toBeLessThan(31_000);
  expect(await run('exit 7')).toContain('ended with status 7');
  expect(await run('pwd')).toBe('/usr');
});

test('there, a stop ends what the command runs, and the next one gets a new shell', async () => {
  const tool = toolOn(await virtualDesktop('required'));
  await tool.call({ command: 'true' });
  const stop = new AbortController();
  const ended = tool
    .call({ command: 'setsid sleep 987123 & sleep 987123' }, stop.signal)
    .catch((error: Error) => error.message);
  await expect.poll(() => runningWith('987123')).toBe(2);
  stop.abort(new Error('stopped'));
  expect(await ended).toBe('stopped');
  await expect.poll(() => runningWith('987123'), { timeout: 5_000 }).toBe(0);
  expect(await tool.call({ command: 'echo on' })).toMatch(/\non$/);
});

test('on a virtual desktop without a sandbox there is none', async () => {
  const tool = toolOn(await virtualDesktop('never'));
  await expect(tool.call({ command: 'true' })).rejects.toThrow(/has no sandbox/);
});

test('in a container commands run through docker exec, and are killed there', async () => {
  const docker = await DockerStandIn.create();
  cleanUps.push(() => docker.close());
  const source = dockerDesktopSource({
    image: { kind: 'named', name: 'an/image' },
    env: docker.env(),
    limitMs: 10_000,
  });
  const tool = toolOn(await source.start(signal));
  expect(await tool.call({ command: 'x=5; echo 1' })).toBe('1');
  expect(await tool.call({ command: 'echo $x' })).toBe('5');
  const stop = new AbortController();
  const ended = tool
    .call({ command: 'setsid sleep 987124 & sleep 987124' }, stop.signal)
    .catch((error: Error) => error.message);
  await expect.poll(() => runningWith('987124')).toBe(2);
  stop.abort(new Error('stopped'));
  expect(await ended).toBe('stopped');
  await expect.poll(() => runningWith('987124'), { timeout: 5_000 }).toBe(0);
  expect(await tool.call({ command: 'echo "[$x]"' })).toMatch(/\n\[\]$/);
});
