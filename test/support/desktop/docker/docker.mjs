#!/usr/bin/env node
// @ts-check
/**
 * Stands in for the `docker` command: keeps containers and images as files below FAKE_DOCKER, records each call, and answers
 * as `answers.json` there says. `exec` runs its command on this machine, in a session of its own, as an engine would.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const root = process.env.FAKE_DOCKER ?? '';
const args = process.argv.slice(2);
const [verb = ''] = args;
const containers = join(root, 'containers');
const images = join(root, 'images');
for (const folder of [containers, images]) mkdirSync(folder, { recursive: true });
appendFileSync(join(root, 'calls.jsonl'), `${JSON.stringify(args)}\n`);

/** @type {Record<string, { status?: number, stdout?: string, stderr?: string, hang?: boolean, works?: boolean }>} */
const answers = existsSync(join(root, 'answers.json'))
  ? JSON.parse(readFileSync(join(root, 'answers.json'), 'utf8'))
  : {};
const answer = answers[verb];
if (answer !== undefined) {
  process.stdout.write(answer.stdout ?? '');
  process.stderr.write(answer.stderr ?? '');
  // `works`: it does its work all the same.
  if (answer.works) perform();
  if (answer.hang) setInterval(() => undefined, 1_000);
  else process.exitCode = answer.status ?? 0;
} else {
  perform();
}

function perform() {
  switch (verb) {
    case 'run': {
      const owner = args.find((word) => word.startsWith('computer-use-chat.owner=')) ?? '=';
      writeFileSync(join(containers, after('--name')), owner.slice(owner.indexOf('=') + 1));
      process.stdout.write(`${'f'.repeat(64)}\n`);
      break;
    }
    case 'ps':
      for (const name of readdirSync(containers))
        process.stdout.write(`${name}\t${readFileSync(join(containers, name), 'utf8')}\n`);
      break;
    case 'rm':
      for (const name of args.slice(1))
        if (!name.startsWith('-')) rmSync(join(containers, name), { force: true });
      break;
    case 'wait':
      waitFor(args[1] ?? '');
      break;
    case 'image':
      process.exitCode = existsSync(join(images, encodeURIComponent(args.at(-1) ?? ''))) ? 0 : 1;
      break;
    case 'build':
      process.stderr.write('#1 building\n');
      writeFileSync(join(images, encodeURIComponent(after('--tag'))), '');
      break;
    case 'exec':
      execute(args.slice(args.indexOf('--interactive') + 1));
      break;
    default:
      process.exitCode = 1;
  }
}

/** @param {string} option */
function after(option) {
  return args[args.indexOf(option) + 1] ?? '';
}

/** @param {string} name */
function waitFor(name) {
  const watcher = watch(containers, look);
  look();
  function look() {
    if (existsSync(join(containers, name))) return;
    watcher.close();
    process.stdout.write('137\n');
  }
}

/** @param {string[]} words */
function execute([name = '', ...command]) {
  if (!existsSync(join(containers, name))) {
    process.stderr.write(`Error response from daemon: No such container: ${name}\n`);
    process.exitCode = 1;
    return;
  }
  // What listens on the container's port listens on another one here.
  const words = [...command.slice(0, -1), process.env.FAKE_DOCKER_PORT ?? command.at(-1) ?? ''];
  const child = spawn('setsid', ['--wait', ...words], { stdio: 'inherit' });
  child.once('exit', (code) => process.exit(code ?? 137));
}
