import { afterEach, expect, test, vi } from 'vitest';
import { nodePath } from '../../scripts/lib/paths.mjs';
import { childEnv, run, tryRun, UserError } from '../../scripts/lib/run.mjs';

afterEach(() => vi.unstubAllEnvs());

const node = (source: string) => ['-e', source];

test('a quiet command gives its output', async () => {
  expect(await run(nodePath, node('console.log(1)'), { quiet: true })).toBe('1\n');
});

test('a command that fails is told with the end of its output', async () => {
  const failing = run(nodePath, node('console.error("why"); process.exit(3)'), { quiet: true });
  await expect(failing).rejects.toThrow(UserError);
  await expect(failing).rejects.toThrow(/exit code 3\)\.\nwhy$/);
});

test('a command that does not exist has the code 127', async () => {
  const { code, output } = await tryRun('no-such-command-anywhere', [], { quiet: true });
  expect(code).toBe(127);
  expect(output).toContain('ENOENT');
});

test('a command that takes too long is ended, with the code 124', async () => {
  const { code } = await tryRun(nodePath, node('setInterval(() => {}, 1000)'), {
    quiet: true,
    timeoutMs: 300,
  });
  expect(code).toBe(124);
});

test('input is closed', async () => {
  expect(
    await run(nodePath, node('process.stdin.on("end", () => console.log("closed")).resume()'), {
      quiet: true,
    }),
  ).toBe('closed\n');
});

test('children find Node 24 first', async () => {
  expect(await run('node', ['--version'], { quiet: true })).toMatch(/^v24\./);
});

test('children do not learn about the npm script they run in, and keep npm’s configuration', () => {
  vi.stubEnv('npm_package_name', 'computer-use-chat');
  vi.stubEnv('npm_config_local_prefix', '/somewhere');
  vi.stubEnv('npm_config_cache', '/cache');
  expect(childEnv()).toMatchObject({ npm_config_cache: '/cache' });
  expect(Object.keys(childEnv()).filter((name) => /^npm_(package|config_local)/.test(name))).toEqual([]);
});

test('a variable can be set and removed', () => {
  vi.stubEnv('SOME_KEY', 'secret');
  expect(childEnv({ SOME_KEY: undefined, OTHER: '1' })).toMatchObject({ OTHER: '1' });
  expect(childEnv({ SOME_KEY: undefined })).not.toHaveProperty('SOME_KEY');
});
