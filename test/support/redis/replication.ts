import { until } from '../until.ts';
import type { RedisServer } from './redis-server.ts';

/** How far a primary has written, and in which history: one that is made a primary begins another. */
interface Written {
  /** `master_replid`: 40 hexadecimal digits. */
  readonly history: string;
  /** Bytes of its replication stream. */
  readonly offset: number;
}

/** Where a server that takes writes stands now. */
async function writtenBy(primary: RedisServer): Promise<Written> {
  const fields = await primary.info('replication');
  return { history: fields.get('master_replid') ?? '', offset: Number(fields.get('master_repl_offset')) };
}

/**
 * Whether a server follows the one that wrote this, and has it. Not so for one that takes writes itself, or that has been sent as much by
 * another primary.
 */
async function hasGot(replica: RedisServer, { history, offset }: Written): Promise<boolean> {
  const fields = await replica.info('replication');
  return (
    fields.get('master_link_status') === 'up' &&
    fields.get('master_replid') === history &&
    Number(fields.get('slave_repl_offset')) >= offset
  );
}

/**
 * Makes replicas that have caught up lag from now on: they get nothing of what is written after this, until they are released. Paused
 * alone, they would still find what had reached their sockets.
 */
export async function holdReplicas(primary: RedisServer, replicas: readonly RedisServer[]): Promise<void> {
  await Promise.all(replicas.map((replica) => replica.pause()));
  await primary.admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
}

/** Waits until a replica is connected to its primary, and has been sent what that had. */
export async function inSync(replica: RedisServer): Promise<void> {
  await replica.reports('replication', 'master_link_status', 'up');
}

/** Who takes writes, and who is to have them. */
export interface Roles {
  readonly primary: RedisServer;
  readonly replicas: readonly RedisServer[];
}

/**
 * Waits until replicas have all that their primary had written when it was first looked at. `find` answers who is who, `undefined` while
 * that is not settled: on a busy machine a primary that was not heard of for a second is replaced also while one waits here.
 */
export async function caughtUp(find: () => Promise<Roles | undefined>, limitMs: number): Promise<Roles> {
  let roles: Roles | undefined;
  let goal: Written | undefined;
  let behind: readonly RedisServer[] = [];
  await until(
    async () => {
      roles = await find();
      if (!roles) return false;
      const written = await writtenBy(roles.primary);
      if (goal?.history !== written.history) goal = written;
      behind = await lacking(roles.replicas, goal);
      return behind.length === 0;
    },
    () =>
      roles
        ? `all replicas of ${roles.primary.port} have ${goal?.offset ?? '?'} bytes; ${behind.map(({ port }) => port).join(', ')} had not`
        : 'it is settled who is a replica of whom',
    limitMs,
  );
  if (!roles) throw new Error('nobody was found');
  return roles;
}

async function lacking(replicas: readonly RedisServer[], goal: Written): Promise<RedisServer[]> {
  const got = await Promise.all(replicas.map((replica) => hasGot(replica, goal)));
  return replicas.filter((_, index) => got[index] !== true);
}
