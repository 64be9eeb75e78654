/** Recorded runs as files: what the detector of stuck runs was given, call by call. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Step } from '../../../src/agent/stuck/step.ts';
import type { ScreenSignature } from '../../../src/base/screenSignature.ts';

export const RUNS = path.join(import.meta.dirname, '..', '..', 'agent', 'fixtures', 'runs');

export interface Recording {
  readonly name: string;
  /** Whether the detector has to say something, or must not. */
  readonly kind: 'stuck' | 'honest';
  /** What is done in it. */
  readonly about: string;
  /** The calls of each turn of the model. */
  readonly turns: readonly (readonly Step[])[];
}

/** A step as it stands in a file; its signature is what differs from the screen before, packed. */
interface StoredStep extends Omit<Step, 'screen'> {
  readonly screen?: { readonly width: number; readonly height: number; readonly blocks: string };
}

const MAX_SIDE = 64;

export function toJson({ turns, ...rest }: Recording): string {
  let last = new Uint32Array();
  const stored = turns.map((steps) =>
    steps.map(({ screen, ...step }): StoredStep => {
      if (!screen) return step;
      const { signature, width, height } = screen;
      const blocks = pack(signature, last);
      last = new Uint32Array(signature.blocks);
      return { ...step, screen: { width, height, blocks } };
    }),
  );
  const lines = stored.map(
    (steps) => `  [\n${steps.map((step) => `   ${JSON.stringify(step)}`).join(',\n')}\n  ]`,
  );
  return `${JSON.stringify(rest).slice(0, -1)},"turns":[\n${lines.join(',\n')}\n]}\n`;
}

export function fromJson(text: string): Recording {
  const { turns, ...rest } = JSON.parse(text) as Omit<Recording, 'turns'> & {
    readonly turns: readonly (readonly StoredStep[])[];
  };
  let last = new Uint32Array();
  return {
    ...rest,
    turns: turns.map((steps) =>
      steps.map(({ screen, ...step }): Step => {
        if (!screen) return step;
        const signature = unpack(screen.blocks, last);
        last = new Uint32Array(signature.blocks);
        return { ...step, screen: { width: screen.width, height: screen.height, signature } };
      }),
    ),
  };
}

export function readRecordings(): readonly Recording[] {
  const names = readdirSync(RUNS).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => fromJson(readFileSync(path.join(RUNS, name), 'utf8')));
}

/** The number of columns, then each block's difference from the screen before. */
function pack({ columns, blocks }: ScreenSignature, last: Uint32Array): string {
  const words = Uint32Array.of(columns, ...blocks.map((block, index) => block ^ (last[index] ?? 0)));
  return deflateRawSync(Buffer.from(words.buffer), { level: 9 }).toString('base64');
}

function unpack(packed: string, last: Uint32Array): ScreenSignature {
  const bytes = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: 4 * (MAX_SIDE ** 2 + 1) });
  const words = new Uint32Array(new Uint8Array(bytes).buffer);
  const columns = words[0] ?? 1;
  const blocks = words.slice(1).map((block, index) => block ^ (last[index] ?? 0));
  return { columns, rows: blocks.length / columns, blocks };
}
