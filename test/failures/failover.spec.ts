import { describe, expect, it } from 'vitest';
import { inSync } from '../support/redis/replication.ts';
import { startCluster, startPair } from '../support/redis/start-redis.ts';
import { until } from '../support/until.ts';
import { FailureHouse, linesOf } from './support/failure-house.ts';

describe('another server in the place of one', () => {
  for (const keptBytes of [undefined, 0]) {
    const title =
      keptBytes === undefined
        ? 'a failover that forgot the newest writes, and one back to the same process: they are put back'
        : 'the same, and nobody has them any more: they are withdrawn by name, and come again';
    it(title, async () => {
      await using pair = await startPair();
      const { primary: first, replica: second } = pair;
      await using house = await FailureHouse.open(first.url);
      const tailer = await house.tail('*.log', keptBytes === undefined ? {} : { keptBytes, compareMs: 500 });
      const watcher = house.watch();
      house.write('a.log', 'a1');
      await watcher.has('a1');
      await until(
        async () => (await second.admin.hget(`tailgate:{${house.channel}}:meta`, 'n')) === '1',
        () => 'the replica has the first line',
      );
      // The replica lags: it is made a primary without what comes now.
      await second.admin.replicaof('NO', 'ONE');
      house.write('a.log', 'a2', 'a3');
      await watcher.has('a3');
      // The old primary follows the new one, forgets what that one does not have, and is a primary again: the same process, run id and
      // address.
      await first.admin.replicaof('127.0.0.1', String(second.port));
      await inSync(first);
      await first.admin.replicaof('NO', 'ONE');
      house.write('a.log', 'a4');
      await watcher.has('a4');
      await until(
        () => watcher.standing.length === 4,
        () => JSON.stringify([watcher.told, watcher.lines]),
      );
      expect(watcher.standing).toEqual(linesOf('a', 1, 4));
      expect(watcher.unannounced).toEqual([]);
      const told = keptBytes === undefined ? ['epoch after 3'] : ['gap epoch 2..3', 'epoch after 1'];
      expect(watcher.told).toEqual(told);
      expect(tailer.report.putBack).toBe(keptBytes === undefined ? 2 : 0);
    });
  }

  it('a slot on the move, under load: another server counts on, in another epoch', { timeout: 120_000 }, async () => {
    await using cluster = await startCluster();
    await using house = await FailureHouse.open(cluster.url);
    await house.tail();
    const watcher = house.watch();
    let written = 0;
    const write = async () => {
      written += 1;
      house.write('a.log', `a${written}`);
      await watcher.has(`a${written}`);
    };
    for (let count = 0; count < 20; count += 1) await write();
    const moving = cluster.moveSlotOf(`tailgate:{${house.channel}}:meta`);
    for (let count = 0; count < 20; count += 1) await write();
    await moving;
    for (let count = 0; count < 5; count += 1) await write();
    expect(watcher.lines).toEqual(linesOf('a', 1, written));
    expect(watcher.told).toHaveLength(1);
    expect(watcher.told[0]).toMatch(/^epoch after \d+$/);
    expect(watcher.unannounced).toEqual([]);
  });
});
