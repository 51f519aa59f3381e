import { formatPosition, type ChannelName } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { ChannelWriter } from '../feed/testing/channel-writer.js';
import { LineFilter } from '@tailgate/history';
import { Pipe } from './testing/pipe.js';
import { eventsIn, StreamHouse } from './testing/stream-house.js';

const START = { tail: 50 };

/** Takes what is written in one go as one. */
class GatheringPipe extends Pipe {
  writes: string[] = [];

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.chunks.push(...chunks.map(({ chunk }) => chunk));
    this.writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString());
    done();
  }

  override _write(chunk: Buffer, encoding: string, done: () => void): void {
    this.writes.push(chunk.toString());
    super._write(chunk, encoding, done);
  }
}

/** A house with a few channels, each with a writer. */
function severalChannels(count: number): { house: StreamHouse; channels: ChannelName[]; writers: ChannelWriter[] } {
  const house = new StreamHouse();
  const channels = Array.from({ length: count }, (_, index) => house.nameOf(`h${index}`));
  return { house, channels, writers: channels.map((channel) => new ChannelWriter(house.broker.inner, channel)) };
}

/** The records among the events: channel, id of the event, id of the record, and line. */
function recordsIn(pipe: Pipe): { channel: string; id: string; own: string; line: string }[] {
  return eventsIn(pipe).flatMap(({ event, id = '', data }) => {
    if (event !== 'log') return [];
    const { channel, id: own, line } = JSON.parse(data) as { channel: string; id: string; line: string };
    return [{ channel, id, own, line }];
  });
}

it('what a viewer is sent first goes out with its first records, and at once where there are none', async () => {
  const house = new StreamHouse();
  const waiting = new GatheringPipe();
  house.stream({}, waiting);
  await house.clock.settle();
  expect(waiting.writes[0]).toBe('retry: 2000\n\n');
  expect(eventsIn(waiting).map(({ event }) => event)).toEqual(['connected', 'status', 'live']);
  await house.writer.append(3);
  await house.clock.settle();
  const [{ id = '' } = {}] = eventsIn(waiting).filter(({ event }) => event === 'log');
  const [after] = house.positionsOf(id);
  const pipe = new GatheringPipe();
  house.stream({ start: { tail: 0, ...(after && { after }) } }, pipe);
  await house.clock.settle();
  expect(pipe.writes).toEqual([
    expect.stringMatching(/^retry: .*event: connected\n.*event: log\n.*event: log\n/s),
    expect.stringMatching(/^event: live\n/),
  ]);
});

