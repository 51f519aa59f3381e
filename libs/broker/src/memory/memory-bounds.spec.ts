import { BEGINNING, parseChannel, type ChannelName } from '@tailgate/protocol';
import { describe, expect, test } from 'vitest';
import { batchRecords, type Batch } from '../batch.js';
import { BATCH_OVERHEAD_BYTES } from './ledger.js';
import { MemoryBroker } from './memory-broker.js';

const EVERYTHING = { records: 1_000_000, bytes: 1_000_000_000 };
const LINE = `{"line":"${'x'.repeat(64)}","time":1}\n`;

function channel(text: string): ChannelName {
  const name = parseChannel(text);
  if (!name) throw new Error(text);
  return name;
}

const CHANNELS = ['host/a', 'host/b', 'host/c'].map(channel);

/** Appends from one source a channel. */
function appender(broker: MemoryBroker): (to: ChannelName, payload: Buffer, records?: number) => Promise<void> {
  const steps = new Map<ChannelName, number>();
  return async (to, payload, records = 1) => {
    const step = steps.get(to) ?? 0;
    steps.set(to, step + 1);
    const expected = step === 0 ? undefined : `${step}`;
    const answer = await broker.append({ channel: to, source: 's', expected, next: `${step + 1}`, records, payload });
    expect(answer.outcome).toBe('appended');
  };
}

async function batchesOf(broker: MemoryBroker, names = CHANNELS): Promise<Batch[]> {
  return (await Promise.all(names.map((name) => broker.readAfter(name, BEGINNING, EVERYTHING)))).flat();
}

