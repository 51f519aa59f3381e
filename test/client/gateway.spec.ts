import { connect, type ConnectOptions, type Entry, type Subscription, type TransportName } from '@tailgate/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogWriter } from '../support/log-writer.ts';
import { numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const FAST: ConnectOptions = { backOff: { firstMs: 100, mostMs: 500 } };
const CHANNEL = 'deployment/web';

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('web.log', Array.from({ length: 200 }, (_, index) => `line ${index + 1}\n`).join(''));
  folder.write('db.log', 'one\ntwo\n');
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** A subscription, and all that it was given. */
class Watch implements Disposable {
  readonly entries: Entry[] = [];

  constructor(readonly log: Subscription) {
    log.on('entries', (some) => this.entries.push(...some));
  }

  get lines(): string[] {
    return this.entries.flatMap((entry) => (entry.type === 'log' ? [entry.line] : []));
  }

  async has(condition: (watch: Watch) => boolean, what: string): Promise<void> {
    await until(
      () => condition(this),
      () => `${what}; there are ${this.lines.length} lines, the state is ${JSON.stringify(this.log.state)}`,
      60_000,
    );
  }

  [Symbol.dispose](): void {
    this.log.close();
  }
}

describe.each(['sse', 'websocket'] as const)('the SDK over %s', (transport: TransportName) => {
  const options: ConnectOptions = { ...FAST, transport };
  const connection = () => connect(product.url, options);

  it('gives the last lines, says when it is live, and goes on', async () => {
    using watch = new Watch(connection().subscribe('deployment/db', { tail: 1 }));
    await watch.has(({ log }) => log.state.phase === 'live', 'live');
    const before = watch.lines;
    folder.append('db.log', `live over ${transport}\n`);
    await watch.has(({ lines }) => lines.length === 2, 'a second line');
    expect(watch.lines).toEqual([before[0], `live over ${transport}`]);
    expect(watch.log.statistics).toMatchObject({ received: 2, gaps: 0, duplicates: 0, reconnects: 0 });
    expect(watch.log.statistics.latency).toBeGreaterThanOrEqual(0);
  });

  it('goes on in another subscription where this one ended', async () => {
    using first = new Watch(connection().subscribe(CHANNEL, { after: '0-0' }));
    await first.has(({ lines }) => lines.length === 200, 'all lines');
    first.log.close();
    const [middle] = first.entries.slice(99);
    using second = new Watch(connection().subscribe(CHANNEL, { after: middle?.position ?? '' }));
    await second.has(({ lines }) => lines.length === 100, 'the second half');
    expect([...first.lines.slice(0, 100), ...second.lines]).toEqual(first.lines);
    expect(second.log.cursors).toEqual(first.log.cursors);
  });

  it('filters, also over a reconnect', async () => {
    using watch = new Watch(connection().subscribe(CHANNEL, { tail: 3, grep: 'LINE .*7$', grepFlags: 'i' }));
    await watch.has(({ lines }) => lines.length === 3, 'three matches');
    watch.log.reconnect();
    await watch.has(({ log }) => log.statistics.reconnects === 1 && log.state.phase === 'live', 'live again');
    expect(watch.lines).toEqual(['line 177', 'line 187', 'line 197']);
    expect(watch.log.statistics).toMatchObject({ gaps: 0, duplicates: 0 });
  });

  it('follows several channels on one connection, and resumes each', async () => {
    using watch = new Watch(connection().subscribe([CHANNEL, 'deployment/db'], { tail: 2 }));
    await watch.has(({ lines }) => lines.length === 4, 'two lines each');
    watch.log.reconnect();
    await watch.has(({ log }) => log.statistics.reconnects === 1 && log.state.phase === 'live', 'live again');
    folder.append('db.log', `both over ${transport}\n`);
    await watch.has(({ lines }) => lines.includes(`both over ${transport}`), 'a line');
    expect(watch.entries.map(({ channel }) => channel).filter((channel) => channel === CHANNEL)).toHaveLength(2);
    expect(watch.entries).toHaveLength(5);
  });

  it('says how a channel fares that is not there yet', async () => {
    const states: string[] = [];
    const log = connection().subscribe(`deployment/late-${transport}`);
    log.on('status', ({ state }) => states.push(state));
    using watch = new Watch(log);
    await watch.has(() => states.includes('waiting'), 'waiting');
    folder.write(`late-${transport}.log`, 'here\n');
    await watch.has(({ lines }) => lines.length === 1 && states.includes('following'), 'its line');
  });

  it('loses nothing while it is paused', async () => {
    folder.write(`busy-${transport}.log`, '');
    using watch = new Watch(connection().subscribe(`deployment/busy-${transport}`, { after: '0-0' }));
    await using _writer = new LogWriter(folder.join(`busy-${transport}.log`), 4_000, 8_000);
    for (let round = 1; round <= 4; round += 1) {
      await watch.has(({ lines }) => lines.length >= round * 1_000, 'some lines');
      watch.log.pause();
      watch.log.resume();
    }
    await watch.has(({ lines }) => lines.length >= 8_000, 'all lines');
    expect(watch.lines.map(numberOf)).toEqual(Array.from({ length: 8_000 }, (_, index) => index + 1));
    expect(watch.log.statistics).toMatchObject({ gaps: 0, reconnects: 0 });
  });

  it('ends with what the gateway says of a request that it will never serve', async () => {
    using watch = new Watch(connection().subscribe(CHANNEL, { grep: '(' }));
    await watch.has(({ log }) => log.state.phase === 'closed', 'the end');
    expect(watch.log.state).toMatchObject({ error: { code: transport === 'sse' ? 'bad_query' : 'bad_frame' } });
  });

  it('has every line once and in order over gateways that are killed and started again', async () => {
    const total = 6_000;
    using own = new TempFolder();
    own.write('web.log', '');
    await using server = await startRedis();
    await using _tailer = await startTailer(own.path, server.url);
    const serving = {
      folder: own.path,
      args: ['--follow=off', '--drain-seconds', '1'],
      env: { REDIS_URL: server.url },
    };
    let gateway = await Product.start(serving);
    await using stack = new AsyncDisposableStack();
    stack.defer(() => gateway[Symbol.asyncDispose]());
    const { port, url } = gateway;
    using watch = new Watch(connect(url, options).subscribe(CHANNEL, { after: '0-0' }));
    await using _writer = new LogWriter(own.join('web.log'), 1_500, total);
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const { length } = watch.lines;
      await watch.has(({ lines }) => lines.length >= length + total / 4, 'more lines');
      await gateway.kill(signal);
      gateway = await Product.start({ ...serving, port });
    }
    await watch.has(({ lines }) => lines.length >= total, 'all lines');
    expect(watch.lines.map(numberOf)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    expect(watch.log.statistics).toMatchObject({ received: total, gaps: 0 });
    expect(watch.log.statistics.reconnects).toBeGreaterThanOrEqual(2);
  }, 120_000);
});

it('a pattern takes in the channels that come later, from their first record', async () => {
  folder.write('many-1.log', 'a\n');
  using watch = new Watch(connect(product.url, FAST).subscribe('deployment/many-*', { tail: 10 }));
  await watch.has(({ lines }) => lines.length === 1, 'the first');
  folder.write('many-2.log', 'b\n');
  await watch.has(({ lines }) => lines.length === 2, 'the second');
  watch.log.reconnect();
  folder.write('many-3.log', 'c\n');
  folder.append('many-1.log', 'd\n');
  await watch.has(({ lines }) => lines.length === 4, 'all');
  expect(watch.lines.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  expect(watch.log.statistics).toMatchObject({ duplicates: 0, gaps: 0 });
});
