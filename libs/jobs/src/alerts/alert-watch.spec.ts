import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { channelSelectorSchema } from '@tailgate/protocol/schemas';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalQueue } from '../queue/local-queue.js';
import { WEBHOOKS, type AlertEvent, type Delivery, type DeliveryProgress } from '../webhooks/webhook-queue.js';
import type { AlertRule } from './alert-rule.js';
import { AlertWatch, type WatchParts } from './alert-watch.js';
import { AlertWatches } from './alert-watches.js';
import { MemoryAlerts } from './memory-alerts.js';

const everything = [channelSelectorSchema.parse('*/*')];
const RULE: AlertRule = {
  id: 'r',
  name: 'errors',
  channel: channelSelectorSchema.parse('deployment/*'),
  grep: 'ERROR',
  invert: false,
  count: 3,
  windowMs: 10_000,
  pauseMs: 0,
  webhook: { url: 'https://hooks.example/x', form: 'generic' },
  owner: 'me',
  read: everything,
  admin: everything,
  created: 0,
};
const { signal } = new AbortController();

let broker: MemoryBroker;
let store: MemoryAlerts;
let deliveries: LocalQueue<Delivery, DeliveryProgress>;
let alerted: AlertEvent[];
let parts: WatchParts;
beforeEach(() => {
  broker = new MemoryBroker();
  store = new MemoryAlerts();
  deliveries = new LocalQueue(WEBHOOKS);
  alerted = [];
  parts = { broker, store, deliveries, onAlert: (event) => alerted.push(event) };
});

let appends = 0;
/** Lines of these times, one a batch. */
async function append(name: string, ...lines: readonly (readonly [string, number])[]): Promise<void> {
  const channel = parseChannel(name) ?? expect.fail(name);
  for (const [line, time] of lines) {
    const payload = Buffer.from(`${JSON.stringify({ line, time })}\n`);
    const source = `source-${(appends += 1)}`;
    await broker.append({ channel, source, expected: undefined, next: '1', records: 1, payload });
  }
}

async function sent(): Promise<readonly Delivery[]> {
  return (await deliveries.list()).map(({ data }) => data).reverse();
}

async function begun(more: Partial<AlertRule> = {}): Promise<AlertWatch> {
  const watch = new AlertWatch({ ...RULE, ...more }, parts);
  await watch.look(signal);
  return watch;
}

