import { expect, test } from 'vitest';
import { startSentinelSet } from '../support/redis/start-redis.ts';
import { LoadedHouse } from './support/loaded-house.ts';

const timeout = 400_000;

test('Sentinels replace a primary under load, whose replicas lag, twice', { timeout }, async () => {
  await using set = await startSentinelSet({ password: 'secret' });
  await using house = await LoadedHouse.start(set.url);

  // What viewers see from now on, no replica has.
  await set.holdReplicas();
  await house.goesOn();
  const { killed } = await set.failover();
  await house.goesOn();

  await set.revive(killed);
  await set.holdReplicas();
  await house.goesOn();
  // Nobody is left who could put it back.
  await house.killTailers();
  await set.failover();
  await house.startTailers();
  await house.goesOn();

  expect(await house.verdict()).toEqual([]);
  for (const count of house.withdrawn) expect(count).toBeGreaterThan(0);
  for (const count of house.epochs) expect(count).toBeGreaterThanOrEqual(2);
});
