import { RedisBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis } from '../../../../test/support/redis/start-redis.ts';
import { until } from '../../../../test/support/until.ts';
import { systemClock } from './clock.js';
import { ChannelWriter } from './testing/channel-writer.js';
import { Crowd, CROWD, PLACES } from './testing/crowd.js';

const BATCHES = 200;

/** So many XRANGEs the script needs for one answer at the most: each asks for twice as many batches as the one before. */
const XRANGES_A_READ = 8;

const channel = parseChannel('host/h5') ?? expect.fail('not a channel');

let server: Awaited<ReturnType<typeof startRedis>>;
let broker: RedisBroker;
let writer: ChannelWriter;

beforeAll(async () => {
  server = await startRedis();
  broker = await RedisBroker.connect({ url: server.url });
  writer = new ChannelWriter(broker, channel);
  for (let batch = 0; batch < BATCHES; batch += 1) await writer.append(100);
}, 120_000);

afterAll(async () => {
  await broker[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

it.each(PLACES)(
  'of Redis, 5,000 that come back at once, %s, read a handful of times',
  async (_where, placeOf) => {
    const head = writer.head ?? expect.fail('nothing was written');
    await using crowd = new Crowd(broker, channel, systemClock);
    await server.admin.config('RESETSTAT');
    crowd.come(head, placeOf);
    await until(
      () => crowd.arrived(head) === CROWD,
      () => `all have all; ${crowd.arrived(head)} have`,
    );
    expect(crowd.failures).toEqual([]);
    expect(crowd.reads).toBeLessThanOrEqual(8);
    expect(await callsOf('xrange')).toBeLessThanOrEqual(crowd.reads * XRANGES_A_READ);
    // Reads, and the looks at the bounds: one a second and some for those who come.
    expect(await callsOf('evalsha')).toBeLessThanOrEqual(crowd.reads + 30);
    expect(await callsOf('ssubscribe')).toBe(1);
  },
  60_000,
);

/** How often the server was asked this, by clients or by scripts. */
async function callsOf(command: string): Promise<number> {
  const stats = (await server.info('commandstats')).get(`cmdstat_${command}`);
  return Number(/calls=(\d+)/.exec(stats ?? '')?.[1] ?? 0);
}
