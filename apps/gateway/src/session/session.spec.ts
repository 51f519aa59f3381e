import { formatPosition } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { ChannelWriter } from '../feed/testing/channel-writer.js';
import { SessionHouse } from './testing/session-house.js';

const RETAIN_TEN = { retainLines: 10 };

async function houseWith(lines: number, options = {}): Promise<SessionHouse> {
  const house = new SessionHouse(options);
  await house.beat('following');
  for (let left = lines; left > 0; left -= 5) await house.writer.append(Math.min(5, left));
  return house;
}

/** `E-seq` in the epoch of the writer's head. */
function at(house: SessionHouse, seq: number): string {
  return `${house.writer.head?.epoch ?? 0}-${seq}`;
}

describe('a new viewer', () => {
  it('gets the last records from the middle of a batch, then live ones, without a hole', async () => {
    const house = await houseWith(23);
    const { sink } = await house.opened({ tail: 7 });
    expect(sink.names).toEqual(['connected', 'status', 'log', 'live']);
    expect(sink.sent[0]).toMatchObject({
      id: at(house, 16),
      data: {
        channels: [{ channel: 'host/h5', first: at(house, 1), last: at(house, 23), source: '/var/log/test.log' }],
      },
    });
    expect(sink.dataOf('status')).toMatchObject([{ state: 'following', lagBytes: 0 }]);
    await house.writer.append(2);
    await house.clock.settle();
    expect(sink.lines).toEqual(Array.from({ length: 9 }, (_, index) => `line ${17 + index}`));
    expect(sink.lastId).toBe(at(house, 25));
  });

  it('gets none of the history with a tail of 0', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened({ tail: 0 });
    expect(sink.names).toEqual(['connected', 'status', 'live']);
    expect(sink.lastId).toBe(at(house, 5));
    await house.writer.append(1);
    await house.clock.settle();
    expect(sink.lines).toEqual(['line 6']);
  });

  it('gets all there is where there is less than its tail', async () => {
    const house = await houseWith(25, RETAIN_TEN);
    const { sink } = await house.opened();
    expect(sink.names).toEqual(['connected', 'status', 'log', 'live']);
    expect(sink.lines).toHaveLength(10);
  });

  it('gets a tail across epochs', async () => {
    const house = await houseWith(5);
    const closed = at(house, 5);
    await house.writer.appendInNewEpoch(2);
    const { sink } = await house.opened({ tail: 4 });
    expect(sink.names).toEqual(['connected', 'status', 'log', 'epoch', 'log', 'live']);
    expect(sink.dataOf('epoch')).toEqual([{ channel: 'host/h5', closed, opened: at(house, 0) }]);
    expect(sink.lines).toEqual(['line 4', 'line 5', 'line 6', 'line 7']);
  });

  it('of a channel that does not exist gets it from its first record', async () => {
    const house = new SessionHouse();
    const { sink } = await house.opened({ tail: 0 });
    expect(sink.names).toEqual(['connected', 'status', 'live']);
    expect(sink.lastId).toBe('0-0');
    expect(sink.dataOf('connected')).toMatchObject([{ channels: [{ first: null, last: null }] }]);
    expect(sink.dataOf('status')).toMatchObject([{ state: 'waiting' }]);
    await house.writer.append(3);
    await house.clock.settle();
    expect(sink.lines).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('waits for the first reading of the file to end', async () => {
    const house = new SessionHouse();
    await house.beat('reading');
    await house.writer.append(100);
    const { sink } = await house.opened({ tail: 2 });
    expect(sink.sent).toEqual([]);
    await house.writer.append(100);
    await house.clock.advance(1500);
    expect(sink.sent).toEqual([]);
    await house.beat('following');
    await house.clock.advance(1000);
    expect(sink.names).toEqual(['connected', 'status', 'log', 'live']);
    expect(sink.lines).toEqual(['line 199', 'line 200']);
  });

  it('does not wait for ever for a file that grows faster than it is read', async () => {
    const house = new SessionHouse();
    await house.writer.append(100);
    const { sink } = await house.opened({ tail: 2 });
    expect(sink.names).toContain('live');
    const late = house.open({ tail: 2 });
    for (let second = 0; second < 62; second += 1) {
      await house.beat('reading');
      await house.clock.advance(1000);
    }
    expect(late.sink.lines).toEqual(['line 99', 'line 100']);
  });
});

describe('a viewer that comes back', () => {
  it('goes on after its position', async () => {
    const house = await houseWith(23);
    const { sink } = await house.opened({ after: at(house, 11) });
    expect(sink.sent[0]).toMatchObject({ event: 'connected', id: at(house, 11) });
    expect(sink.names).toEqual(['connected', 'status', 'log', 'live']);
    expect(sink.lines).toEqual(Array.from({ length: 12 }, (_, index) => `line ${12 + index}`));
  });

  it('is told exactly what was trimmed', async () => {
    const house = await houseWith(50, RETAIN_TEN);
    const { sink } = await house.opened({ after: at(house, 3) });
    expect(sink.names).toEqual(['connected', 'status', 'gap', 'log', 'live']);
    expect(sink.sent[2]).toEqual({
      event: 'gap',
      id: at(house, 40),
      data: { channel: 'host/h5', from: at(house, 4), to: at(house, 40), lost: 37, reason: 'trimmed' },
    });
    expect(sink.lines).toHaveLength(10);
  });

  it.each(['0-0', 'E-0'])('after %s gets everything left', async (after) => {
    const house = await houseWith(20, RETAIN_TEN);
    const { sink } = await house.opened({ after: after === '0-0' ? after : at(house, 0) });
    expect(sink.dataOf('gap')).toMatchObject([{ from: at(house, 1), to: at(house, 10), lost: 10, reason: 'trimmed' }]);
    expect(sink.lines).toHaveLength(10);
  });

  it('gets the gap when nothing is left at all', async () => {
    const house = await houseWith(20, { retainAge: 1000 });
    await house.clock.advance(5000);
    const { sink } = await house.opened({ after: at(house, 5) });
    expect(sink.names).toEqual(['connected', 'status', 'gap', 'live']);
    expect(sink.dataOf('gap')).toMatchObject([{ from: at(house, 6), to: at(house, 20), lost: 15, reason: 'trimmed' }]);
    await house.writer.append(1);
    await house.clock.settle();
    expect(sink.lines).toEqual(['line 21']);
  });

  it('goes on from an old epoch into the next', async () => {
    const house = await houseWith(5);
    const old = at(house, 3);
    await house.writer.appendInNewEpoch(2);
    const { sink } = await house.opened({ after: old });
    expect(sink.names).toEqual(['connected', 'status', 'log', 'epoch', 'log', 'live']);
    expect(sink.lines).toEqual(['line 4', 'line 5', 'line 6', 'line 7']);
  });

  it('is told which of its positions were withdrawn', async () => {
    const house = await houseWith(5);
    const [epoch] = at(house, 0).split('-');
    await house.writer.appendInNewEpoch(2);
    const { sink } = await house.opened({ after: `${epoch}-9` });
    expect(sink.names).toEqual(['connected', 'status', 'gap', 'epoch', 'log', 'live']);
    expect(sink.sent[2]).toEqual({
      event: 'gap',
      id: at(house, 0),
      data: { channel: 'host/h5', from: `${epoch}-6`, to: `${epoch}-9`, lost: 4, reason: 'epoch' },
    });
    expect(sink.lines).toEqual(['line 6', 'line 7']);
  });

  it('of an epoch that nobody remembers gets the last records, once the file is read', async () => {
    const house = new SessionHouse();
    await house.beat('reading');
    await house.writer.append(100);
    const { sink } = await house.opened({ after: '12-34', tail: 3 });
    expect(sink.names).toEqual(['connected', 'status']);
    expect(sink.lastId).toBe('12-34');
    await house.writer.append(100);
    await house.beat('following');
    await house.clock.advance(1000);
    expect(sink.names).toEqual(['connected', 'status', 'gap', 'log', 'live']);
    expect(sink.sent[2]).toEqual({
      event: 'gap',
      id: at(house, 197),
      data: { channel: 'host/h5', from: null, to: null, lost: null, reason: 'epoch' },
    });
    expect(sink.lines).toEqual(['line 198', 'line 199', 'line 200']);
  });

  it('to a channel that does not exist yet keeps its position until it does', async () => {
    const house = new SessionHouse();
    const { sink } = await house.opened({ after: '12-34', tail: 2 });
    expect(sink.names).toEqual(['connected', 'status']);
    expect(sink.lastId).toBe('12-34');
    await house.writer.append(5);
    await house.clock.settle();
    // No tailer has said yet whether it still reads.
    expect(sink.names).toEqual(['connected', 'status', 'status']);
    await house.beat('following');
    await house.clock.advance(1000);
    expect(sink.names).toEqual(['connected', 'status', 'status', 'gap', 'log', 'live']);
    expect(sink.lines).toEqual(['line 4', 'line 5']);
  });

  it('from beyond the head waits for it to come', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened({ after: at(house, 8) });
    await house.clock.advance(3000);
    expect(sink.names).toEqual(['connected', 'status']);
    await house.writer.append(4);
    await house.clock.settle();
    expect(sink.names).toEqual(['connected', 'status', 'log', 'live']);
    expect(sink.lines).toEqual(['line 9']);
  });

  it.each(['8', 'a later epoch'])('from beyond the head (%s) goes on from the head after 10 s', async (where) => {
    const house = await houseWith(5);
    const after = where === '8' ? at(house, 8) : `${(house.writer.head?.epoch ?? 0) + 1}-3`;
    const { sink } = await house.opened({ after });
    await house.clock.advance(9000);
    expect(sink.dataOf('gap')).toEqual([]);
    await house.clock.advance(2000);
    expect(sink.sent.filter(({ event }) => event === 'gap')).toEqual([
      {
        event: 'gap',
        id: at(house, 5),
        data: { channel: 'host/h5', from: null, to: null, lost: null, reason: 'unknown-position' },
      },
    ]);
    await house.writer.append(1);
    await house.clock.settle();
    expect(sink.lines).toEqual(['line 6']);
  });
});

