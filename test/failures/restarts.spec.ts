import { appendFileSync, renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Product, TAILER } from '../support/product.ts';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { until } from '../support/until.ts';
import { FailureHouse, linesOf } from './support/failure-house.ts';
import type { Watcher } from './support/watcher.ts';

describe('what fails and comes back', () => {
  it('a lost answer: the same append once more appends nothing', async () => {
    await using server = await startRedis();
    await using link = await FaultyLink.to(server.port);
    await using house = await FailureHouse.open(server.url);
    const tailer = await house.tail('*.log', {}, server.urlAt(link.port));
    const watcher = house.watch();
    house.write('a.log', 'a1');
    await watcher.has('a1');
    const lost = link.loseReply('"line":"a2"');
    house.write('a.log', 'a2');
    await lost;
    house.write('a.log', 'a3');
    await watcher.has('a3');
    expectAll(watcher, ['a1', 'a2', 'a3'], []);
    expect(tailer.report.conflicts).toBe(0);
  });

  for (const rotated of [false, true]) {
    const meanwhile = rotated ? ', though another file of the same length is at the path by then' : '';
    it(`a tailer that was stopped wakes up beside the one in its place, and does no harm${meanwhile}`, async () => {
      await using server = await startRedis();
      await using house = await FailureHouse.open(server.url);
      const watcher = house.watch();
      const path = house.folder.write('a.log', '');
      const options = {
        folder: house.folder.path,
        program: TAILER,
        args: ['--logs', `${path}=${house.channel}`, '--metrics-port', '0'],
        env: { REDIS_URL: server.url },
      };
      await using zombie = await Product.start(options);
      house.write('a.log', ...linesOf('a', 1, 3));
      await watcher.has('a3');
      process.kill(zombie.pid, 'SIGSTOP');
      if (rotated) {
        renameSync(path, `${path}.1`);
        // As long as what the stopped one has read of the old file.
        appendFileSync(path, 'b1\nb2\nb3\n');
      } else {
        house.write('a.log', 'a4');
      }
      await using successor = await Product.start(options);
      await watcher.has(rotated ? 'b3' : 'a4');
      process.kill(zombie.pid, 'SIGCONT');
      house.write('a.log', ...linesOf('c', 1, 50));
      await watcher.has('c50');
      const before = rotated ? ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'] : linesOf('a', 1, 4);
      expectAll(watcher, [...before, ...linesOf('c', 1, 50)], []);
      for (const one of [successor, zombie]) await one.kill('SIGTERM');
    });
  }

  it('Redis away: viewers are told, the files are the buffer, and all comes when it is back', async () => {
    await using server = await startRedis({ aof: true });
    await using house = await FailureHouse.open(server.url);
    await house.tail();
    const watcher = house.watch();
    house.write('a.log', 'a1');
    await watcher.has('a1');
    await server.kill();
    house.write('a.log', 'a2');
    await until(
      () => watcher.states.includes('unreachable'),
      () => JSON.stringify(watcher.states),
    );
    house.write('a.log', 'a3');
    await server.start();
    await watcher.has('a3');
    expectAll(watcher, ['a1', 'a2', 'a3'], ['epoch after 1']);
  });

  it('a full memory: nothing is appended by halves, and all comes once there is room', async () => {
    await using server = await startRedis();
    await using house = await FailureHouse.open(server.url);
    const tailer = await house.tail();
    const watcher = house.watch();
    house.write('a.log', 'a1');
    await watcher.has('a1');
    // Less than it takes already.
    await server.admin.config('SET', 'maxmemory', '100kb');
    house.write('a.log', ...linesOf('a', 2, 2_000));
    await until(
      () => tailer.report.failures > 1,
      () => JSON.stringify(tailer.report),
    );
    expect(watcher.lines).toEqual(['a1']);
    await server.admin.config('SET', 'maxmemory', '0');
    await watcher.has('a2000');
    expectAll(watcher, linesOf('a', 1, 2_000), []);
  });

  it('everything lost: the files are read again from their beginning, and viewers are given the last records', async () => {
    await using server = await startRedis();
    await using house = await FailureHouse.open(server.url);
    await house.tail('*.log', { compareMs: 200 });
    const watcher = house.watch();
    house.write('a.log', ...linesOf('a', 1, 5));
    await watcher.has('a5');
    await server.admin.flushall();
    await until(
      () => watcher.lines.length === 10,
      () => JSON.stringify([watcher.told, watcher.lines]),
    );
    expect(watcher.told).toEqual(['gap epoch ?..?']);
    expect(watcher.lines.slice(5)).toEqual(linesOf('a', 1, 5));
    const back = house.watch();
    house.write('a.log', 'a6');
    for (const one of [watcher, back]) await one.has('a6');
    expect(back.lines).toEqual(linesOf('a', 1, 6));
  });

  it('a clock that went back: epochs grow all the same', async () => {
    await using server = await startRedis({ aof: true });
    await using house = await FailureHouse.open(server.url);
    await house.tail();
    const watcher = house.watch();
    house.write('a.log', 'a1');
    await watcher.has('a1');
    // The epoch is named by a clock that was an hour ahead, and is so no more.
    const meta = `tailgate:{${house.channel}}:meta`;
    await house.openEpoch(3_600_000);
    house.write('a.log', 'a2');
    await watcher.has('a2');
    const ahead = Number((await server.admin.hget(meta, 'h'))?.split('-')[0]);
    await server.restart('kill');
    house.write('a.log', 'a3');
    await watcher.has('a3');
    expect(await server.admin.hget(meta, 'h')).toBe(`${ahead + 1}-1`);
    expectAll(watcher, ['a1', 'a2', 'a3'], ['epoch after 1', 'epoch after 1']);
  });
});

function expectAll(watcher: Watcher, lines: readonly string[], told: readonly string[]): void {
  expect(watcher.lines).toEqual(lines);
  expect(watcher.told).toEqual(told);
  expect(watcher.unannounced).toEqual([]);
}
