import { rmSync } from 'node:fs';
import { LOGS_DIR } from './workbench.ts';

/** Runs once, before the first end-to-end test: what is in the logs folder afterwards is from this run. */
export default function setup(): void {
  rmSync(LOGS_DIR, { recursive: true, force: true });
}
