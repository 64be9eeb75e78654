// @ts-check
/** The licences of what is bundled: most ask that their text goes along. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENCE_FILE = /^(licen[sc]e|notice|copying)/i;
const RULE = `\n\n${'-'.repeat(80)}\n\n`;

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {string} a text with the name, version, licence and licence text of each bundled package
 */
export function thirdPartyNotices(metafiles) {
  const folders = new Set(metafiles.flatMap(bundledFolders));
  const intro = 'Computer Use Chat contains the following software, each under its own licence.';
  return `${[intro, ...[...folders].sort().map(noticeOf)].join(RULE)}\n`;
}

/** @param {import('esbuild').Metafile} metafile */
function bundledFolders(metafile) {
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => path.match(PACKAGE_FOLDER)?.[0] ?? []),
  );
}

/** @param {string} folder - of a package, from the root */
function noticeOf(folder) {
  const path = join(root, folder);
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const texts = readdirSync(path)
    .filter((file) => LICENCE_FILE.test(file))
    .map((file) => readFileSync(join(path, file), 'utf8').trim());
  const heading = [`${name} ${version}`, `Licence: ${license}`, homepage].filter(Boolean).join('\n');
  return [heading, ...texts].join('\n\n');
}