describe('a live viewer', () => {
  it('is written what has come since the last round in one piece', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened({ tail: 0 });
    for (let time = 0; time < 20; time += 1) await house.writer.append(1);
    await house.clock.settle();
    expect(sink.lines).toHaveLength(20);
    expect(sink.writes).toBe(1);
  });

  it('follows in the steps of another only where it stands in the same place, and is told the same', async () => {
    const house = await houseWith(5);
    const viewers = [0, 1, 2, 3].map(() => house.open({ tail: 0 }));
    await house.clock.settle();
    const [, paused, full] = viewers;
    paused?.session.pause();
    await house.writer.append(2);
    await house.clock.advance(6_000);
    await house.beat('following', 1_000_000);
    await house.clock.advance(2_000);
    expect(viewers.map(({ sink }) => sink.lines.length)).toEqual([2, 0, 2, 2]);
    expect(viewers.map(({ sink }) => sink.dataOf('status').length)).toEqual([2, 2, 2, 2]);
    paused?.session.resume();
    if (full) full.sink.full = true;
    await house.writer.append(1);
    await house.clock.settle();
    await house.writer.append(1);
    await house.clock.settle();
    if (full) full.sink.full = false;
    full?.session.drained();
    await house.clock.settle();
    for (const { sink } of viewers) expect(sink.lines).toEqual(['line 6', 'line 7', 'line 8', 'line 9']);
    expect(house.failures).toEqual([]);
  });

  it('is given what comes while others are served, and no less than they', async () => {
    const house = await houseWith(5);
    const viewers = Array.from({ length: 100 }, () => house.open({ tail: 0 }));
    await house.clock.settle();
    const [first] = viewers;
    const { sink } = first ?? expect.fail();
    const give = sink.records.bind(sink);
    let elapsed = house.clock.elapsed();
    house.clock.elapsed = () => elapsed;
    sink.records = (...given) => {
      // The round ends before all were served.
      elapsed += 5;
      if (sink.lines.length === 0) house.writer.append(1).catch((error: unknown) => house.failures.push(error));
      return give(...given);
    };
    await house.writer.append(1);
    await house.clock.settle();
    for (const { sink: each } of viewers) expect(each.lines).toEqual(['line 6', 'line 7']);
    expect(house.failures).toEqual([]);
  });

  it('gets a lost live message from history, also when nothing comes after it', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened({ tail: 0 });
    house.broker.losesLive = true;
    await house.writer.append(3);
    house.broker.losesLive = false;
    await house.writer.append(1);
    await house.clock.settle();
    expect(sink.lines).toEqual(['line 6', 'line 7', 'line 8', 'line 9']);
    house.broker.losesLive = true;
    await house.writer.append(1);
    await house.clock.advance(1200);
    expect(sink.lines.at(-1)).toBe('line 10');
    expect(sink.dataOf('gap')).toEqual([]);
  });

  it('is told of a new epoch at once', async () => {
    const house = await houseWith(5);
    const closed = at(house, 5);
    const { sink } = await house.opened({ tail: 0 });
    await house.writer.appendInNewEpoch(2);
    await house.clock.settle();
    expect(sink.names).toEqual(['connected', 'status', 'live', 'epoch', 'log']);
    expect(sink.dataOf('epoch')).toEqual([{ channel: 'host/h5', closed, opened: at(house, 0) }]);
  });

  it('that is full is sent nothing, holds nothing, and misses nothing that is left', async () => {
    const house = await houseWith(5, { retainLines: 100 });
    const { sink, session } = await house.opened({ tail: 0 });
    sink.full = true;
    await house.writer.append(1);
    await house.clock.settle();
    const { length } = sink.sent;
    for (let time = 0; time < 40; time += 1) await house.writer.append(1);
    await house.clock.advance(60_000);
    expect(sink.sent).toHaveLength(length);
    expect(session.cursor && formatPosition(session.cursor)).toBe(at(house, 6));
    sink.full = false;
    session.drained();
    await house.clock.settle();
    expect(sink.lines).toHaveLength(41);
    expect(sink.dataOf('gap')).toEqual([]);
  });

  it('that is full gets from memory what the broker keeps no longer', async () => {
    const house = await houseWith(5, { retainAge: 5000 });
    const { sink, session } = await house.opened({ tail: 0 });
    sink.full = true;
    await house.writer.append(2);
    await house.clock.settle();
    await house.writer.append(5);
    await house.clock.settle();
    await house.beat('following');
    await house.clock.advance(60_000);
    sink.full = false;
    session.drained();
    await house.clock.settle();
    // Memory has it for as long as there is room, longer than the broker.
    expect(sink.lines.at(-1)).toBe('line 12');
  });

  it('catches up with an emptied channel by a gap', async () => {
    const house = await houseWith(5, { retainAge: 5000 });
    const { sink, session } = await house.opened({ tail: 0 });
    session.pause();
    house.broker.losesLive = true;
    await house.writer.append(4);
    await house.clock.advance(60_000);
    session.resume();
    await house.clock.settle();
    expect(sink.dataOf('gap')).toMatchObject([{ from: at(house, 6), to: at(house, 9), lost: 4, reason: 'trimmed' }]);
    house.broker.losesLive = false;
    await house.writer.append(1);
    await house.clock.settle();
    expect(sink.lines).toEqual(['line 10']);
  });

  it('misses nothing of a purge when it has read all of it', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened();
    await house.broker.purge(house.channel);
    await house.clock.advance(3_000);
    await house.writer.append(2);
    await house.clock.settle();
    expect(sink.names).toEqual(['connected', 'status', 'log', 'live', 'log']);
    expect(sink.lines).toHaveLength(7);
  });

  it('is told of what was purged before it could read it, and is given none of it from memory', async () => {
    const house = await houseWith(5);
    const { sink, session } = await house.opened();
    sink.full = true;
    await house.writer.append(1);
    await house.clock.settle();
    await house.writer.append(4);
    await house.clock.settle();
    await house.broker.purge(house.channel);
    await house.writer.append(2);
    await house.clock.advance(1_000);
    sink.full = false;
    session.drained();
    await house.clock.settle();
    const gap = { from: at(house, 7), to: at(house, 10), lost: 4, reason: 'purged' };
    expect(sink.dataOf('gap')).toMatchObject([gap]);
    expect(sink.lines.slice(5)).toEqual(['line 6', 'line 11', 'line 12']);
  });

  it('of a broker that has lost everything gets a gap and the last records', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened({ tail: 3 });
    await house.clock.advance(1000);
    house.forgetEverything();
    const writer = new ChannelWriter(house.broker.inner, house.channel);
    await writer.append(80);
    await house.beat('following');
    await house.clock.advance(3000);
    expect(sink.dataOf('gap')).toEqual([{ channel: 'host/h5', from: null, to: null, lost: null, reason: 'epoch' }]);
    expect(sink.lines).toEqual(['line 3', 'line 4', 'line 5', 'line 78', 'line 79', 'line 80']);
    expect(sink.lastId).toBe(formatPosition(writer.head ?? expect.fail()));
  });

  it('that pauses goes on where it was', async () => {
    const house = await houseWith(5);
    const { sink, session } = await house.opened({ tail: 0 });
    session.pause();
    await house.writer.append(3);
    await house.clock.advance(2000);
    expect(sink.lines).toEqual([]);
    session.resume();
    await house.clock.settle();
    expect(sink.lines).toEqual(['line 6', 'line 7', 'line 8']);
  });
});

