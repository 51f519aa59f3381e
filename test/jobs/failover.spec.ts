import { RedisJobs, type QueueRules } from '@tailgate/jobs';
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { startSentinelSet } from '../support/redis/start-redis.ts';

const RULES = {
  name: 'words',
  data: z.string(),
  progress: z.number(),
  atOnce: 2,
  attempts: 20,
  backOffMs: 100,
  kept: 100,
} satisfies QueueRules<string, number>;

it(
  'jobs behind Sentinels go on after a failover, by the workers that were idle, too',
  { timeout: 180_000 },
  async () => {
    await using set = await startSentinelSet({ user: { name: 'tailgate', password: 'p@ss' } });
    await using jobs = new RedisJobs({ url: set.url, keyPrefix: 'test:', onTrouble: () => undefined });
    await jobs.open(true);
    const queue = jobs.queue(RULES);
    const done: string[] = [];
    await using _worker = queue.work(({ data }) => {
      done.push(data);
      return Promise.resolve();
    });
    await queue.add('one', 'before');
    await vi.waitFor(() => expect(done).toEqual(['before']), { timeout: 20_000 });
    await set.failover();
    let number = 0;
    await vi.waitFor(() => queue.add(`after-${(number += 1)}`, 'after'), { timeout: 50_000, interval: 100 });
    await vi.waitFor(() => expect(done).toContain('after'), { timeout: 50_000 });
  },
);
