import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Product } from '../support/product.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';

export type Measures = Readonly<Record<string, number>>;

/** What is measured, by the metric that tells it. */
const METRICS = {
  heapBytes: 'nodejs_heap_size_used_bytes',
  externalBytes: 'nodejs_external_memory_bytes',
  residentBytes: 'process_resident_memory_bytes',
  handles: 'process_open_fds',
  cpuSeconds: 'process_cpu_seconds_total',
  loopP99Seconds: 'nodejs_eventloop_lag_p99_seconds',
  connections: 'tailgate_connections',
} as const;

/** A gateway or a tailer, by what it tells itself. Nothing where it does not answer. */
export async function sampleProduct(product: Product): Promise<Measures | undefined> {
  const url = product.url.endsWith('/metrics') ? product.url : `${product.url}/metrics`;
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const values = new Map((await response.text()).split('\n').map((line) => line.split(' ') as [string, string]));
  return Object.fromEntries(
    Object.entries(METRICS).flatMap(([measure, metric]) => {
      const value = values.get(metric);
      return value === undefined ? [] : [[measure, Number(value)]];
    }),
  );
}

export async function sampleRedis(server: RedisServer): Promise<Measures> {
  const [memory, clients, cpu] = await Promise.all([server.info('memory'), server.info('clients'), server.info('cpu')]);
  return {
    usedBytes: Number(memory.get('used_memory')),
    residentBytes: Number(memory.get('used_memory_rss')),
    connections: Number(clients.get('connected_clients')),
    cpuSeconds: Number(cpu.get('used_cpu_user')) + Number(cpu.get('used_cpu_sys')),
  };
}

/** This process, which writes and views. */
export class OwnSample implements Disposable {
  readonly #delay = monitorEventLoopDelay();

  constructor() {
    this.#delay.enable();
  }

  take(): Measures {
    const { heapUsed, external, rss } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const loopP99Seconds = this.#delay.percentile(99) / 1e9;
    this.#delay.reset();
    return {
      heapBytes: heapUsed,
      externalBytes: external,
      residentBytes: rss,
      handles: readdirSync('/proc/self/fd').length,
      cpuSeconds: (user + system) / 1e6,
      loopP99Seconds,
    };
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }
}
