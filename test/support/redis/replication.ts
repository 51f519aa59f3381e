import { until } from '../until.ts';
import type { RedisServer } from './redis-server.ts';

/**
 * Makes replicas lag from now on: they have all that was written up to the call, and get nothing of what is written after it, until
 * they are released. Paused alone, they would still find what had reached their sockets.
 */
export async function holdReplicas(primary: RedisServer, replicas: readonly RedisServer[]): Promise<void> {
  await catchUp(primary, replicas);
  await Promise.all(replicas.map((replica) => replica.pause()));
  await primary.admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
}

/** Waits until replicas have all that was written up to now. */
export async function catchUp(primary: RedisServer, replicas: readonly RedisServer[]): Promise<void> {
  const written = Number((await primary.info('replication')).get('master_repl_offset'));
  for (const replica of replicas) await reaches(replica, written);
}

/** Waits until a replica is connected to its primary, and has been sent what that had. */
export async function inSync(replica: RedisServer): Promise<void> {
  await replica.reports('replication', 'master_link_status', 'up');
}

async function reaches(replica: RedisServer, offset: number): Promise<void> {
  let reached: string | undefined;
  await until(
    async () => Number((reached = (await replica.info('replication')).get('slave_repl_offset'))) >= offset,
    () => `the replica ${replica.port} is at ${offset}; it was at ${reached ?? '?'}`,
  );
}
