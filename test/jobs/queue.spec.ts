import { RedisJobs } from '@tailgate/jobs';
import { describeAlertStore, describeChunkStore, describeJobQueue, type JobsEnds } from '@tailgate/jobs/contract';
import { afterAll, beforeAll, describe } from 'vitest';
import { ownPrefix } from '../broker/support/redis-stores.ts';
import type { RedisCluster } from '../support/redis/redis-cluster.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startCluster, startRedis } from '../support/redis/start-redis.ts';

describe('queues in a Redis, as a user with few rights', () => {
  let server: RedisServer;
  beforeAll(async () => {
    const user = { name: 'tailgate', password: 'secret', rules: '~test:* &test:* +@all -@dangerous +info' };
    server = await startRedis({ password: 'of the administrator', user });
  }, 180_000);
  afterAll(() => server[Symbol.asyncDispose]());
  describeJobQueue('RedisJobs', () => endsAt(server.url));
  describeChunkStore('RedisJobs', () => endsAt(server.url));
  describeAlertStore('RedisJobs', () => endsAt(server.url));
});

describe('queues in a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => void (cluster = await startCluster()), 180_000);
  afterAll(() => cluster[Symbol.asyncDispose]());
  describeJobQueue('RedisJobs', () => endsAt(cluster.url));
  describeChunkStore('RedisJobs', () => endsAt(cluster.url));
  describeAlertStore('RedisJobs', () => endsAt(cluster.url));
});

async function endsAt(url: string): Promise<JobsEnds> {
  const keyPrefix = ownPrefix();
  const [one, other] = [1, 2].map(() => new RedisJobs({ url, keyPrefix, onTrouble: () => undefined }));
  if (!one || !other) throw new Error('unreachable');
  await Promise.all([one.open(true), other.open(true)]);
  return {
    one,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
    },
  };
}
