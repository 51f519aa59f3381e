import { expect, test } from 'vitest';
import { startCluster } from '../support/redis/start-redis.ts';
import { LoadedHouse } from './support/loaded-house.ts';

const timeout = 400_000;

test('a cluster replaces a primary under load, whose replica lags', { timeout }, async () => {
  await using cluster = await startCluster({ password: 'secret' });
  await using house = await LoadedHouse.start(cluster.url);
  const [first = ''] = house.channels;
  const key = `{${first}}`;

  await cluster.holdReplicasOf(key);
  await house.goesOn();
  const { killed } = await cluster.killPrimaryOf(key);
  await house.goesOn();

  await cluster.revive(killed);
  await cluster.holdReplicasOf(key);
  await house.goesOn();
  // Nobody is left who could put it back.
  await house.killTailers();
  await cluster.killPrimaryOf(key);
  await house.startTailers();
  await house.goesOn();

  expect(await house.verdict()).toEqual([]);
  const withdrawn = house.viewers.filter(({ judgement }) => judgement.channel === first);
  for (const { judgement } of withdrawn) expect(judgement.withdrawn).toBeGreaterThan(0);
});

test('the slots of all channels move under load, and back', { timeout }, async () => {
  await using cluster = await startCluster();
  await using house = await LoadedHouse.start(cluster.url);
  for (let round = 0; round < 2; round += 1) {
    for (const channel of house.channels) {
      await cluster.moveSlotOf(`{${channel}}`);
      await house.goesOn();
    }
  }
  expect(await house.verdict()).toEqual([]);
  // Nothing is lost by it: another server counts on, in another epoch.
  expect(Math.max(...house.withdrawn)).toBe(0);
  for (const count of house.epochs) expect(count).toBeGreaterThanOrEqual(2);
});
