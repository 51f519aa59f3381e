import { collectDefaultMetrics, Registry } from 'prom-client';

/** Metrics as they are served: those of a `Registry`, or of several processes. */
export interface MetricsPage {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/**
 * A registry with what Prometheus' clients tell of every process (CPU, memory, event-loop delay, garbage collection) beside the
 * metrics that are registered with it.
 */
export function createMetrics(): Registry {
  return Registry.merge([processMetrics()]);
}

let shared: Registry | undefined;

/** Once a process: the observers behind these metrics can't be stopped, and all applications in it would observe the same. */
function processMetrics(): Registry {
  if (shared === undefined) {
    shared = new Registry();
    collectDefaultMetrics({ register: shared });
  }
  return shared;
}
