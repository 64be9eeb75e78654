/**
 * Measures the project and prints a table; writes bench-results.json.
 *
 *   npm run bench            all parts
 *   npm run bench -- NAME    one part, or a glance: part of one, for less long
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { activation } from './activation.ts';
import { bridge } from './bridge.ts';
import { browser } from './browser.ts';
import { bundles } from './bundles.ts';
import { crash } from './crash.ts';
import { desktop } from './desktop.ts';
import { desktops } from './desktops.ts';
import type { Figure } from './figure.ts';
import { httpLog } from './httpLog.ts';
import { liveView } from './liveView.ts';
import { machineFacts } from './machine.ts';
import { rfb } from './rfb.ts';
import { shell } from './shell.ts';
import { stops } from './stops.ts';
import { streaming, transcript } from './transcript/transcript.ts';

type Parts = Readonly<Record<string, () => Figure[] | Promise<Figure[]>>>;

const PARTS: Parts = {
  bridge,
  httplog: httpLog,
  browser,
  // Packs the extension, which the next part needs.
  bundles,
  activation,
  crash,
  liveview: liveView,
  rfb,
  desktop,
  desktops,
  shell,
  stops,
  transcript,
};

/** Run by name only. */
const GLANCES: Parts = { streaming };

const RESULTS = join(import.meta.dirname, '..', '..', 'bench-results.json');

async function main(names: readonly string[]): Promise<number> {
  const all = { ...PARTS, ...GLANCES };
  const unknown = names.filter((name) => !Object.hasOwn(all, name));
  if (unknown.length > 0) {
    console.error(`Unknown part: ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}.`);
    return 2;
  }
  const facts = machineFacts();
  for (const { id, value } of facts) console.log(`${id.padEnd(28)} ${value}`);
  const figures: Figure[] = [];
  let failed = false;
  for (const [name, measure] of Object.entries(names.length > 0 ? all : PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n${name}`);
    try {
      for (const figure of await measure()) {
        figures.push(figure);
        console.log(row(figure));
      }
    } catch (error) {
      // The figures of the other parts are worth having all the same.
      failed = true;
      console.error(`  ${name} could not be measured:`, error);
    }
  }
  writeFileSync(RESULTS, `${JSON.stringify([...figures, ...facts], null, 2)}\n`);
  return !failed && figures.every(({ ok }) => ok) ? 0 : 1;
}

function row({ id, value, unit, target, ok, note }: Figure): string {
  const outcome = [ok ? 'ok' : 'MISSED', note].filter(Boolean).join(': ');
  const verdict = target === null ? '' : `${target.padStart(10)}  ${outcome}`;
  return `  ${id.padEnd(28)} ${String(value ?? '-').padStart(12)} ${unit.padEnd(28)} ${verdict}`;
}

process.exitCode = await main(process.argv.slice(2));