describe('a broker that fails', () => {
  it('is told as a status; streams stay, and go on', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened({ tail: 0 });
    house.broker.fails = true;
    house.broker.losesLive = true;
    await house.writer.append(3);
    await house.clock.advance(20_000);
    expect(sink.dataOf('status')).toMatchObject([{ state: 'following' }, { state: 'unreachable' }]);
    house.broker.fails = false;
    await house.beat('following');
    await house.clock.advance(9_000);
    expect(sink.dataOf('status').at(-1)).toMatchObject({ state: 'following' });
    expect(sink.lines).toEqual(['line 6', 'line 7', 'line 8']);
    expect(sink.dataOf('gap')).toEqual([]);
    expect(sink.ended).toBe(false);
  });

  it('from the start keeps a new viewer waiting, and greets one that has a position', async () => {
    const house = await houseWith(5);
    house.broker.fails = true;
    const fresh = house.open({ tail: 1 });
    const back = house.open({ after: at(house, 3) });
    await house.clock.advance(20_000);
    expect(fresh.sink.names.filter((name) => name !== 'ping')).toEqual([]);
    expect(back.sink.names.slice(0, 2)).toEqual(['connected', 'status']);
    house.broker.fails = false;
    await house.clock.advance(9_000);
    expect(fresh.sink.lines).toEqual(['line 5']);
    expect(back.sink.lines).toEqual(['line 4', 'line 5']);
    await house.writer.append(1);
    await house.clock.settle();
    expect(house.broker.followers).toBe(1);
    expect(fresh.sink.lines.at(-1)).toBe('line 6');
  });
});