describe('the memory of a broker', () => {
  test('stays within its bounds over a million lines', async () => {
    await using broker = new MemoryBroker({ retainLines: 20_000, maxBytes: 4_000_000 });
    const append = appender(broker);
    const payload = Buffer.from(LINE.repeat(100));
    const names = [...CHANNELS, ...CHANNELS, channel('host/d')];
    let most = 0;
    for (let count = 0; count < 10_000; count += 1) {
      await append(names[count % names.length] ?? channel('host/d'), payload, 100);
      most = Math.max(most, broker.usage.bytes);
    }
    expect(most).toBeLessThanOrEqual(4_000_000);
    expect(broker.usage.bytes).toBeGreaterThan(3_900_000);
    const batches = await batchesOf(broker, [...CHANNELS, channel('host/d')]);
    expect(broker.usage).toMatchObject({ channels: 4, batches: batches.length, bytes: accounted(batches) });
  });

  test('is counted with what a batch costs beside its payload', async () => {
    await using broker = new MemoryBroker({ maxBytes: 100 * (BATCH_OVERHEAD_BYTES + 2) });
    const append = appender(broker);
    for (let count = 0; count < 1000; count += 1) await append(channel('host/a'), Buffer.from('1\n'));
    expect(broker.usage).toMatchObject({ channels: 1, batches: 100, bytes: 100 * (BATCH_OVERHEAD_BYTES + 2) });
  });

  test('loses the oldest batches of all the channels first', async () => {
    const kept = 10;
    let now = 1;
    const maxBytes = kept * (BATCH_OVERHEAD_BYTES + LINE.length);
    await using broker = new MemoryBroker({ retainLines: 5, maxBytes, clock: () => now });
    const append = appender(broker);
    const [a, b, c] = [channel('host/a'), channel('host/b'), channel('host/c')];
    const appended: { to: ChannelName; time: number }[] = [];
    // Most go to `a`, which loses its own by lines, from the middle of the whole broker's order.
    for (const to of [b, a, a, a, c, a, a, b, a, a, a, a, c, a, b, b, a, c, c, c, a, b, c, b, c, a]) {
      now += 1;
      appended.push({ to, time: now });
      await append(to, Buffer.from(LINE));
      const left = CHANNELS.flatMap((name) => appended.filter((one) => one.to === name).slice(-5));
      const expected = left.map(({ time }) => time).sort((x, y) => x - y);
      const times = (await batchesOf(broker)).map(({ time }) => time).sort((x, y) => x - y);
      expect(times).toEqual(expected.slice(-kept));
    }
  });

  test('has no place for a batch that alone is too large: followers get it, and its number is taken', async () => {
    await using broker = new MemoryBroker({ maxBytes: 10_000 });
    const append = appender(broker);
    const seen: number[] = [];
    await broker.follow(channel('host/a'), ({ payload }) => seen.push(payload.length));
    await append(channel('host/a'), Buffer.from(LINE));
    await append(channel('host/a'), Buffer.from(`"${'x'.repeat(20_000)}"\n`));
    expect(seen).toEqual([LINE.length, 20_003]);
    expect(await broker.bounds(channel('host/a'))).toMatchObject({ first: null, last: { seq: 2 }, records: 0 });
    expect(broker.usage).toMatchObject({ channels: 1, batches: 0, bytes: 0 });
  });

  test('loses what is too old in every channel, though only one is used', async () => {
    let now = 1000;
    await using broker = new MemoryBroker({ retainAge: 100, clock: () => now });
    const append = appender(broker);
    for (const to of CHANNELS) await append(to, Buffer.from(LINE));
    now += 101;
    await append(channel('host/a'), Buffer.from(LINE));
    expect(broker.usage.batches).toBe(1);
    const { channels } = await broker.channels({ order: 'name', limit: 10 });
    expect(channels.map(({ records }) => records)).toEqual([1, 0, 0]);
  });

  test('is that of the payloads alone, and not of the slabs that they are parts of', async () => {
    await using broker = new MemoryBroker();
    const append = appender(broker);
    const slab = Buffer.alloc(1_000_000, LINE);
    await append(channel('host/a'), slab.subarray(0, LINE.length));
    await append(channel('host/a'), Buffer.from(slab.buffer, 0, LINE.length * 7000));
    const [small, large] = await batchesOf(broker);
    expect(small?.payload.buffer.byteLength).toBe(LINE.length);
    expect(large?.payload.buffer.byteLength).toBe(LINE.length * 7000);
  });

  test('forgets the signs of sources that are gone', async () => {
    let now = 0;
    await using broker = new MemoryBroker({ clock: () => now });
    for (let run = 0; run < 100; run += 1) {
      now += 60_000;
      await broker.beat([{ channel: channel('host/a'), source: `${run}.log`, state: 'following', lagBytes: 0 }]);
      expect(broker.usage.signs).toBeLessThanOrEqual(21);
    }
  });

  test('remembers appends that are done once for their time, refuses more than it can, and then takes them again', async () => {
    let now = 0;
    await using broker = new MemoryBroker({ retainLines: 1, clock: () => now });
    const once = (source: string, keepFor: number) =>
      broker.append({
        channel: channel('host/a'),
        source,
        expected: undefined,
        next: source,
        records: 0,
        payload: Buffer.alloc(0),
        keepFor,
      });
    for (let count = 0; count < 200_000; count += 1) await once(`${count}`, count % 2 === 0 ? 1_000 : 60_000);
    await expect(once('one more', 1_000)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await once('7', 60_000)).toMatchObject({ outcome: 'appended' });
    now = 1_000;
    expect(await once('one more', 1_000)).toMatchObject({ outcome: 'appended' });
    expect(broker.usage.receipts).toBe(100_001);
    now = 60_000;
    await once('the last', 1_000);
    expect(broker.usage.receipts).toBe(1);
  });

  test('is let go of with the broker', async () => {
    const broker = new MemoryBroker();
    await appender(broker)(channel('host/a'), Buffer.from(LINE));
    await broker[Symbol.asyncDispose]();
    expect(broker.usage).toEqual({ channels: 0, batches: 0, bytes: 0, signs: 0, receipts: 0 });
  });

  test('must have bounds', () => {
    for (const bad of [0, -1, Number.NaN]) {
      for (const name of ['retainLines', 'retainBytes', 'retainAge', 'maxBytes']) {
        expect(() => new MemoryBroker({ [name]: bad })).toThrow(name);
      }
    }
  });
});

function accounted(batches: readonly Batch[]): number {
  expect(batches.every((batch) => batchRecords(batch) === 100)).toBe(true);
  return batches.reduce((sum, { payload }) => sum + payload.length + BATCH_OVERHEAD_BYTES, 0);
}
