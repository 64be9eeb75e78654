// @ts-check
import { createVSIX } from '@vscode/vsce';
import { build } from '../../esbuild.mjs';
import { root, vsixPath } from './paths.mjs';

/** Builds for production and packs the extension. @returns {Promise<string>} the VSIX's path */
export async function buildAndPackage() {
  await build({ production: true });
  await createVSIX({
    cwd: root,
    packagePath: vsixPath,
    dependencies: false,
    // The pictures of the README are in the package; there is no address to point them at.
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  return vsixPath;
}
