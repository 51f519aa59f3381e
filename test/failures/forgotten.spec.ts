import { describe, expect, it } from 'vitest';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import { until } from '../support/until.ts';
import { FailureHouse, linesOf } from './support/failure-house.ts';
import { ForgetfulRedis } from './support/forgetful-redis.ts';

/** Beyond what a test takes. */
const NEVER_MS = 600_000;

/** What was kept is let go of at once: as for a tailer that was started after the batches, or that they are too many for. */
const KEEPS_NOTHING = { keptBytes: 0 };

describe('a Redis that forgets its newest writes', () => {
  it('is given them back under their numbers by a tailer that still has them: only the next epoch is told', async () => {
    await using redis = await ForgetfulRedis.start();
    await using house = await FailureHouse.open(redis.url);
    const tailer = await house.tail();
    const [first, second] = [house.watch(), house.watch()];
    house.write('a.log', ...linesOf('a', 1, 3));
    await first.has('a3');
    await redis.remember();
    for (const line of linesOf('a', 4, 6)) {
      house.write('a.log', line);
      await first.has(line);
    }
    await redis.forget();
    // The file is finished: nothing is appended, and so nothing can conflict.
    await until(
      () => tailer.report.putBack === 3,
      () => JSON.stringify(tailer.report),
    );
    const late = house.watch(first.lastId);
    const new_ = house.watch();
    await new_.has('a6');
    expect([first.told, new_.told, late.told, late.lines]).toEqual([[], [], [], []]);

    house.write('a.log', ...linesOf('a', 7, 9));
    for (const watcher of [first, second, new_]) {
      await watcher.has('a9');
      expect(watcher.lines).toEqual(linesOf('a', 1, 9));
      expect(watcher.told).toEqual(['epoch after 6']);
      expect(watcher.unannounced).toEqual([]);
    }
    await late.has('a9');
    expect([late.told, late.lines]).toEqual([['epoch after 6'], linesOf('a', 7, 9)]);
    expect(tailer.report.conflicts).toBe(0);
  });

  it('is given them back also while the file goes on growing', async () => {
    await using redis = await ForgetfulRedis.start();
    await using house = await FailureHouse.open(redis.url);
    const tailer = await house.tail('*.log', { compareMs: NEVER_MS });
    const watcher = house.watch();
    house.write('a.log', 'a1');
    await watcher.has('a1');
    await redis.remember();
    house.write('a.log', 'a2');
    await watcher.has('a2');
    await redis.forget(() => house.write('a.log', 'a3', 'a4'));
    await watcher.has('a4');
    expect(tailer.report).toMatchObject({ putBack: 1, conflicts: 0 });
    expect(watcher.standing).toEqual(linesOf('a', 1, 4));
    expect(watcher.told).toEqual(['epoch after 2']);
  });

  it('is read the files again where a tailer has them no more: what was withdrawn is named, and comes again', async () => {
    await using redis = await ForgetfulRedis.start();
    await using house = await FailureHouse.open(redis.url);
    const tailer = await house.tail('*.log', KEEPS_NOTHING);
    const [ahead, behind] = [house.watch(), house.watch()];
    house.write('a.log', ...linesOf('a', 1, 3));
    await behind.has('a3');
    const before = behind.lastId;
    behind[Symbol.dispose]();
    await redis.remember();
    house.write('a.log', ...linesOf('a', 4, 6));
    await ahead.has('a6');
    await redis.forget();
    // The file is finished, so only the comparison can find it.
    await until(
      () => ahead.lines.filter((line) => line === 'a6').length === 2,
      () => JSON.stringify([ahead.told, ahead.lines, tailer.report]),
    );
    expect(ahead.told).toEqual(['gap epoch 4..6', 'epoch after 3']);
    expect(ahead.standing).toEqual(linesOf('a', 1, 6));
    expect(ahead.unannounced).toEqual([]);
    const back = house.watch(before);
    await back.has('a6');
    expect([back.told, back.lines]).toEqual([['epoch after 3'], linesOf('a', 4, 6)]);
    expect(tailer.report).toMatchObject({ putBack: 0, conflicts: 1 });
  });

  it('withdraws what was seen live, and never answered', async () => {
    await using redis = await ForgetfulRedis.start();
    await using link = await FaultyLink.to(redis.server.port);
    await using house = await FailureHouse.open(redis.url);
    const tailer = await house.tail('*.log', { compareMs: NEVER_MS }, redis.server.urlAt(link.port));
    const watcher = house.watch();
    house.write('a.log', 'a1');
    await watcher.has('a1');
    await redis.remember();
    house.write('a.log', 'a2');
    await watcher.has('a2');
    link.dropReplies('"line":"a3"');
    house.write('a.log', 'a3');
    await watcher.has('a3');
    await redis.forget();
    link.pass();
    await until(
      () => watcher.standing.at(-1) === 'a3' && watcher.lines.length === 4,
      () => JSON.stringify([watcher.told, watcher.lines, tailer.report]),
    );
    expect(watcher.told).toEqual(['gap epoch 3..3', 'epoch after 2']);
    expect(watcher.standing).toEqual(linesOf('a', 1, 3));
    expect(tailer.report).toMatchObject({ putBack: 1, conflicts: 0 });
  });

  for (const keeps of [{}, KEEPS_NOTHING]) {
    const what = keeps === KEEPS_NOTHING ? 'what a tailer has seen' : 'what a tailer has kept';
    it(`is found by a comparison though no connection was lost nor another server came: by ${what}`, async () => {
      await using redis = await ForgetfulRedis.start();
      await using house = await FailureHouse.open(redis.url);
      const tailer = await house.tail('*.log', { ...keeps, compareMs: 200 });
      const watcher = house.watch();
      house.write('a.log', 'a1');
      await watcher.has('a1');
      const [meta, lines] = [`tailgate:{${house.channel}}:meta`, `tailgate:{${house.channel}}:lines`];
      const { admin } = redis.server;
      await admin.copy(meta, `${meta}.kept`);
      await admin.copy(lines, `${lines}.kept`);
      house.write('a.log', 'a2');
      await watcher.has('a2');
      await admin.multi().copy(`${meta}.kept`, meta, 'REPLACE').copy(`${lines}.kept`, lines, 'REPLACE').exec();
      await until(
        () => tailer.report.putBack + tailer.report.conflicts === 1,
        () => JSON.stringify(tailer.report),
      );
      house.write('a.log', 'a3');
      await watcher.has('a3');
      expect(watcher.standing).toEqual(linesOf('a', 1, 3));
      const told = keeps === KEEPS_NOTHING ? ['gap epoch 2..2', 'epoch after 1'] : ['epoch after 2'];
      expect(watcher.told).toEqual(told);
    });
  }

  it('closes the epoch though the writer that lost lines is gone and another one goes on', async () => {
    await using redis = await ForgetfulRedis.start();
    await using house = await FailureHouse.open(redis.url);
    await house.tail('b.log');
    const gone = await house.tail('a.log');
    const watcher = house.watch();
    house.write('b.log', 'b1');
    await watcher.has('b1');
    await redis.remember();
    house.write('a.log', 'a1', 'a2');
    await watcher.has('a2');
    await gone[Symbol.asyncDispose]();
    await redis.forget();
    // Whoever goes on has seen nothing of what was forgotten, not even that there was another source.
    house.write('b.log', 'b2');
    await watcher.has('b2');
    expect(watcher.told).toEqual(['gap epoch 2..3', 'epoch after 1']);
    await house.tail('a.log');
    await until(
      () => watcher.standing.length === 4,
      () => JSON.stringify(watcher.lines),
    );
    expect(watcher.standing).toEqual(['b1', 'b2', 'a1', 'a2']);
    expect(watcher.unannounced).toEqual([]);
  });

  it('gives no number twice where a companion and its first append are forgotten, and one puts back its own', async () => {
    await using redis = await ForgetfulRedis.start();
    await using house = await FailureHouse.open(redis.url);
    const tailer = await house.tail('a.log');
    const watcher = house.watch();
    house.write('a.log', 'a1');
    await watcher.has('a1');
    await redis.remember();
    house.write('a.log', 'a2');
    await watcher.has('a2');
    const companion = await house.tail('b.log');
    house.write('b.log', 'b1');
    await watcher.has('b1');
    await companion[Symbol.asyncDispose]();
    await redis.forget();
    await until(
      () => tailer.report.putBack === 1,
      () => JSON.stringify(tailer.report),
    );
    house.write('a.log', 'a3');
    await watcher.has('a3');
    await house.tail('b.log');
    await until(
      () => watcher.lines.filter((line) => line === 'b1').length === 2,
      () => JSON.stringify(watcher.lines),
    );
    expect(watcher.told).toEqual(['gap epoch 3..3', 'epoch after 2']);
    expect(watcher.standing).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(watcher.unannounced).toEqual([]);
  });
});
