import { describe, expect, test } from 'vitest';
import {
  type ContainerPlan,
  isImageName,
  listArguments,
  ownerLabel,
  parseListed,
  runArguments,
  streamArguments,
} from '../../../../src/computer/desktop/sources/dockerArguments.ts';

const PLAN: ContainerPlan = {
  name: 'computer-use-chat-12ab',
  image: 'ghcr.io/anthropics/anthropic-quickstarts:computer-use-demo-latest',
  pull: 'missing',
  owner: 'host/12/34',
  sessionId: '12ab',
  size: { width: 1024, height: 768 },
  limits: { memoryMb: 2048, cpus: 1.5, processes: 300 },
  hasNetwork: true,
};

describe('docker run', () => {
  const words = runArguments(PLAN);

  test('ends with the image, so that nothing after it is a command', () => {
    expect(words[0]).toBe('run');
    expect(words.at(-1)).toBe(PLAN.image);
  });

  test('publishes no port, mounts nothing, shares no namespace and gives no privilege', () => {
    for (const word of words)
      expect(word).not.toMatch(
        /^(-p|-P|--publish.*|-v|--volume.*|--mount|--privileged|--cap-add|--device|--pid|--ipc)$/,
      );
    expect(words.join(' ')).toContain('--cap-drop ALL --security-opt no-new-privileges');
  });

  test('limits memory, swap, processors and processes', () => {
    expect(words.join(' ')).toContain(
      '--memory 2048m --memory-swap 2048m --cpus 1.5 --pids-limit 300 --shm-size 512m',
    );
    const small = runArguments({ ...PLAN, limits: { memoryMb: 256, cpus: 1, processes: 9 } });
    expect(small.join(' ')).toContain('--shm-size 256m');
  });

  test('names and labels it, and has it removed when it ends', () => {
    expect(words).toContain('--rm');
    expect(words.join(' ')).toContain('--name computer-use-chat-12ab');
    expect(words).toContain('computer-use-chat.owner=host/12/34');
    expect(words).toContain('computer-use-chat.session=12ab');
  });

  test('tells the size, and nothing else of the host', () => {
    const variables = words.filter((_, index) => words[index - 1] === '--env');
    expect(variables).toEqual(['WIDTH=1024', 'HEIGHT=768']);
  });

  test('has no network where that is asked for, and pulls nothing that was built here', () => {
    expect(words).not.toContain('--network');
    expect(runArguments({ ...PLAN, hasNetwork: false }).join(' ')).toContain('--network none');
    expect(runArguments({ ...PLAN, pull: 'never' })).toContain('--pull=never');
  });
});

test('a stream is an exec of the container, not a port', () => {
  expect(streamArguments('name', 5900).slice(0, 3)).toEqual(['exec', '--interactive', 'name']);
  expect(streamArguments('name', 5901).at(-1)).toBe('5901');
});

test('an owner comes back from the list of containers', () => {
  const owner = { machine: "a b/ü\t'c", processId: 7, startTicks: 99 };
  expect(parseListed(`name\t${ownerLabel(owner)}`)).toEqual({ name: 'name', owner });
  expect(listArguments()).toContain('label=computer-use-chat.owner');
});

test.each([
  '',
  'name',
  'name\t',
  '--all\thost/1/2',
  'a,b\thost/1/2',
  'name\thost/x/2',
  'name\t%zz/1/2',
  'n m\th/1/2',
])('the listed line %j is left alone', (line) => expect(parseListed(line)).toBeUndefined());

test('names of images are told from options', () => {
  for (const name of [PLAN.image, 'a', 'localhost:5000/x/y:z', `x@sha256:${'a'.repeat(64)}`])
    expect(isImageName(name), name).toBe(true);
  for (const name of ['', '-v', '--privileged', 'a b', 'a;b', '$(id)', '/x', 'a\n'])
    expect(isImageName(name), name).toBe(false);
});
