import { gunzipSync } from 'node:zlib';
import { MemoryBroker, type LogBroker } from '@tailgate/broker';
import { formatPosition, parseChannel, position, type ChannelName } from '@tailgate/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobRun } from '../queue/job-queue.js';
import type { ExportPlan, ExportProgress } from './export-queue.js';
import { exportWriter } from './export-writer.js';
import { MemoryChunks } from './memory-chunks.js';

const CHANNEL: ChannelName = parseChannel('host/h5') ?? expect.fail('a channel');
const BATCHES = 40;
const LINE = 'x'.repeat(1000);
const LINES = 100;

let broker: MemoryBroker;
let lines: string[];
beforeEach(async () => {
  broker = new MemoryBroker();
  lines = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const texts = Array.from({ length: LINES }, (_, index) => `${batch * LINES + index} ${LINE}`);
    const payload = texts.map((line, index) => JSON.stringify({ line, time: batch * LINES + index }));
    lines.push(...texts);
    const request = { channel: CHANNEL, source: 'x', next: `${batch}`, records: LINES };
    const expected = batch === 0 ? undefined : `${batch - 1}`;
    await broker.append({ ...request, expected, payload: Buffer.from(payload.map((one) => `${one}\n`).join('')) });
  }
});

async function planOf(more: Partial<ExportPlan> = {}): Promise<ExportPlan> {
  const bounds = await broker.bounds(CHANNEL);
  if (!bounds?.first) throw new Error('there are records');
  const { first, last, records: total } = bounds;
  const after = formatPosition(position(first.epoch, first.seq - 1));
  const before = formatPosition(position(last.epoch, last.seq + 1));
  const bounded = { maxBytes: 1e9, expires: Date.now() + 60_000 };
  return { channel: CHANNEL, format: 'text', after, before, total, ...bounded, ...more };
}

class Turn implements JobRun<ExportPlan, ExportProgress> {
  readonly id = 'e';
  readonly progress = undefined;
  readonly stop = new AbortController();
  readonly signal = this.stop.signal;
  readonly reports: ExportProgress[] = [];

  constructor(readonly data: ExportPlan) {}

  report = (progress: ExportProgress): Promise<void> => {
    this.reports.push(progress);
    return Promise.resolve();
  };
}

async function textOf(chunks: MemoryChunks): Promise<string> {
  const { count = 0 } = (await chunks.last('e')) ?? {};
  const all = await Promise.all(Array.from({ length: count }, (_, index) => chunks.get('e', index)));
  return gunzipSync(Buffer.concat(all.flatMap((bytes) => bytes ?? []))).toString();
}

describe('the writer of an export', () => {
  it('writes the whole channel in chunks, and says how far it is', async () => {
    const chunks = new MemoryChunks();
    const turn = new Turn(await planOf());
    await exportWriter(broker, chunks)(turn);
    expect(await textOf(chunks)).toBe(lines.map((line) => `${line}\n`).join(''));
    const last = turn.reports.at(-1);
    expect(last).toMatchObject({ records: BATCHES * LINES, scanned: BATCHES * LINES, lost: 0 });
    expect(last?.chunks).toBeGreaterThan(3);
    expect((await chunks.last('e'))?.count).toBe(last?.chunks);
    const lengths = await Promise.all(Array.from({ length: last?.chunks ?? 0 }, (_, index) => chunks.get('e', index)));
    expect(last?.bytes).toBe(Buffer.concat(lengths.flatMap((bytes) => bytes ?? [])).length);
  });

  it('writes the same whenever it is broken off, and by however many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(BATCHES), { maxLength: 5 }), async (stops) => {
        const chunks = new MemoryChunks();
        const plan = await planOf({ format: 'ndjson' });
        for (const stop of stops) await exportWriter(failing(stop), chunks)(new Turn(plan)).catch(() => undefined);
        await exportWriter(broker, chunks)(new Turn(plan));
        const records = (await textOf(chunks)).trimEnd().split('\n');
        expect(records.map((json) => (JSON.parse(json) as { line: string }).line)).toEqual(lines);
      }),
      { numRuns: 15 },
    );
  });

  it('writes the records of a time, and a file also where there are none', async () => {
    for (const [since, until, from, to] of [
      [150, 250, 150, 251],
      [1e6, 2e6, 0, 0],
    ] as const) {
      const chunks = new MemoryChunks();
      await exportWriter(broker, chunks)(new Turn(await planOf({ since, until })));
      expect((await textOf(chunks)).split('\n').slice(0, -1)).toEqual(lines.slice(from, to));
    }
  });

  it('counts what was trimmed before it could be looked at', async () => {
    const plan = await planOf();
    const chunks = new MemoryChunks();
    await broker.purge(CHANNEL);
    const payload = Buffer.from('{"line":"new","time":1}\n');
    const request = { channel: CHANNEL, source: 'x', expected: `${BATCHES - 1}`, next: 'n', records: 1, payload };
    await broker.append(request);
    const bounds = await broker.bounds(CHANNEL);
    const before = formatPosition(position(bounds?.last.epoch ?? 0, (bounds?.last.seq ?? 0) + 1));
    const turn = new Turn({ ...plan, before });
    await exportWriter(broker, chunks)(turn);
    expect(turn.reports.at(-1)).toMatchObject({ records: 1, lost: BATCHES * LINES });
  });

  it('leaves the chunk to whoever has written it first, and goes on behind it', async () => {
    const chunks = new MemoryChunks();
    const plan = await planOf();
    const both = [new Turn(plan), new Turn(plan)].map((turn) => exportWriter(broker, chunks)(turn));
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toContain('rejected');
    await exportWriter(broker, chunks)(new Turn(plan));
    expect(await textOf(chunks)).toBe(lines.map((line) => `${line}\n`).join(''));
  });

  it('ends for good where it was deleted, or grows too large', async () => {
    const chunks = new MemoryChunks();
    const plan = await planOf();
    await chunks.delete('e');
    await expect(exportWriter(broker, chunks)(new Turn(plan))).rejects.toMatchObject({ code: 'deleted' });
    const small = new MemoryChunks();
    const writing = exportWriter(broker, small)(new Turn({ ...plan, maxBytes: 1000 }));
    await expect(writing).rejects.toMatchObject({ code: 'too_large' });
    expect(await small.last('e')).toBeUndefined();
  });

  it('ends when it is told to', async () => {
    const turn = new Turn(await planOf());
    turn.stop.abort();
    await expect(exportWriter(broker, new MemoryChunks())(turn)).rejects.toThrow('aborted');
  });
});

/** The broker, until it was asked so often. */
function failing(after: number): Pick<LogBroker, 'readAfter'> {
  let asked = 0;
  return {
    readAfter: (channel, from, limits) => {
      asked += 1;
      if (asked > after) return Promise.reject(new Error('away'));
      return broker.readAfter(channel, from, { ...limits, records: 1 });
    },
  };
}
