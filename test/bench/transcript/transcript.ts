import { buildAndPackage } from '../../../scripts/lib/package.mjs';
import { type Figure, missed } from '../figure.ts';
import { findFigures } from './find.ts';
import { bridgeFigures, diskFigures, itemCostFigures, memoryFigures } from './host.ts';
import { progress } from './progress.ts';
import { streamingFigures, webviewFigures } from './webview.ts';

interface Measurement {
  readonly measure: () => Figure[] | Promise<Figure[]>;
  /** The figures with a target it gives, and their limits: missed when it fails. */
  readonly targets: Readonly<Record<string, number>>;
}

const MEASUREMENTS: readonly Measurement[] = [
  { measure: bridgeFigures, targets: { 'transcript-bridge-ratio': 1.5, 'transcript-bridge-growth': 1.05 } },
  { measure: diskFigures, targets: { 'disk-bytes-ratio': 2 } },
  { measure: itemCostFigures, targets: { 'item-cost-ratio': 1.2 } },
  { measure: memoryFigures, targets: { 'host-rss-growth-mb': 100 } },
  { measure: findFigures, targets: { 'find-20k-ms': 50 } },
  {
    measure: () => packed(webviewFigures),
    targets: {
      'open-20k-kb': 60,
      'open-20k-over-200': 1.3,
      'dom-nodes-200': 1_500,
      'dom-nodes-20k': 1_500,
      'webview-heap-ratio': 1.3,
      'long-tasks': 0,
      'delta-to-pixels-p95-ms': 50,
    },
  },
];

/** What a session of 20,000 items with 5,000 screenshots costs, beside a short one. */
export async function transcript(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { measure, targets } of MEASUREMENTS) {
    try {
      figures.push(...(await measure()));
    } catch (error) {
      console.error(error);
      const ids = Object.entries(targets);
      figures.push(...ids.map(([id, limit]) => missed(id, '', limit, 'The measurement failed.')));
    }
  }
  return figures;
}

/** A short look at streaming, without the rest. */
export function streaming(): Promise<Figure[]> {
  return packed(streamingFigures);
}

async function packed(measure: () => Promise<Figure[]>): Promise<Figure[]> {
  progress('packing the extension');
  await buildAndPackage();
  return measure();
}
