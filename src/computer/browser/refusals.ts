/** Tells the user what the browser was kept from: each host once, and not without end. */
import type { ComputerEvent } from '../computer.ts';
import type { Refusal } from './requestGuard.ts';
import { REFUSALS } from './urlPolicy.ts';

/** Hosts told of in a session. A page could ask for one after the other. */
const MAX_TOLD = 20;

export class Refusals {
  readonly #fire: (event: ComputerEvent) => void;
  readonly #told = new Set<string>();

  constructor(fire: (event: ComputerEvent) => void) {
    this.#fire = fire;
  }

  add({ host, reason }: Pick<Refusal, 'host' | 'reason'>): void {
    if (this.#told.has(host) || this.#told.size >= MAX_TOLD) return;
    this.#told.add(host);
    this.#fire({ type: 'address-refused', host, reason: REFUSALS[reason] });
  }
}
