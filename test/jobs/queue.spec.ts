import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { RedisJobs } from '@tailgate/jobs';
import { describeAlertStore, describeChunkStore, describeJobQueue, type JobsEnds } from '@tailgate/jobs/contract';
import { afterAll, beforeAll, describe } from 'vitest';
import { ownPrefix } from '../broker/support/redis-stores.ts';
import type { RedisCluster } from '../support/redis/redis-cluster.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startCluster, startRedis } from '../support/redis/start-redis.ts';

describe('queues in a Redis, over TLS, as a user with few rights, in a database of its own', () => {
  const usual = getCACertificates('default');
  let server: RedisServer;
  beforeAll(async () => {
    const user = { name: 'tailgate', password: 'secret', rules: '~test:* &test:* +@all -@dangerous +info' };
    server = await startRedis({ tls: true, password: 'of the administrator', user });
    // What NODE_EXTRA_CA_CERTS does for a process.
    setDefaultCACertificates([...usual, server.ca ?? '']);
  }, 180_000);
  afterAll(async () => {
    setDefaultCACertificates(usual);
    await server[Symbol.asyncDispose]();
  });
  describeJobQueue('RedisJobs', () => endsAt(`${server.url}/3`));
  describeChunkStore('RedisJobs', () => endsAt(`${server.url}/3`));
  describeAlertStore('RedisJobs', () => endsAt(`${server.url}/3`));
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
