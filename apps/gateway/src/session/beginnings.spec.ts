import { printRecord, formatPosition } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineFilter } from '@tailgate/history';
import { RecordIndex } from './record-index.js';
import { SessionHouse } from './testing/session-house.js';

/** Lines whose number ends with 7. */
const SEVENS = new LineFilter({ grep: 'line [0-9]*7$' });
const NOTHING = new LineFilter({ grep: 'never' });

async function houseWith(lines: number, options = {}): Promise<SessionHouse> {
  const house = new SessionHouse(options);
  await house.beat('following');
  for (let left = lines; left > 0; left -= 500) await house.writer.append(Math.min(500, left));
  return house;
}

/** One batch of lines with times of their own. */
async function appendAt(house: SessionHouse, times: readonly number[], source = 'timed'): Promise<void> {
  const payload = Buffer.from(times.map((time) => `${printRecord({ line: `at ${time}`, time })}\n`).join(''));
  const stored = (await house.broker.inner.checkpoints(house.channel)).get(source)?.checkpoint;
  const request = { channel: house.channel, source, expected: stored, next: `${stored ?? ''}+`, payload };
  await house.broker.append({ ...request, records: times.length });
}

describe('a new viewer with a filter', () => {
  it('gets the last matches, however far back they are, and the live ones', async () => {
    const house = await houseWith(5_000);
    const { sink } = await house.opened({ tail: 3, filter: SEVENS });
    expect(sink.names).toEqual(['connected', 'status', 'log', 'live']);
    expect(sink.lines).toEqual(['line 4977', 'line 4987', 'line 4997']);
    expect(sink.sent[0]).toMatchObject({ id: `${house.writer.head?.epoch ?? 0}-4976` });
    await house.writer.append(10);
    await house.clock.settle();
    expect(sink.lines.at(-1)).toBe('line 5007');
  });

  it('gets all matches where there are fewer', async () => {
    const house = await houseWith(95);
    await house.writer.appendInNewEpoch(5);
    const { sink } = await house.opened({ tail: 50, filter: SEVENS });
    expect(sink.lines).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index * 10 + 7}`));
    expect(sink.names).toEqual(['connected', 'status', 'log', 'epoch', 'log', 'live']);
  });

  it('is told how far back was looked', async () => {
    const house = await houseWith(0, { retainLines: 200_000 });
    for (let time = 0; time < 60; time += 1) await house.writer.append(2_000);
    const { sink } = await house.opened({ tail: 5, filter: NOTHING });
    expect(sink.names).toEqual(['connected', 'status', 'gap', 'live']);
    const { epoch } = house.writer.head ?? { epoch: 0 };
    const to = `${epoch}-20000`;
    expect(sink.sent[2]).toEqual({
      event: 'gap',
      id: to,
      data: { channel: 'host/h5', from: `${epoch}-1`, to, lost: null, reason: 'filtered-limit' },
    });
    expect(sink.sent[0]).toMatchObject({ id: to });
  });

  it('searches once with all who want the same', async () => {
    const house = await houseWith(20_000);
    const viewers = Array.from({ length: 100 }, () => house.open({ tail: 5, filter: NOTHING }));
    const read: number[] = [];
    const browse = house.broker.readBefore.bind(house.broker);
    house.broker.readBefore = (...asked) => {
      read.push(1);
      return browse(...asked);
    };
    await house.clock.settle();
    expect(viewers.every(({ sink }) => sink.names.includes('live'))).toBe(true);
    expect(read.length).toBeLessThan(15);
  });

  it('waits while the broker is away, and then gets what it wants', async () => {
    const house = await houseWith(100);
    const { sink } = house.open({ tail: 2, filter: SEVENS });
    await house.clock.advance(0);
    const other = house.open({ tail: 1, filter: SEVENS });
    house.broker.fails = true;
    await house.clock.advance(5_000);
    house.broker.fails = false;
    await house.clock.advance(10_000);
    expect(sink.lines).toEqual(['line 87', 'line 97']);
    expect(other.sink.lines).toEqual(['line 97']);
  });

  it('of a broker that has lost everything gets the last matches', async () => {
    const house = await houseWith(50);
    const { sink } = await house.opened({ after: '12-34', tail: 2, filter: SEVENS });
    expect(sink.dataOf('gap')).toMatchObject([{ reason: 'epoch', lost: null }]);
    expect(sink.lines).toEqual(['line 37', 'line 47']);
  });
});

describe('a viewer with a filter', () => {
  it('that comes back goes on with the matches after its position, wherever that is', async () => {
    const house = await houseWith(300);
    for (let seq = 0; seq <= 300; seq += 13) {
      const { sink } = await house.opened({ after: `${house.writer.head?.epoch ?? 0}-${seq}`, filter: SEVENS });
      expect(sink.lines.length).toBe(30 - Math.floor((seq + 3) / 10));
    }
  });

  it('is live when it has passed over what does not match, and pauses without losing any', async () => {
    const house = await houseWith(1_000);
    const { sink, session } = await house.opened({ after: '0-0', filter: NOTHING });
    expect(sink.names).toEqual(['connected', 'status', 'live']);
    expect(session.cursor && formatPosition(session.cursor)).toBe(`${house.writer.head?.epoch ?? 0}-1000`);
    const sevens = await house.opened({ tail: 0, filter: SEVENS });
    sevens.session.pause();
    await house.writer.append(100);
    await house.clock.settle();
    expect(sevens.sink.lines).toEqual([]);
    sevens.session.resume();
    await house.clock.settle();
    expect(sevens.sink.lines).toHaveLength(10);
  });
});

describe('a viewer that wants what is newer than a time', () => {
  it('gets the records from the first one on that is not older, by their own times', async () => {
    const house = new SessionHouse();
    const begin = house.clock.now();
    for (let minute = 0; minute < 60; minute += 1) {
      await appendAt(house, [begin + minute * 60_000 - 5, begin + minute * 60_000]);
      await house.clock.advance(60_000);
    }
    const since = begin + 30 * 60_000;
    const { sink } = await house.opened({ since });
    expect(sink.lines).toHaveLength(59);
    expect(sink.lines[0]).toBe(`at ${since}`);
    expect((await house.opened({ since: since - 5 })).sink.lines).toHaveLength(60);
    expect((await house.opened({ since: 0 })).sink.lines).toHaveLength(120);
    expect((await house.opened({ since: house.clock.now() })).sink.lines).toEqual([]);
  });

  it('finds it in any channel by few reads', async () => {
    const times = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 4 }), fc.boolean()), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: -60, max: 3_000 }), async (steps, from) => {
        const house = new SessionHouse({ retainLines: 40 });
        const begin = house.clock.now();
        const kept: number[] = [];
        for (const [wait, count, late] of steps) {
          await house.clock.advance(wait);
          const at = Array.from({ length: count }, () => house.clock.now() - (late ? 20 : 0));
          await appendAt(house, at);
          kept.push(...at);
        }
        const bounds = await house.broker.bounds(house.channel);
        const left = kept.slice(-(bounds?.records ?? 0));
        const { sink } = await house.opened({ since: begin + from });
        const first = left.findIndex((time) => time >= begin + from);
        expect(sink.lines).toEqual(first < 0 ? [] : left.slice(first).map((time) => `at ${time}`));
      }),
      { numRuns: 100 },
    );
  });
});

it('counts the records of several epochs through', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }), fc.nat(4), (lengths, trimmed) => {
      const epochs = lengths.map((closed, index) =>
        index < lengths.length - 1 ? { epoch: index + 1, closed } : { epoch: index + 1 },
      );
      const all = lengths.flatMap((length, index) => Array.from({ length }, (_, seq) => [index + 1, seq + 1] as const));
      const left = all.slice(trimmed);
      const [first] = left;
      const at = ([epoch, seq]: readonly [number, number]) => ({ epoch, seq });
      const house = new SessionHouse();
      const position = (pair: readonly [number, number]) =>
        house.positionsOf(`${pair[0]}-${pair[1]}`)[0] ?? expect.fail();
      const last = position([lengths.length, lengths.at(-1) ?? 0]);
      const bounds = { first: first ? position(first) : null, last, records: left.length, epochs, updated: 0 };
      const index = new RecordIndex(bounds);
      expect(index.size).toBe(left.length);
      for (const [number, pair] of left.entries()) {
        expect(index.at(number)).toEqual(at(pair));
        expect(index.of(position(pair))).toBe(number);
      }
    }),
  );
});
