// @ts-check
/** Installs what is missing: npm packages, Node 24, a browser, VS Code. */
import { runMain } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

await runMain(async () => {
  await setup();
  console.log('Everything is in place.');
});