describe('the end of a session', () => {
  it('leaves nothing behind', async () => {
    const house = await houseWith(5);
    const { sink, session } = await house.opened();
    session.detach();
    session.detach();
    const { length } = sink.sent;
    await house.writer.append(1);
    await house.clock.settle();
    expect(sink.sent).toHaveLength(length);
    expect(house.feeds.size).toBe(1);
    await house.clock.advance(31_000);
    expect([house.feeds.size, house.broker.followers, house.clock.timers]).toEqual([0, 0, 0]);
  });

  it('keeps no feed of a channel that does not exist', async () => {
    const house = new SessionHouse();
    const { session } = await house.opened();
    session.detach();
    await house.clock.settle();
    expect([house.feeds.size, house.broker.followers, house.clock.timers]).toEqual([0, 0, 0]);
  });

  it('comes of a fault in what is stored, and does no harm to others', async () => {
    const house = await houseWith(5);
    const { sink } = await house.opened({ tail: 0 });
    const other = await house.opened({ tail: 0 });
    sink.records = () => {
      throw new Error('broken');
    };
    await house.writer.append(1);
    await house.clock.settle();
    expect(sink.ended).toBe(true);
    expect(house.failures).toHaveLength(1);
    expect(other.sink.lines).toEqual(['line 6']);
  });
});

it('serves a storm of reconnects with a handful of reads', async () => {
  const house = await houseWith(5000);
  const viewers = Array.from({ length: 1000 }, (_, index) => house.open({ after: at(house, (index * 7) % 5000) }));
  await house.clock.settle();
  for (const [index, { sink }] of viewers.entries()) {
    const after = (index * 7) % 5000;
    expect(sink.lines).toHaveLength(5000 - after);
    expect(sink.lines[0]).toBe(`line ${after + 1}`);
  }
  expect(house.broker.reads).toBeLessThan(10);
  expect(house.feeds.size).toBe(1);
});
