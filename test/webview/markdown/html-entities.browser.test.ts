/** The browser's table of named characters against the one that the Markdown parser was made for. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../../support/webview-preview/chromium.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());

/** Both decoders, as `ours` and `theirs` on the page. */
async function bothDecoders(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: {
      contents: `
        import * as ours from './webview/markdown/html-entities.ts';
        import * as theirs from './node_modules/markdown-it/node_modules/entities/dist/index.js';
        Object.assign(window, { ours: ours.decodeHTMLStrict, theirs: theirs.decodeHTMLStrict });`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  return outputFiles[0]?.text ?? '';
}

const REFERENCES = [
  ...['amp', 'lt', 'gt', 'quot', 'apos', 'nbsp', 'copy', 'eacute', 'Eacute', 'hearts', 'semi', 'fjlig'],
  ...['frac34', 'CounterClockwiseContourIntegral', 'NotEqualTilde', 'bne', 'there4', 'Uuml', 'sup2', 'zwj'],
  // No names, or more than one.
  ...['notit', 'notin', 'ampx', 'copycat', 'nosuchname', 'a', 'AMP', 'Amp', 'QUOT', 'lT'],
].map((name) => `&${name};`);

it('knows the same characters', async () => {
  const page = await browser.newPage();
  await page.addScriptTag({ content: await bothDecoders() });
  const [ours, theirs] = await page.evaluate(
    (references) => {
      const decoders = window as unknown as Record<'ours' | 'theirs', (text: string) => string>;
      return [references.map(decoders.ours), references.map(decoders.theirs)];
    },
    [...REFERENCES, '&amp', 'amp;', '&<b>;', '&x onload=1;'],
  );
  expect(ours).toEqual(theirs);
  expect(ours.slice(0, 3)).toEqual(['&', '<', '>']);
});
