import { availableParallelism } from 'node:os';
import { platform } from 'node:process';
import { kind, type Kind } from '@tailgate/runtime';

/** More would only divide what one machine has. */
const MOST = 64;

/** How many processes serve behind one port; `auto`: one for each core that this process may use. */
export type WorkerCount = number | 'auto';

export const workerCount: Kind<WorkerCount> = kind(`auto or a whole number from 1 to ${MOST}`, (text) => {
  if (text.toLowerCase() === 'auto') return 'auto';
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  return count >= 1 && count <= MOST ? count : undefined;
});

/** What it takes for several processes to serve the same; each is told where it is missing. */
export const WORKERS_NEED = {
  redis: 'more than one needs REDIS_URL: what is in one process the others do not see',
  leases: 'more than one needs LEASES on, or FOLLOW off: without leases each would follow every file',
  linux: 'more than one needs Linux, whose kernel divides the connections of a port among processes',
} as const;

interface Circumstances {
  readonly redisUrl?: string | undefined;
  readonly follow: boolean;
  readonly leases: boolean;
}

/** What several processes lack under this configuration, on this machine. */
export function workersLack({ redisUrl, follow, leases }: Circumstances): readonly (keyof typeof WORKERS_NEED)[] {
  const has = { redis: redisUrl !== undefined, leases: leases || !follow, linux: platform === 'linux' };
  return (['redis', 'leases', 'linux'] as const).filter((need) => !has[need]);
}

/** How many processes there are to be. Where `auto` lacks something it is one. */
export function workersOf(config: Circumstances & { readonly gatewayWorkers: WorkerCount }): number {
  if (config.gatewayWorkers !== 'auto') return config.gatewayWorkers;
  return workersLack(config).length > 0 ? 1 : Math.min(availableParallelism(), MOST);
}
