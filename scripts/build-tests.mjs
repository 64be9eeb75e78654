// @ts-check
/** Builds the extension and the tests that run inside VS Code, for debugging them there. */
import { build } from '../esbuild.mjs';
import { prepareSuite } from './lib/vscode-suite.mjs';

await build({ production: false });
await prepareSuite();
