import { expect, it } from 'vitest';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { numbered, usePages } from './support/page-house.ts';
import { seeLine, seeSign } from './support/seeing.ts';

// No green dot over a stream that is dead, whichever part of the product has died.

const house = usePages({ prepare: (folder) => folder.write('web.log', numbered(1, 3)) });

it(
  'tells a tailer that is gone from a Redis that is gone, and each that comes back',
  { timeout: 240_000 },
  async () => {
    const { page, folder } = house;
    // Whoever has lost Redis comes back to it in growing intervals.
    page.setDefaultTimeout(50_000);
    await using redis = await startRedis();
    let tailer = await startTailer(folder.path, redis.url);
    try {
      await using gateway = await Product.start({
        folder: folder.path,
        args: ['--follow=off'],
        env: { REDIS_URL: redis.url },
      });
      await page.goto(`${gateway.url}/deployments/web`);
      await seeLine(page, 'line 3');
      await seeSign(page, 'live');

      await tailer.kill('SIGKILL');
      await seeSign(page, 'stalled');
      await page.getByRole('status').getByText('Tailer stalled').waitFor();
      expect(await page.getByText('LIVE', { exact: true }).count()).toBe(0);
      const list = await house.open();
      await list.goto(gateway.url);
      await list.getByText('tailer stalled').waitFor();
      folder.append('web.log', numbered(4, 5));
      tailer = await startTailer(folder.path, redis.url);
      await seeLine(page, 'line 5');
      await seeSign(page, 'live');

      await redis.stop();
      await seeSign(page, 'unreachable');
      await page.getByRole('status').getByText('Broker unreachable').waitFor();
      expect(await page.getByText('LIVE', { exact: true }).count()).toBe(0);
      folder.append('web.log', numbered(6, 7));
      await redis.start();
      await seeLine(page, 'line 7');
      await seeSign(page, 'live');
      // The list asks for what the broker knew; while it was away that was answered with errors, which the browser tells of.
      house.complaints = house.complaints.filter((text) => !text.includes('503'));
    } finally {
      await tailer[Symbol.asyncDispose]();
    }
  },
);
