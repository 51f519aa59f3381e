import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SteadyWriter } from '../soak/steady-writer.ts';
import { Viewers } from '../soak/viewers.ts';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const META = 'tailgate:{deployment/f00}:meta';
const LINES = 'tailgate:{deployment/f00}:lines';
const LIVE = 'tailgate:{deployment/f00}:live';

/** On a busy machine. */
const PATIENCE_MS = 60_000;

/** Replaces a part of a field: at once, since appends go on meanwhile. */
const CHANGE = `
  local text = redis.call('HGET', KEYS[1], ARGV[1])
  return redis.call('HSET', KEYS[1], ARGV[1], (string.gsub(text, ARGV[2], ARGV[3])))
`;

// What an older process does beside a newer one whose forms it does not know: nothing, and it says why. The newer one is played by the
// test, which writes into Redis what a later version might.
test('processes that meet a channel of a newer version wait, say so, and lose nothing', async () => {
  using folder = new TempFolder();
  const logs = folder.join('logs');
  mkdirSync(logs);
  await using redis = await startRedis();
  await using tailer = await startTailer(logs, redis.url);
  await using gateway = await Product.start({ folder: folder.path, args: ['--follow=off', '--redis-url', redis.url] });
  using writer = new SteadyWriter({ folder: logs, files: 1, rate: 100, rotateMs: 600_000 });
  using viewers = new Viewers({
    count: 4,
    channels: ['deployment/f00'],
    gateways: [gateway.url],
    stayMs: 2_000,
    mayEnd: true,
    onLine: () => undefined,
  });
  writer.start();
  const { admin } = redis;
  /** Everybody is given what is written now, and so many lines more. */
  const goesOn = async (lines = 50): Promise<void> => {
    const goal = new Map([...writer.lastNumbers].map(([channel, last]) => [channel, last + lines]));
    expect(await viewers.settle(goal)).toEqual([]);
  };
  await goesOn();

  /** Whether the products say it once this is done. */
  const says = async (products: readonly Product[], sentence: RegExp, act: () => Promise<unknown>): Promise<void> => {
    const before = products.map(({ stderr }) => stderr.length);
    await act();
    for (const [index, product] of products.entries())
      await until(
        () => sentence.test(product.stderr.slice(before[index])),
        () => `it says ${sentence.source}; it said ${product.stderr.slice(before[index])}`,
        PATIENCE_MS,
      );
  };

  // A newer tailer has appended: the channel is of its form from then on.
  await says([tailer, gateway], /stored in format ..2..,.*too old/, () => admin.hset(META, 'v', '2'));
  const stored = await admin.xlen(LINES);
  const answer = await fetch(`${gateway.url}/api/channels/deployment/f00/records`);
  expect(answer.status).toBe(503);
  expect(await admin.xlen(LINES)).toBe(stored);
  await admin.hset(META, 'v', '1');
  await goesOn();

  // It publishes what nobody here can read.
  await says([gateway], /a live batch can't be read.*format ..2..,.*too old/, () =>
    admin.spublish(LIVE, '2 and something else\nnobody knows what'),
  );
  await goesOn();

  // The source's checkpoint is of a newer form.
  const field = (await admin.hkeys(META)).find((name) => name.startsWith('c:')) ?? '';
  const change = (from: string, to: string) => admin.eval(CHANGE, 1, META, field, from, to);
  await says([tailer], /the stored checkpoint has version 2; this version of Tailgate reads version 1/, () =>
    change('"v":1', '"v":2'),
  );
  await change('"v":2', '"v":1');
  await goesOn();

  writer.stop();
  await goesOn(0);
  expect(viewers.problems).toEqual([]);
  expect([tailer.ending, gateway.ending]).toEqual([undefined, undefined]);
}, 300_000);
