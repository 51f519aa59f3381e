import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { RedisBroker } from '@tailgate/broker';
import { Appender, describeLogBroker, describeSourceLeases, describeTailerSigns } from '@tailgate/broker/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { RedisStore } from './support/redis-stores.ts';

/** Keys and channels below a prefix, and nothing that is for administrators; INFO says who wrote last. */
const rules = '~test:* &test:* +@all -@dangerous +info';
const user = { name: 'tailgate', password: 'p@ss: "word"/', rules };

describe('over TLS, as a user with few rights, in a database of its own', () => {
  const usual = getCACertificates('default');
  let server: RedisServer;
  let url = '';
  beforeAll(async () => {
    server = await startRedis({ tls: true, password: 'of the administrator', user });
    url = `${server.url}/3`;
    // What NODE_EXTRA_CA_CERTS does for a process.
    setDefaultCACertificates([...usual, server.ca ?? '']);
  }, 180_000);
  afterAll(async () => {
    setDefaultCACertificates(usual);
    await server[Symbol.asyncDispose]();
  });

  describeLogBroker('RedisBroker', { open: (retention) => RedisStore.at(url, retention) });
  describeTailerSigns('RedisBroker', { open: () => RedisStore.at(url) });
  describeSourceLeases('RedisBroker', { open: () => RedisStore.at(url) });

  test('it stays in its database', async () => {
    await using broker = await RedisBroker.connect({ url, keyPrefix: 'test:place:' });
    await new Appender(broker).append(['1']);
    const databases = [...(await server.info('keyspace')).keys()].filter((name) => name.startsWith('db'));
    expect(databases).toEqual(['db3']);
  });

  test('who has no right to the keys is told so', async () => {
    await using broker = await RedisBroker.connect({ url, keyPrefix: 'others:' });
    const append = new Appender(broker).append(['1']);
    await expect(append).rejects.toMatchObject({ code: 'unavailable', message: /NOPERM|No permissions/ });
  });

  test('who does not trust the certificate is told so, and sends no password', async () => {
    setDefaultCACertificates(usual);
    try {
      const message = /self-signed certificate/;
      // A failure that nobody listens to ends the process, here the test's; it takes a few tries.
      for (let count = 0; count < 20; count += 1)
        await expect(RedisBroker.connect({ url })).rejects.toMatchObject({ code: 'unavailable', message });
    } finally {
      setDefaultCACertificates([...usual, server.ca ?? '']);
    }
  });

  test('who speaks no TLS is told that the connection was closed', async () => {
    const plain = url.replace('rediss:', 'redis:');
    await expect(RedisBroker.connect({ url: plain })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
