import { describe, expect, it } from 'vitest';
import { SessionHouse } from '../session/testing/session-house.js';

describe('feeds', () => {
  it('hold no more than they may, whatever the speed of the channel and of its viewers', async () => {
    const house = new SessionHouse({}, { bytesPerChannel: 100_000, bytesInAll: 1_000_000 });
    const stuck = Array.from({ length: 50 }, () => house.open({ tail: 0 }));
    await house.clock.settle();
    for (const { sink } of stuck) sink.full = true;
    let most = 0;
    for (let time = 0; time < 300; time += 1) {
      await house.writer.append(100);
      if (time % 3 === 0) await house.clock.settle();
      if (time % 50 === 0) await house.opened({ after: '0-0' });
      most = Math.max(most, house.feeds.bytes);
    }
    const written = 300 * 100 * '{"line":"line 1","time":1}\n'.length;
    expect(written).toBeGreaterThan(700_000);
    // What is read in one piece is let go of right after.
    expect(most).toBeLessThan(210_000);
    expect(house.feeds.bytes).toBeLessThanOrEqual(100_000);
  });

  it('hold no more when no round comes, and lose nothing by it', async () => {
    const house = new SessionHouse({}, { bytesPerChannel: 20_000, bytesInAll: 1_000_000 });
    const { sink } = await house.opened({ tail: 0 });
    let most = 0;
    for (let time = 0; time < 50; time += 1) {
      await house.writer.append(100);
      most = Math.max(most, house.feeds.bytes);
    }
    expect(most).toBeLessThan(25_000);
    await house.clock.settle();
    expect(sink.lines).toHaveLength(5000);
    expect(sink.dataOf('gap')).toEqual([]);
  });

  it('share what all may hold', async () => {
    const house = new SessionHouse({}, { bytesPerChannel: 1_000_000, bytesInAll: 1_200_000 });
    await house.opened({ tail: 0 });
    for (let time = 0; time < 100; time += 1) {
      await house.writer.append(500);
      await house.clock.settle();
    }
    expect(house.feeds.bytes).toBeGreaterThan(400_000);
    for (const name of ['a', 'b', 'c']) house.feeds.of(house.nameOf(name));
    await house.clock.advance(1000);
    expect(house.feeds.bytes).toBeLessThan(150_001);
  });

  it('outlive their last viewer, who finds everything in place', async () => {
    const house = new SessionHouse();
    await house.writer.append(5);
    const first = await house.opened({ after: '0-0' });
    await house.writer.append(5);
    await house.clock.settle();
    const { reads } = house.broker;
    first.session.detach();
    await house.writer.append(5);
    await house.clock.advance(20_000);
    const { sink, session } = await house.opened({ tail: 7 });
    expect(sink.lines.at(-1)).toBe('line 15');
    expect([house.broker.reads, house.broker.followers, house.feeds.size]).toEqual([reads, 1, 1]);
    session.detach();
    await house.clock.advance(20_000);
    expect(house.feeds.size).toBe(1);
    await house.clock.advance(10_000);
    expect([house.feeds.size, house.broker.followers, house.clock.timers]).toEqual([0, 0, 0]);
  });

  it('notice what was lost while nobody watched', async () => {
    const house = new SessionHouse();
    await house.writer.append(5);
    (await house.opened()).session.detach();
    house.broker.losesLive = true;
    await house.writer.append(5);
    house.broker.losesLive = false;
    const { sink } = await house.opened({ tail: 2 });
    await house.clock.advance(200);
    expect(sink.lines).toEqual(['line 9', 'line 10']);
    expect(sink.names).toContain('live');
  });

  it('close all at once with the process', async () => {
    const house = new SessionHouse();
    await house.writer.append(5);
    const { session } = await house.opened();
    session.detach();
    await house.feeds[Symbol.asyncDispose]();
    expect([house.feeds.size, house.broker.followers, house.clock.timers]).toEqual([0, 0, 0]);
  });
});
