// @ts-check
/** Installs what is missing, then runs test/bench/run.ts, which Node reads as it is. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureDesktopPrograms } from './lib/desktop.mjs';
import { nodePath, root } from './lib/paths.mjs';
import { runMain } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

await runMain(async () => {
  await setup();
  await ensureDesktopPrograms(console.log);
  const bench = join(root, 'test', 'bench', 'run.ts');
  const { status } = spawnSync(nodePath, [bench, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
});
