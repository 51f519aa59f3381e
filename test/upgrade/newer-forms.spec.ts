import { RedisBroker } from '@tailgate/broker';
import { RedisJobs, type AlertRule, type QueueRules } from '@tailgate/jobs';
import { channelNameSchema, channelSelectorSchema } from '@tailgate/protocol/schemas';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Tickets } from '../../apps/gateway/src/access/tickets.ts';
import { Caller } from '../../apps/gateway/src/access/caller.ts';
import { ALL_RIGHTS } from '../../apps/gateway/src/access/rights.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { until } from '../support/until.ts';

// What lies in Redis beside the channels, whose own forms are in test/broker/stored-form.spec.ts: what a newer version has written of it
// is refused in so many words, and what 0.1.0 has written, some of it without a version, is read.

/** On a busy machine. */
const PATIENCE_MS = 60_000;

const TOO_OLD = { code: 'unavailable', message: /stored in format 2, and this version knows only 1: it is too old/ };

const COUNT: QueueRules<{ readonly count: number }, { readonly done: number }> = {
  name: 'count',
  data: z.object({ count: z.int() }),
  progress: z.object({ done: z.int() }),
  atOnce: 1,
  attempts: 2,
  backOffMs: 10,
  kept: 10,
};
const JOB = 'tailgate:{jobs}:count:id-one';
const LEASES = 'tailgate:{leases}:held';
const RULES = 'tailgate:{jobs}:alerts';

let server: RedisServer;
beforeAll(async () => void (server = await startRedis()), 120_000);
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.flushAll());

describe('a job', { timeout: 180_000 }, () => {
  test('of a newer version is refused, left to a newer worker, and takes no try', async () => {
    const troubles: Error[] = [];
    await using jobs = await openJobs((error) => troubles.push(error));
    const queue = jobs.queue(COUNT);
    expect(await queue.add('one', { count: 1 })).toBe(true);
    await change(JOB, 'data', (job) => ({ ...job, v: 2, only: 'what an older worker would pass over' }));
    await expect(queue.get('one')).rejects.toMatchObject(TOO_OLD);
    await expect(queue.list()).rejects.toMatchObject(TOO_OLD);

    const counts: number[] = [];
    await using _worker = queue.work(({ data }) => Promise.resolve(void counts.push(data.count)));
    await until(
      () =>
        troubles.some(({ message, cause }) => message.includes('newer worker') && String(cause).includes('too old')),
      () => `trouble; there was ${troubles.join(', ')}`,
      PATIENCE_MS,
    );
    // Its own version again: the worker that is there is a newer one, in a manner of speaking.
    await change(JOB, 'data', (job) => ({ ...job, v: 1 }));
    await until(
      async () => (await queue.get('one'))?.state === 'finished',
      () => 'the job is done',
      PATIENCE_MS,
    );
    expect(counts).toEqual([1]);
    expect((await queue.get('one'))?.failures).toBe(0);
  });

  test('of 0.1.0, which says no version, is worked on; its progress goes on', async () => {
    await using jobs = await openJobs();
    const queue = jobs.queue(COUNT);
    await queue.add('one', { count: 7 });
    await change(JOB, 'data', ({ mark, data }) => ({ mark, data }));
    await server.admin.hset(JOB, 'progress', JSON.stringify({ value: { done: 3 } }));
    expect(await queue.get('one')).toMatchObject({ data: { count: 7 }, progress: { done: 3 } });
    const turns: unknown[] = [];
    await using _worker = queue.work(({ data, progress }) => Promise.resolve(void turns.push([data, progress])));
    await until(
      () => turns.length > 0,
      () => 'a turn',
    );
    expect(turns).toEqual([[{ count: 7 }, { done: 3 }]]);
  });
});

describe('a rule for alerts', () => {
  const everything = [channelSelectorSchema.parse('*/*')];
  const rule: AlertRule = {
    ...{ id: 'one', name: 'errors', channel: channelSelectorSchema.parse('*/*'), grep: 'ERROR', invert: false },
    ...{ count: 1, windowMs: 1_000, pauseMs: 0, webhook: { url: 'https://example.com/', form: 'generic' as const } },
    ...{ owner: 'somebody', read: everything, admin: everything, created: 1 },
  };

  test('of a newer version is refused, since it may look at less than it seems to', async () => {
    await using jobs = await openJobs();
    await jobs.alerts.add(rule);
    expect(await jobs.alerts.rules()).toEqual([rule]);
    await change(RULES, 'one', (stored) => ({ ...stored, v: 2, onlyAtNight: true }));
    await expect(jobs.alerts.rules()).rejects.toMatchObject(TOO_OLD);
  });

  test('of 0.1.0 is read', async () => {
    await using jobs = await openJobs();
    await server.admin.hset(RULES, 'one', JSON.stringify(rule));
    expect(await jobs.alerts.rules()).toEqual([rule]);
  });
});

