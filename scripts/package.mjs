// @ts-check
/** Builds for production and packs dist/computer-use-chat.vsix. */
import { buildAndPackage } from './lib/package.mjs';
import { runMain } from './lib/run.mjs';

await runMain(async () => {
  await buildAndPackage();
});