describe('a rule', () => {
  it('gives an alert for so many lines within its time, of one channel, and begins anew', async () => {
    const watch = await begun();
    await append(
      'deployment/a',
      ['ERROR 1', 0],
      ['fine', 1],
      ['ERROR 2', 5_000],
      ['ERROR 3', 12_000],
      ['ERROR 4', 13_000],
    );
    await append('deployment/b', ['ERROR', 13_000], ['ERROR', 13_000]);
    await append('host/x', ['ERROR', 1], ['ERROR', 1], ['ERROR', 1]);
    await watch.look(signal);
    expect(await sent()).toEqual([
      {
        webhook: RULE.webhook,
        owner: 'me',
        event: {
          alert: 'errors',
          channel: 'deployment/a',
          position: expect.stringMatching(/-5$/) as string,
          count: 3,
          windowMs: 10_000,
          time: 13_000,
          line: 'ERROR 4',
        },
      },
    ]);
    await append('deployment/a', ['ERROR 5', 13_001], ['ERROR 6', 13_002]);
    await watch.look(signal);
    expect(alerted).toHaveLength(1);
    await append('deployment/a', ['ERROR 7', 13_003]);
    await watch.look(signal);
    expect(alerted).toHaveLength(2);
  });

  it('leaves a channel alone for a while', async () => {
    const watch = await begun({ count: 1, pauseMs: 1000 });
    await append('deployment/a', ['ERROR 1', 1], ['ERROR 2', 1000], ['ERROR 3', 1001]);
    await watch.look(signal);
    expect(alerted.map(({ line }) => line)).toEqual(['ERROR 1', 'ERROR 3']);
  });

  it('does not count what was there before it, also of files that are still read for the first time', async () => {
    await append('deployment/a', ['ERROR', 1]);
    const channel = parseChannel('deployment/a') ?? expect.fail();
    await broker.beat([{ channel, source: 'x', state: 'reading', lagBytes: 9 }]);
    const watch = await begun({ count: 1 });
    await append('deployment/a', ['ERROR', 2]);
    await broker.beat([{ channel, source: 'x', state: 'following', lagBytes: 0 }]);
    await watch.look(signal);
    expect(alerted).toEqual([]);
    await append('deployment/a', ['ERROR late', 3]);
    await append('deployment/new', ['ERROR first', 3]);
    await watch.look(signal);
    expect(alerted.map(({ line }) => line).toSorted()).toEqual(['ERROR first', 'ERROR late']);
  });

  it('looks no further while too many alerts are on their way, and misses none', async () => {
    const watch = await begun({ count: 1 });
    const lines = Array.from({ length: 3_000 }, (_, index) => [`ERROR ${index}`, index] as const);
    await append('deployment/a', ...lines);
    await watch.look(signal);
    expect(await deliveries.open()).toBe(1_000);
    await using _worker = deliveries.work(() => Promise.resolve());
    await expect
      .poll(async () => (await watch.look(signal), alerted.map(({ line }) => line)), { timeout: 20_000 })
      .toEqual(lines.map(([line]) => line));
  });

  it('looks at what its owner may read and administer, and at nothing else', async () => {
    const only = (text: string) => [channelSelectorSchema.parse(text)];
    const watch = await begun({ count: 1, read: only('deployment/a*'), admin: only('*/*b') });
    for (const name of ['a', 'b', 'ab']) await append(`deployment/${name}`, ['ERROR', 1]);
    await watch.look(signal);
    expect(alerted.map(({ channel }) => channel)).toEqual(['deployment/ab']);
  });

  it('counts each line once, though it is looked after by several, who come and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.array(fc.boolean(), { maxLength: 8 }), fc.boolean()), { maxLength: 20 }),
        async (steps) => {
          store = new MemoryAlerts();
          deliveries = new LocalQueue(WEBHOOKS);
          broker = new MemoryBroker();
          parts = { broker, store, deliveries, onAlert: () => undefined };
          await begun();
          const watches = [0, 1, 2].map(() => new AlertWatch(RULE, parts));
          let errors = 0;
          for (const [index, lines, isNew] of steps) {
            await append('deployment/a', ...lines.map((isError) => [isError ? 'ERROR' : 'fine', 1] as const));
            errors += lines.filter(Boolean).length;
            // One that was started anew knows nothing; the others may be paused, and know what was.
            if (isNew) watches[index] = new AlertWatch(RULE, parts);
            await Promise.all([
              watches[index]?.look(signal),
              ...(isNew ? watches.map((watch) => watch.look(signal)) : []),
            ]);
          }
          for (const watch of watches) await watch.look(signal);
          await watches[0]?.look(signal);
          expect(await sent()).toHaveLength(Math.floor(errors / 3));
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('rules are looked after by one of several processes, and by another one when that is gone', async () => {
  await store.add({ ...RULE, count: 1 });
  const context = { ...parts, rules: [], onTrouble: (error: Error) => expect.fail(error.message), lookMs: 5 };
  const first = new AlertWatches(context);
  const begunBy = async () => expect((await store.notes('r')).has('begun')).toBe(true);
  await expect.poll(async () => (await store.notes('r')).size).toBe(1);
  await begunBy();
  await using _second = new AlertWatches(context);
  await append('deployment/a', ['ERROR 1', 1]);
  await expect.poll(() => alerted.length).toBe(1);
  await first[Symbol.asyncDispose]();
  await append('deployment/a', ['ERROR 2', 2]);
  await expect.poll(() => alerted.length).toBe(2);
  expect(await sent()).toHaveLength(2);
});