describe('a ticket', () => {
  test('of a newer gateway opens nothing at an older one, since it may grant less than it seems to', async () => {
    await using broker = await RedisBroker.connect({ url: server.url });
    const tickets = new Tickets(broker);
    const caller = new Caller({ who: 'somebody', rights: ALL_RIGHTS, expiresAt: null, within: [] });
    const { ticket } = await tickets.issue(caller, [channelSelectorSchema.parse('*/*')]);
    const [key = ''] = await server.admin.keys('tailgate:once:ticket:*');
    const grant = (await server.admin.get(key)) ?? '';
    await server.admin.set(key, grant.replace('"v":1', '"v":2'));
    await expect(tickets.redeem(ticket)).rejects.toMatchObject(TOO_OLD);
    // That of 0.1.0.
    await server.admin.set(key, grant.replace('"v":1,', ''));
    expect((await tickets.redeem(ticket)).facts.who).toBe('somebody');
  });
});

describe('a lease', () => {
  const newer = '2 somebody until tomorrow';

  test('of a newer version is refused and left as it is, also by who looks for old ones', async () => {
    await using broker = await RedisBroker.connect({ url: server.url });
    await broker.lease('me', [{ name: 'a' }], 60_000);
    await server.admin.hset(LEASES, 'b', newer);
    const refusal = { code: 'unavailable', message: /format "2 somebody until tomorrow".*too old/ };
    await expect(broker.lease('me', [{ name: 'a' }, { name: 'b' }], 60_000)).rejects.toMatchObject(refusal);
    await expect(broker.release('me', ['b'])).rejects.toMatchObject(refusal);
    for (let look = 0; look < 3; look += 1) await broker.lease('me', [{ name: 'a' }], 60_000);
    expect(await server.admin.hget(LEASES, 'b')).toBe(newer);
  });

  test('of 0.1.0 is read', async () => {
    await using broker = await RedisBroker.connect({ url: server.url });
    await server.admin.hset(LEASES, 'a', `${Date.now() + 60_000} other 0 -`);
    const { states } = await broker.lease('me', [{ name: 'a' }], 60_000);
    expect(states.get('a')).toEqual({ holder: 'other' });
  });
});

describe('a sign of a tailer', () => {
  const web = channelNameSchema.parse('deployment/web');
  const SIGNS = 'tailgate:{deployment/web}:signs';

  test.each(['2 1763612345678 following 0', '{"v":2,"state":"following"}'])(
    'of a newer version is refused and left as it is: %s',
    async (newer) => {
      await using broker = await RedisBroker.connect({ url: server.url });
      await broker.beat([{ channel: web, source: 'a.log', state: 'following', lagBytes: 0 }]);
      await server.admin.hset(SIGNS, 'b.log', newer);
      const message = /stored in format ".*", and this version knows only "<ms> <state> <lag bytes>": it is too old/;
      await expect(broker.signs(web)).rejects.toMatchObject({ code: 'unavailable', message });
      expect(await server.admin.hget(SIGNS, 'b.log')).toBe(newer);
    },
  );

  test('with a state and a field that are new says that its source is followed', async () => {
    await using broker = await RedisBroker.connect({ url: server.url });
    const at = Date.now();
    await server.admin.hset(SIGNS, 'a.log', `${at} resting 7 more`);
    const sign = { channel: web, source: 'a.log', state: 'following', lagBytes: 7, at };
    expect(await broker.signs(web)).toEqual([sign]);
  });
});

async function openJobs(onTrouble: (error: Error) => void = () => undefined): Promise<RedisJobs> {
  const jobs = new RedisJobs({
    url: server.url,
    keyPrefix: 'tailgate:',
    onTrouble: (_queue, error) => onTrouble(error),
  });
  await jobs.open(true);
  return jobs;
}

/** What is stored as JSON in the field of a hash, changed behind the product's back. */
async function change(key: string, field: string, by: (stored: Record<string, unknown>) => object): Promise<void> {
  const text = await server.admin.hget(key, field);
  if (text === null)
    throw new Error(`there is no ${field} of ${key}; there are ${(await server.admin.keys('*')).join(' ')}`);
  await server.admin.hset(key, field, JSON.stringify(by(JSON.parse(text) as Record<string, unknown>)));
}
