/**
 * The shell, on this machine.
 *
 * The published cases of the reference demo's bash tool are among these: restart, a command, no command, a first and a
 * second command in one shell, a command that is not found, an exit status that is not 0, the time limit. Different are:
 * - both outputs are one text, in the order they were printed, instead of `output` and `error`: that is what a person sees
 * - an exit status that is not 0 is told, where the demo says nothing
 * - texts are our own
 * - a command that takes too long is ended, and the next one gets a new shell at once; in the demo all further ones fail
 *   until the model restarts the shell
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { untilAborted } from '../../../src/base/delay.ts';
import type { ShellPlace } from '../../../src/base/shellPlace.ts';
import { BashTool } from '../../../src/tools/bash/bashTool.ts';
import { thisMachine } from '../../../src/tools/thisMachine.ts';

let folder: string;
let tool: BashTool;
let limitMs = 20_000;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bash-tool-test-'));
  limitMs = 20_000;
  tool = toolIn();
});

afterEach(async () => {
  await tool.close();
  rmSync(folder, { recursive: true, force: true });
});

function toolIn(confirm?: NonNullable<ShellPlace['confirm']>): BashTool {
  const place = thisMachine({ folder, ...(confirm && { confirm }) });
  if (!place) throw new Error('These tests need a POSIX shell.');
  return new BashTool({ place, limitMs: () => limitMs, tempRoot: folder });
}

const run = (command: string, signal?: AbortSignal) => tool.call({ command }, signal);

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'It did not fail.',
    (error: Error & { content?: unknown }) => String(error.content ?? error.message),
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isRunning(processId: number): boolean {
  try {
    // One that has ended and that nobody has asked for is still there as a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a command gives what it prints', async () => {
  expect(await run("echo 'Hello, World!'")).toBe('Hello, World!');
});

test('commands share one shell: its folder and its variables stay', async () => {
  await run('mkdir inner; cd inner; export CUC_COLOR=blue; greet() { echo "hi $1"; }');
  expect(await run('basename "$PWD"; echo $CUC_COLOR; greet you')).toBe('inner\nblue\nhi you');
});

test('restart gives a new shell', async () => {
  await run('cd /; export CUC_COLOR=blue');
  expect(await tool.call({ restart: true })).toContain('restarted');
  expect(await run('pwd; echo "[$CUC_COLOR]"')).toBe(`${folder}\n[]`);
});

test.each([{}, { command: '' }, { command: 5 }, null])(
  'without a command there is an error: %j',
  async (input) => {
    expect(await failure(tool.call(input))).toContain('No command was given');
  },
);

test('a command that is not found says so, with its status', async () => {
  expect(await run('invalid_command_that_does_not_exist')).toMatch(/not found[\s\S]*\[Exit status 127\]/);
});

test('a status that is not 0 is told, and leaves the shell as it is', async () => {
  await run('x=5');
  expect(await run("bash -c 'exit 1'")).toBe('[Exit status 1]');
  expect(await run('echo $x')).toBe('5');
});

test('a command that prints nothing says that', async () => {
  expect(await run('true')).toBe('[No output]');
});

test('both outputs come in the order they were printed', async () => {
  expect(await run('echo 1; echo 2 >&2; echo 3; echo 4 >/dev/stderr; echo 5 >/dev/stdout')).toBe(
    '1\n2\n3\n4\n5',
  );
});

test('quotes, here-documents and several lines arrive as they are', async () => {
  expect(await run(`echo "it's"\ncat <<'END'\n$HOME 'x' "y" \\z\nEND\necho é 🙂`)).toBe(
    `it's\n$HOME 'x' "y" \\z\né 🙂`,
  );
});

test('a syntax error is the command alone', async () => {
  await run('x=5');
  expect(await run('if then (')).toMatch(/syntax error[\s\S]*\[Exit status/);
  expect(await run('echo $x')).toBe('5');
});

test('where there is no bash, sh keeps what commands set, also after a syntax error', async () => {
  const programs = path.join(folder, 'programs');
  mkdirSync(programs);
  for (const name of ['sh', 'cat']) symlinkSync(`/bin/${name}`, path.join(programs, name));
  const place = thisMachine({ folder, env: { PATH: programs } }) as ShellPlace;
  const other = new BashTool({ place, limitMs: () => limitMs, tempRoot: folder });
  const runThere = (command: string) => other.call({ command });
  try {
    expect(await runThere('x=5; cd /usr; echo "$BASH_VERSION"')).not.toMatch(/\d/);
    expect(await runThere('if then (')).toMatch(/\[Exit status \d+\]$/);
    expect(await runThere('echo $x; pwd')).toBe('5\n/usr');
    expect(await runThere('exit 3')).toContain('The shell has ended with status 3');
  } finally {
    await other.close();
  }
});

test('what ends the shell is told; the next command gets a new one in the same folder', async () => {
  await run('cd /usr');
  expect(await run('echo bye; exit 3')).toBe(
    'bye\n[The shell has ended with status 3. The next command gets a new one.]',
  );
  expect(await run('pwd')).toBe('/usr');
  expect(await run('kill -9 $$')).toContain('The shell has ended');
  expect(await run('exec true')).toContain('The shell has ended with status 0');
  expect(await run('pwd')).toBe('/usr');
});

test('a command that takes too long is ended with all it runs; what it printed is told', async () => {
  limitMs = 700;
  await run('cd /usr');
  const text = await failure(run('echo begun; sleep 300 & echo $! >/tmp/../$OLDPWD/pid; wait'));
  expect(text).toMatch(/^begun\n\[Ended by the time limit of 0.7 s/);
  const processId = Number(readFileSync(path.join(folder, 'pid'), 'utf8'));
  await until(() => !isRunning(processId));
  limitMs = 20_000;
  expect(await run('pwd')).toBe('/usr');
});

test('a program that asks finds no input, and cannot read what is for the shell', async () => {
  expect(await run('read answer; echo "[$answer]"; cat')).toBe('[]');
});

test('there is no terminal to ask at', async () => {
  const text = await run('read -r answer </dev/tty; echo "[$answer]"');
  expect(text).toMatch(/\/dev\/tty[\s\S]*\[\]$/);
});

test('what ended by a signal has its status', async () => {
  expect(await run("sh -c 'kill -9 $$'")).toMatch(/\[Exit status 137\]$/);
  expect(await run("sh -c 'kill -SEGV $$'")).toMatch(/\[Exit status 139\]$/);
});

test('a program that waits for a terminal is ended by the time limit, which says what to do', async () => {
  limitMs = 500;
  expect(await failure(run('mkfifo in && cat in'))).toContain('waits for answers');
});

test('a stop ends the whole process group at once', async () => {
  const stop = new AbortController();
  const ended = failure(run('sleep 300 & echo $! >pid; sleep 300', stop.signal));
  const file = path.join(folder, 'pid');
  await until(() => existsSync(file) && statSync(file).size > 0);
  stop.abort(new Error('stopped'));
  expect(await ended).toBe('stopped');
  await until(() => !isRunning(Number(readFileSync(file, 'utf8'))));
  expect(await run('echo on')).toMatch(/^\[This is a new shell[^\n]*\]\non$/);
});

test('a background job goes on, and what it prints later comes with the next command', async () => {
  expect(await run('(while [ ! -e go ]; do sleep 0.05; done; echo late; echo >gone) & echo started')).toBe(
    'started',
  );
  await run('touch go; while [ ! -e gone ]; do sleep 0.05; done');
  await run('rm go gone; (while [ ! -e go ]; do sleep 0.05; done; echo later; echo >gone) &');
  // Not through the shell, which has no command then.
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path.join(folder, 'go'), '');
  await until(() => existsSync(path.join(folder, 'gone')));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await run('echo now')).toMatch(/later[\s\S]*now$/);
});

test('nothing printed passes for the end, whatever a shell shows of its input', async () => {
  const marks = String.raw`printf '\036%032d 0 /\036\n' 0; printf '\036'; printf '\036abc'`;
  expect(await run(`${marks}; echo end`)).toMatch(/end$/);
  await run('set -xv');
  expect(await run('echo traced; sleep 0.1; echo to the end')).toMatch(/traced[\s\S]*to the end/);
  await run('set +xv');
  expect(await run('echo on')).toBe('on');
});

test('redirections of the whole shell do not lead the end astray', async () => {
  expect(await run('exec >file 2>&1; echo hidden')).toBe('[No output]');
  expect(await run('cat file')).toBe('hidden');
});

test('functions of the same names as ours change nothing', async () => {
  await run('printf() { echo fooled; }; eval() { echo fooled; }');
  expect(await run('command printf "%s" ok')).toBe('ok');
});

test('of a long output the middle is left out, and the whole is in a file that goes with the session', async () => {
  const text = await run('seq 1 100000');
  expect(text.length).toBeLessThan(31_000);
  const [, leftOut, file = ''] = /\[… (\d+) bytes left out\. All of it is in (\S+) …\]/.exec(text) ?? [];
  expect(Number(leftOut)).toBe(588_895 - 30_000);
  const whole = readFileSync(file, 'utf8');
  expect(whole).toHaveLength(588_895);
  expect(text.startsWith(whole.slice(0, 12_000))).toBe(true);
  expect(text.endsWith(whole.slice(-18_000).trimEnd())).toBe(true);
  expect(statSync(file).mode & 0o077).toBe(0);
  await tool.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('computer-use-chat'))).toEqual([]);
});

test('the model is told where it cannot read that file', async () => {
  await tool.close();
  const place = thisMachine({ folder });
  if (!place) throw new Error('These tests need a POSIX shell.');
  tool = new BashTool({
    place: { description: 'elsewhere', isolation: 'none', spawn: place.spawn },
    limitMs: () => limitMs,
    tempRoot: folder,
  });
  expect(await run('seq 1 100000')).toMatch(
    /All of it is in \S+ on the person's machine, which commands here cannot/,
  );
});

test('what background jobs print while nothing runs is bounded as well', async () => {
  await run('(while [ ! -e go ]; do sleep 0.02; done; seq 1 300000; echo >gone) &');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path.join(folder, 'go'), '');
  await until(() => existsSync(path.join(folder, 'gone')));
  const text = await run('echo now');
  expect(text).toMatch(
    /^\[Background jobs had printed before:\]\n1\n2\n[\s\S]*bytes left out[\s\S]*300000\n[\s\S]*now$/,
  );
  expect(text.length).toBeLessThan(32_000);
});

test('only the latest files are kept', async () => {
  for (let round = 0; round < 6; round++) await run('seq 1 20000');
  const [name = ''] = readdirSync(folder);
  await until(() => readdirSync(path.join(folder, name)).length === 4);
});

test('long outputs come one after another, however far behind the disk is when one ends', async () => {
  for (let round = 0; round < 30; round++) {
    expect(await run("yes 'a line of output' | head -c 3000000")).toContain('bytes left out');
  }
});

test('a line of many megabytes is cut like any other output', async () => {
  const text = await run("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo end");
  expect(text.length).toBeLessThan(31_000);
  expect(text).toMatch(/x\nend$/);
});

test('bytes that are no text are told as such; colours are left out', async () => {
  expect(await run(String.raw`printf '\000\001\002'`)).toBe(
    '(3 bytes that are no text. They begin with 000102 in hexadecimal.)',
  );
  expect(await run(String.raw`printf '\033[31mred\033[0m'`)).toBe('red');
});

test('calls at the same time are done one after another', async () => {
  const all = await Promise.all([run('sleep 0.2; x=1; echo a'), run('echo b$x'), run('echo c$x')]);
  expect(all).toEqual(['a', 'b1', 'c1']);
});

test('the variables of the editor and of the key are not there', async () => {
  process.env.ANTHROPIC_API_KEY_OF_A_TEST = 'secret';
  try {
    expect(await run('env | grep -c OF_A_TEST')).toBe('0\n[Exit status 1]');
  } finally {
    delete process.env.ANTHROPIC_API_KEY_OF_A_TEST;
  }
});

test('the time that the user takes to answer is none of the command’s', async () => {
  limitMs = 1_000;
  await tool.close();
  tool = toolIn(() => new Promise((resolve) => setTimeout(() => resolve(true), 1_500)));
  expect(await run('echo done')).toBe('done');
});

test('what is against a command is told where it is more than the answer no', async () => {
  await tool.close();
  tool = toolIn(() => Promise.reject(new Error('The workspace is closed to commands.')));
  expect(await failure(run('touch made'))).toContain('was not run: The workspace is closed to commands.');
  expect(existsSync(path.join(folder, 'made'))).toBe(false);
});

test('where the user is asked, a refused command does not run', async () => {
  const asked: string[] = [];
  await tool.close();
  tool = toolIn(async (command) => {
    asked.push(command);
    return command !== 'touch made';
  });
  expect(await failure(run('touch made'))).toContain('did not allow');
  expect(await run('ls')).toBe('[No output]');
  expect(asked).toEqual(['touch made', 'ls']);
});

test('a place that cannot start a shell says why', async () => {
  await tool.close();
  tool = new BashTool({
    place: {
      isolation: 'none',
      description: 'nowhere',
      spawn: () => Promise.reject(new Error('It is gone.')),
    },
    limitMs: () => limitMs,
  });
  expect(await failure(run('true'))).toBe('No shell can be had: It is gone.');
});

test('a place that starts none in time says so, and the next command is not kept by it', async () => {
  await tool.close();
  const real = thisMachine({ folder }) as ShellPlace;
  let isStuck = true;
  tool = new BashTool({
    place: {
      ...real,
      spawn: (command, signal) =>
        isStuck ? untilAborted(new Promise<never>(() => {}), signal) : real.spawn(command, signal),
    },
    limitMs: () => limitMs,
    tempRoot: folder,
  });
  limitMs = 50;
  expect(await failure(run('true'))).toBe('No shell can be had: It did not start within 0.05 s.');
  limitMs = 20_000;
  isStuck = false;
  expect(await run('echo on')).toBe('on');
});

test('closing ends what runs', async () => {
  const ended = failure(run('echo $$ >pid; sleep 300'));
  const file = path.join(folder, 'pid');
  await until(() => existsSync(file) && statSync(file).size > 0);
  const processId = Number(readFileSync(file, 'utf8'));
  await tool.close();
  expect(await ended).toContain('closed');
  await until(() => !isRunning(processId));
});
