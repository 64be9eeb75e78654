// @ts-check
/** Runs test/bench/run.ts, which Node reads as it is. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';

const { status } = spawnSync(
  process.execPath,
  [join(root, 'test', 'bench', 'run.ts'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
