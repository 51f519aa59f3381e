import { Counter, type Registry } from 'prom-client';
import { LIMIT_NAMES, type LimitName } from './limit-table.js';

/** Counts what was beyond a limit. */
export class Refusals {
  readonly #counter: Counter<'limit'>;

  constructor(metrics: Registry) {
    this.#counter = new Counter({
      name: 'tailgate_limit_refusals_total',
      help: 'Connections, streams and requests that were refused or ended because of a limit, by limit.',
      labelNames: ['limit'],
      registers: [metrics],
    });
    // From the beginning, so that the first refusal is seen as an increase.
    for (const name of LIMIT_NAMES) this.#counter.inc({ limit: name }, 0);
  }

  count(name: LimitName): void {
    this.#counter.inc({ limit: name });
  }
}