describe('a stream of several channels', () => {
  it('says of each record where it is from, and has the positions of all in each id', async () => {
    const { house, channels, writers } = severalChannels(3);
    for (const writer of writers) await writer.append(2);
    const pipe = await house.streamed({ channels });
    const events = eventsIn(pipe);
    expect(events.map(({ event }) => event).filter((event) => event !== 'log')).toEqual([
      'connected',
      'status',
      'status',
      'status',
      'live',
    ]);
    expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ channels: channels.map((channel) => ({ channel })) });
    const seen = new Map(channels.map((channel, index) => [channel as string, events[0]?.id?.split(',')[index]]));
    for (const { channel, id, own } of recordsIn(pipe)) {
      seen.set(channel, own);
      expect(id).toBe([...seen.values()].join(','));
    }
    expect([...seen.values()]).toEqual(writers.map(({ head }) => head && formatPosition(head)));
    await writers[1]?.append(1);
    await house.clock.settle();
    expect(recordsIn(pipe).at(-1)).toMatchObject({ channel: channels[1], line: 'line 3' });
  });

  it('goes on from any of its ids without a hole or a repetition', async () => {
    const { house, channels, writers } = severalChannels(3);
    const live = await house.streamed({ channels });
    for (let round = 0; round < 5; round += 1) {
      for (const writer of writers) await writer.append(1 + (round % 2));
      await house.clock.settle();
    }
    const all = recordsIn(live);
    for (const [index, { id }] of all.entries()) {
      const positions = house.positionsOf(id);
      const starts = positions.map((after) => ({ ...START, after }));
      const pipe = await house.streamed({ channels, starts });
      const rest = (channel: string) => all.slice(index + 1).filter((record) => record.channel === channel);
      for (const channel of channels) {
        expect(
          recordsIn(pipe)
            .filter((record) => record.channel === channel)
            .map(({ own }) => own),
        ).toEqual(rest(channel).map(({ own }) => own));
      }
    }
    expect(all.length).toBe(21);
  });

  it('tells gaps and epochs with their channel and position', async () => {
    const { house, channels, writers } = severalChannels(2);
    for (const writer of writers) await writer.append(2);
    await writers[0]?.appendInNewEpoch(1);
    const pipe = await house.streamed({ channels });
    const epoch = eventsIn(pipe).find(({ event }) => event === 'epoch');
    const own = `${writers[0]?.head?.epoch ?? 0}-0`;
    expect(JSON.parse(epoch?.data ?? '')).toMatchObject({ channel: channels[0], opened: own, id: own });
    expect(epoch?.id?.split(',')[0]).toBe(own);
  });

  it('sends a batch as one event with one id', async () => {
    const { house, channels, writers } = severalChannels(2);
    for (const writer of writers) await writer.append(3);
    const pipe = await house.streamed({ channels, lines: true });
    const lines = eventsIn(pipe).filter(({ event }) => event === 'lines');
    expect(lines).toHaveLength(2);
    for (const [index, { data }] of lines.entries()) {
      const head = writers[index]?.head?.epoch ?? 0;
      expect(JSON.parse(data)).toMatchObject(
        [1, 2, 3].map((seq) => ({ channel: channels[index], id: `${head}-${seq}`, line: `line ${seq}` })),
      );
    }
    expect(lines.at(-1)?.id).toBe(writers.map(({ head }) => head && formatPosition(head)).join(','));
  });

  it('begins when all channels are known, and lives without those that are not there', async () => {
    const { house, channels, writers } = severalChannels(2);
    await writers[0]?.append(1);
    const sign = { channel: channels[1] ?? house.channel, source: 'x', lagBytes: 0 };
    await house.broker.beat([{ ...sign, state: 'reading' }]);
    await writers[1]?.append(1);
    const pipe = await house.streamed({ channels });
    for (let time = 0; time < 4; time += 1) {
      await house.clock.advance(5_000);
      await house.broker.beat([{ ...sign, state: 'reading' }]);
    }
    expect(eventsIn(pipe)).toEqual([]);
    expect(pipe.text).toContain(':\n\n');
    await house.broker.beat([{ ...sign, state: 'following' }]);
    await house.clock.advance(1_000);
    expect(eventsIn(pipe)[0]?.event).toBe('connected');
    expect(recordsIn(pipe)).toHaveLength(2);
  });

  it('gives each channel its share of a slow connection, and holds one piece at most', async () => {
    const { house, channels, writers } = severalChannels(4);
    for (let time = 0; time < 20; time += 1) for (const writer of writers) await writer.append(2_000);
    const pipe = new Pipe();
    pipe.reads = false;
    house.stream({ channels, start: { tail: 10_000 } }, pipe);
    const firsts = new Set<string>();
    for (let time = 0; time < 2_000 && firsts.size < 4; time += 1) {
      await house.clock.settle();
      expect(pipe.writableLength).toBeLessThan(256 * 1024);
      for (const name of channels) if (pipe.text.includes(`"channel":"${name}","id"`)) firsts.add(name);
      pipe.readOn();
      pipe.reads = false;
    }
    expect(firsts.size).toBe(4);
    pipe.readOn();
    await house.clock.settle();
    for (const channel of channels) {
      const seqs = recordsIn(pipe).flatMap((record) => (record.channel === channel ? [record.own] : []));
      expect(seqs).toEqual(seqs.map((_, index) => `${seqs[0]?.split('-')[0] ?? ''}-${30_001 + index}`));
      expect(seqs).toHaveLength(10_000);
    }
    // Each id says what has been written before it, and nothing else.
    const written = new Map<string, string>();
    for (const { channel, id, own } of recordsIn(pipe)) {
      written.set(channel, own);
      const positions = id.split(',');
      for (const [index, name] of channels.entries()) {
        const known = written.get(name);
        if (known !== undefined) expect(positions[index]).toBe(known);
      }
    }
  });
});

describe('a filtered stream', () => {
  const filter = new LineFilter({ grep: 'line [0-9]*7$' });

  it('sends what matches, by its own positions', async () => {
    const house = new StreamHouse();
    await house.writer.append(30);
    const pipe = await house.streamed({ start: { tail: 2, filter } });
    const { epoch = 0 } = house.writer.head ?? {};
    expect(eventsIn(pipe).flatMap(({ event, id }) => (event === 'log' ? [id] : []))).toEqual([
      `${epoch}-17`,
      `${epoch}-27`,
    ]);
    const lines = await house.streamed({ start: { tail: 2, filter }, lines: true });
    const batch = eventsIn(lines).find(({ event }) => event === 'lines');
    expect(JSON.parse(batch?.data ?? '')).toMatchObject([{ id: `${epoch}-17` }, { id: `${epoch}-27` }]);
    expect(batch?.id).toBe(`${epoch}-27`);
  });

  it('that matches nothing for an hour moves its cursor with pings, and resumes without reading it all again', async () => {
    const house = new StreamHouse();
    await house.writer.append(5);
    const pipe = await house.streamed({ start: { tail: 50, filter: new LineFilter({ grep: 'never' }) } });
    for (let minute = 0; minute < 60; minute += 1) {
      await house.writer.append(10);
      await house.clock.advance(60_000);
    }
    const events = eventsIn(pipe);
    expect(events.some(({ event }) => event === 'log')).toBe(false);
    const pings = events.filter(({ event }) => event === 'ping');
    expect(pings.length).toBeGreaterThanOrEqual(240);
    expect(pings.at(-1)?.id).toBe(formatPosition(house.writer.head ?? expect.fail()));
    const times = [events[0]?.data, ...pings.map(({ data }) => (JSON.parse(data) as { time: number }).time)].slice(1);
    expect(Math.max(...times.slice(1).map((time, index) => Number(time) - Number(times[index])))).toBeLessThanOrEqual(
      15_000,
    );
  });
});

