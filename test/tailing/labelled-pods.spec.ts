import { RedisBroker } from '@tailgate/broker';
import { createLogger, loadConfig } from '@tailgate/runtime';
import { expect, it } from 'vitest';
import { tailerSpec } from '../../apps/tailer/src/config/tailer-config.js';
import { Tailer } from '../../apps/tailer/src/tailer.js';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { ApiServer, listOf, podNamed } from './api-server.ts';

const never = new AbortController().signal;

it('channels are named by labels, and a restart without the API server goes on in them', async () => {
  await using redis = await startRedis();
  await using api = await ApiServer.start();
  await using broker = await RedisBroker.connect({ url: redis.url });
  using logs = new TempFolder();
  const start = async (): Promise<Tailer> => {
    const tailer = tailerOf(api, redis.url, logs);
    await tailer.start(never);
    return tailer;
  };
  const has = (...counts: readonly (readonly [string, number])[]): Promise<void> =>
    until(
      async () => JSON.stringify((await countsOf(broker)).sort()) === JSON.stringify(counts),
      () => `not ${JSON.stringify(counts)}`,
    );
  const web = 'web-6d4cf56db6-x7k2p_shop_app-1.log';
  logs.write(web, 'one\n');
  logs.write('postgres-0_shop_app-2.log', 'one\n');
  api.answer = listOf(podNamed('web-6d4cf56db6-x7k2p', { app: 'storefront' }), podNamed('postgres-0'));
  {
    await using first = await start();
    await has(['deployment/shop.postgres', 1], ['deployment/shop.storefront', 1]);
    await first.drain();
  }

  api.answer = { status: 403, body: '{}' };
  const before = api.asked.length;
  await using second = await start();
  // Also of a container that is new.
  logs.write('web-6d4cf56db6-x7k2p_shop_app-3.log', 'one\n');
  logs.append(web, 'two\n');
  await has(['deployment/shop.postgres', 1], ['deployment/shop.storefront', 3]);
  expect(api.asked).toHaveLength(before);
  expect(second.files).toBe(3);
});

function tailerOf(api: ApiServer, redisUrl: string, logs: TempFolder): Tailer {
  const loaded = loadConfig(tailerSpec, [], {
    REDIS_URL: redisUrl,
    LOGS: `${logs.path}/{pod}_{namespace}_{container}-{id}.log=deployment/{namespace}.{owner}`,
    SOURCE_HOST: 'node-1',
    POD_OWNERS: 'api',
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(api.port),
    METRICS_PORT: '0',
    DEMO: 'off',
  });
  if (loaded.outcome !== 'config') throw new Error(loaded.text);
  return new Tailer(loaded.config, createLogger({ level: 'silent', format: 'json' }), api.account.path);
}

async function countsOf(broker: RedisBroker): Promise<[string, number][]> {
  const { channels } = await broker.channels({ order: 'name', limit: 10 });
  return channels.map(({ channel, records }) => [channel, records]);
}
