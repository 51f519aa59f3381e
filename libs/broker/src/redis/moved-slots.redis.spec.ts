import { Cluster } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { startCluster } from '../../../../test/support/redis/start-redis.ts';
import { createClient } from './redis-client.js';
import { parseRedisUrl } from './redis-url.js';

const LIVE = '{deployment/web}:live';

it('a subscription follows its slot, though whoever was asked about it had not heard of the move', async () => {
  await using cluster = await startCluster();
  const client = createClient(parseRedisUrl(cluster.url), 'live');
  if (!(client instanceof Cluster)) return expect.fail('no client of a cluster');
  try {
    await client.connect();
    const told: string[] = [];
    client.on('smessage', (_channel, message: string) => told.push(message));
    await client.ssubscribe(LIVE);
    // What is asked at the moment of the move is as if it had been answered from an old map.
    const refresh = vi.spyOn(client, 'refreshSlotsCache').mockImplementation((callback) => callback?.());
    await cluster.moveSlotOf(LIVE);
    refresh.mockRestore();
    const { server } = await cluster.primaryOf(LIVE);
    await vi.waitFor(
      async () => {
        await server.admin.spublish(LIVE, 'again');
        expect(told).toContain('again');
      },
      { timeout: 30_000, interval: 50 },
    );
  } finally {
    client.disconnect();
  }
}, 120_000);