describe('a connection', () => {
  it('hands the same bytes to every viewer', async () => {
    const house = new StreamHouse();
    const pipes = [await house.streamed(), await house.streamed()];
    await house.writer.append(5);
    await house.clock.settle();
    expect(pipes[0]?.chunks.at(-1)).toBe(pipes[1]?.chunks.at(-1));
  });

  it('sends comments, and no event, until it is connected', async () => {
    const house = new StreamHouse();
    house.broker.fails = true;
    const pipe = house.stream();
    await house.clock.advance(16_000);
    expect(pipe.text).toBe('retry: 2000\n\n:\n\n');
    house.broker.fails = false;
    await house.clock.advance(30_000);
    expect(eventsIn(pipe)[0]).toMatchObject({ event: 'connected', id: '0-0' });
    expect(eventsIn(pipe).at(-1)).toMatchObject({ event: 'ping', id: '0-0' });
  });

  it('ends when its caller’s rights do', async () => {
    const house = new StreamHouse();
    const caller = { mayRead: () => true, expiresAt: house.clock.now() + 5_500 };
    const pipe = await house.streamed({ caller });
    await house.clock.advance(5_000);
    expect(pipe.writableEnded).toBe(false);
    await house.clock.advance(1_000);
    expect(eventsIn(pipe).at(-1)).toMatchObject({ event: 'closing', data: '{"reason":"expired"}' });
    expect(pipe.writableEnded).toBe(true);
    expect(house.connections.size).toBe(0);
  });

  it('is parted from after it has taken nothing for too long, and not for being slow', async () => {
    const house = new StreamHouse(60_000);
    const [stuck, slow] = [await house.streamed(), await house.streamed()];
    stuck.reads = false;
    slow.reads = false;
    for (let time = 0; time < 100; time += 1) {
      await house.writer.append(1000);
      await house.clock.advance(1_000);
      if (time % 30 === 29) {
        slow.readOn();
        slow.reads = false;
      }
    }
    expect(stuck.destroyed).toBe(true);
    expect(slow.destroyed).toBe(false);
    slow.readOn();
    await house.clock.advance(20_000);
    expect(eventsIn(slow).filter(({ event }) => event === 'log')).toHaveLength(100_000);
  });

  it('ends when one of its sessions fails', async () => {
    const house = new StreamHouse();
    const pipe = await house.streamed();
    house.formats.of({ several: false, filtered: false, lines: false, headers: {} }).records.encode = () => {
      throw new Error('broken');
    };
    await house.writer.append(1);
    await house.clock.settle();
    expect(house.failures).toHaveLength(1);
    expect(pipe.writableEnded).toBe(true);
    expect(house.connections.size).toBe(0);
  });
});

it('keeps no queue for viewers that never read, and gives them all of it when they do', async () => {
  const house = new StreamHouse();
  const { clock } = house;
  await house.writer.append(1);
  const pipes = Array.from({ length: 300 }, () => house.stream({ start: { tail: 0 } }));
  await clock.settle();
  for (const pipe of pipes) pipe.reads = false;
  for (let time = 0; time < 200; time += 1) {
    await house.writer.append(500);
    await clock.settle();
  }
  await clock.advance(120_000);
  const waiting = pipes.map(({ writableLength }) => writableLength);
  const [one] = pipes;
  expect(Math.max(...waiting)).toBeLessThan((one?.writableHighWaterMark ?? 0) + 64 * 1024);
  // Not a copy each either: the chunk that waits is the same everywhere.
  expect(new Set(pipes.map(({ chunks }) => chunks.at(-1)?.buffer)).size).toBe(1);
  const [last] = [...house.writer.lines.keys()].slice(-1);
  one?.readOn();
  await clock.settle();
  expect(one?.text).toContain(`id: ${last ?? ''}\n`);
  for (const pipe of pipes) pipe.destroy();
  await clock.advance(31_000);
  expect([house.connections.size, house.feeds.size, house.broker.followers, clock.timers]).toEqual([0, 0, 0, 0]);
});
