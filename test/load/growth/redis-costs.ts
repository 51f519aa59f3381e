import { RedisBroker } from '@tailgate/broker';
import { parseChannel, position, type ChannelName } from '@tailgate/protocol';
import { startBenchRedis, type BenchRedis } from '../bench-redis.ts';
import { usedSeconds } from './used-time.ts';

const LINE_BYTES = 100;
const BATCHES = [1, 10, 100, 500];
const CHANNELS = 10_000;
const LEASES_AT_ONCE = 500;
const SUBSCRIBERS = [1, 10, 50];

/** What Redis spends on one thing that the product asks of it, or keeps for it. */
export interface UnitCost {
  readonly what: string;
  readonly value: number;
  readonly unit: 'µs' | 'bytes';
}

const record = Buffer.from(`${JSON.stringify({ line: 'x'.repeat(LINE_BYTES), time: 1_763_612_345_678 })}\n`);

/** Unit costs of Redis. Time is what its process has used, network included, divided by how often. */
export async function redisCosts(quick: boolean): Promise<readonly UnitCost[]> {
  await using redis = await startBenchRedis();
  await using broker = await RedisBroker.connect({ url: redis.server.url });
  const costs = new Costs(redis, broker, quick ? 20 : 1);
  await costs.appends();
  await costs.subscribers();
  await costs.channels();
  return costs.found;
}

class Costs {
  readonly found: UnitCost[] = [];
  readonly #steps = new Map<ChannelName, number>();

  readonly #redis: BenchRedis;
  readonly #broker: RedisBroker;
  /** Everything is done so many times less often. */
  readonly #less: number;

  constructor(redis: BenchRedis, broker: RedisBroker, less: number) {
    this.#redis = redis;
    this.#broker = broker;
    this.#less = less;
  }

  /** Appends and reads by the size of batches, and what a stored line takes. */
  async appends(): Promise<void> {
    for (const size of BATCHES) {
      const channels = names(`batch-${size}`, 20);
      const before = await this.#memory();
      const times = Math.ceil(200_000 / this.#less / Math.max(10, size));
      await this.#timed(`an append of ${size} lines`, times, (i) => this.#append(channels[i % 20], size));
      this.#found(`a stored line, in batches of ${size}`, ((await this.#memory()) - before) / (times * size), 'bytes');
      const [channel] = channels;
      const limits = { records: 1_000, bytes: 1024 ** 2 };
      if (channel === undefined || times * size < 20_000) continue;
      const reads = Math.ceil(2_000 / this.#less);
      const from = position(0, 0);
      await this.#timed(`a read of 1,000 lines, in batches of ${size}`, reads, () =>
        this.#broker.readAfter(channel, from, limits),
      );
    }
  }

  /** What a gateway more that follows a channel adds to an append. */
  async subscribers(): Promise<void> {
    const [channel] = names('heard', 1);
    using opened = new DisposableStack();
    let there = 0;
    for (const count of SUBSCRIBERS) {
      for (; there < count; there += 1) {
        const client = opened.adopt(this.#redis.server.client(), (one) => one.disconnect());
        await client.ssubscribe(`tailgate:{${channel ?? ''}}:live`);
      }
      const times = Math.ceil(5_000 / this.#less);
      await this.#timed(`an append of 10 lines that ${count} gateways hear`, times, () => this.#append(channel, 10));
    }
  }

  /** What a channel takes, and what is asked of it again and again whether it is quiet or not. */
  async channels(): Promise<void> {
    const channels = names('many', Math.ceil(CHANNELS / this.#less));
    const { length } = channels;
    const before = await this.#memory();
    await this.#timed('the first append of a channel', length, (i) => this.#append(channels[i], 1));
    const signs = channels.map((channel) => ({ channel, source: '/x', state: 'following', lagBytes: 0 }) as const);
    await this.#timed('a sign of life of a followed file', length, () => this.#broker.beat(signs), length);
    const asked = channels.map((name) => ({ name }));
    await this.#timed(
      'a lease that is renewed',
      length,
      async () => {
        for (let i = 0; i < length; i += LEASES_AT_ONCE)
          await this.#broker.lease('h'.repeat(36), asked.slice(i, i + LEASES_AT_ONCE), 60_000);
      },
      length,
    );
    this.#found('a channel with one line, its sign and its lease', ((await this.#memory()) - before) / length, 'bytes');
    await this.#timed('what a gateway asks a second of a watched channel', length, async (i) => {
      const channel = channels[i] ?? failed();
      await Promise.all([this.#broker.bounds(channel), this.#broker.signs(channel)]);
    });
    await this.#timed('a checkpoint that is compared', length, (i) =>
      this.#broker.checkpoints(channels[i] ?? failed()),
    );
    const { admin } = this.#redis.server;
    await this.#timed(
      'a place in the index',
      length,
      () =>
        admin.zadd(
          'tailgate:{channels}:recent',
          'GT',
          ...channels.flatMap((name, i) => [String(Date.now() + i), name]),
        ),
      length,
    );
    const unheard = await this.#memory();
    using client = this.#client();
    for (const channel of channels) client.open.ssubscribe(`tailgate:{${channel}}:live`).catch(() => undefined);
    await client.open.ping();
    this.#found('a channel that a gateway hears', ((await this.#memory()) - unheard) / length, 'bytes');
  }

  #client() {
    const open = this.#redis.server.client();
    return { open, [Symbol.dispose]: () => open.disconnect() };
  }

  /** Does it so often, 20 at a time; `of`: once is that many. */
  async #timed(what: string, times: number, act: (i: number) => Promise<unknown>, of = 1): Promise<void> {
    const before = usedSeconds(this.#redis.pid);
    const runs = times / of;
    for (let i = 0; i < runs; i += 20)
      await Promise.all(Array.from({ length: Math.min(20, runs - i) }, (_, j) => act(i + j)));
    this.#found(what, ((usedSeconds(this.#redis.pid) - before) * 1e6) / times, 'µs');
  }

  #found(what: string, value: number, unit: UnitCost['unit']): void {
    console.log(`${what}: ${value.toFixed(unit === 'µs' ? 2 : 0)} ${unit}`);
    this.found.push({ what, value, unit });
  }

  async #append(channel: ChannelName = failed(), records: number): Promise<void> {
    const step = this.#steps.get(channel) ?? 0;
    this.#steps.set(channel, step + 1);
    const payload = Buffer.concat(Array.from({ length: records }, () => record));
    // A source of its own for each, so that none waits for the one before.
    const request = { channel, source: `s${step % 20}`, next: `step ${step}`, records, payload };
    const expected = step < 20 ? undefined : `step ${step - 20}`;
    const { outcome } = await this.#broker.append({ ...request, expected });
    if (outcome !== 'appended') throw new Error(`an append was answered with ${outcome}`);
  }

  async #memory(): Promise<number> {
    return Number((await this.#redis.server.info('memory')).get('used_memory'));
  }
}

function names(name: string, count: number): ChannelName[] {
  return Array.from({ length: count }, (_, i) => parseChannel(`deployment/${name}-${i}`) ?? failed());
}

function failed(): never {
  throw new Error('no channel');
}
