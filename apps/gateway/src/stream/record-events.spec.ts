import type { Batch } from '@tailgate/broker';
import {
  formatPosition,
  parseChannel,
  position,
  printRecord,
  type ChannelName,
  type ChannelRecord,
} from '@tailgate/protocol';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../filter/chunk.js';
import { RecordsFrames } from '../ws/records-frames.js';
import { BareLines } from './bare-lines.js';
import { filteredLines, linesEvents, placedLines } from './lines-events.js';
import { placedEvents, recordEvents } from './record-events.js';
import { COMMENT, encodeEvent, encodeId, encodeRetry } from './sse-encoder.js';

const CHANNEL = channelOf('host/h5');

function channelOf(text: string): ChannelName {
  const channel = parseChannel(text);
  if (!channel) throw new Error(text);
  return channel;
}

/** What a client's parser makes of a stream. */
function parse(...chunks: readonly Uint8Array[]): {
  readonly events: readonly EventSourceMessage[];
  readonly retries: readonly number[];
} {
  const events: EventSourceMessage[] = [];
  const retries: number[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onRetry: (retry) => retries.push(retry),
    onError: (error) => expect.fail(error.message),
  });
  const decoder = new TextDecoder();
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  return { events, retries };
}

function batchOf(records: readonly ChannelRecord[], epoch = 7, seq = 1): Batch {
  return {
    first: position(epoch, seq),
    last: position(epoch, seq + records.length - 1),
    time: 0,
    payload: Buffer.from(records.map((record) => `${printRecord(record)}\n`).join('')),
  };
}

/** Lines that are made to break an event stream. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'data: x\n\nevent: evil',
    '\r\n\r\n',
    '\r',
    '\n',
    '',
    ':',
    'id: 1-1',
    '\u2028\u2029\uFEFF\0',
    '"notice":',
    '}',
    '\ud800',
  ),
);
const record: fc.Arbitrary<ChannelRecord> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ line: hostile, time: fc.nat() }) },
  fc.record({ notice: fc.constant('bytes-skipped' as const), time: fc.nat(), bytes: fc.option(fc.nat()) }),
);
const batches = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 30 }),
  epoch: fc.integer({ min: 1, max: 2 ** 50 }),
  seq: fc.integer({ min: 1, max: 2 ** 50 }),
  from: fc.nat(29),
  cut: fc.nat(1000),
});

/** Of a batch, every other record, as a filter might let them through. */
function everyOther(records: readonly ChannelRecord[], epoch: number, seq: number): Chunk {
  const passed = records.filter((_, index) => index % 2 === 0);
  const seqs = passed.map((_, index) => seq + 2 * index);
  return { ...batchOf(records, epoch, seq), payload: batchOf(passed).payload, seqs };
}

/** The JSON of each record, and that of the last one with a hash. */
function hashed(records: readonly ChannelRecord[], hash: string): unknown[] {
  const parsed = records.map((each): unknown => JSON.parse(printRecord(each)));
  return parsed.with(-1, { ...(JSON.parse(printRecord(records.at(-1) ?? { line: '', time: 0 })) as object), hash });
}

it("a batch's running hash is with its last record, from wherever it is written, and not behind a filter", () => {
  fc.assert(
    fc.property(batches, ({ records, epoch, seq, from }) => {
      const chunk = { ...batchOf(records, epoch, seq), hash: '0123abcd-7' };
      const skipped = Math.min(from, records.length - 1);
      const expected = hashed(records.slice(skipped), '0123abcd-7');
      const dataOf = (bytes: Uint8Array) => parse(bytes).events.map(({ data }): unknown => JSON.parse(data));
      expect(dataOf(recordEvents().encode(chunk, skipped, CHANNEL).bytes)).toEqual(expected);
      expect(dataOf(linesEvents().encode(chunk, skipped, CHANNEL).bytes)).toEqual([expected]);
      expect(dataOf(placedEvents().encode(chunk, skipped, CHANNEL).bytes)).toMatchObject(expected);
      expect(dataOf(placedLines().encode(chunk, skipped, CHANNEL).bytes)).toMatchObject([expected]);
      const frame = new RecordsFrames().encode(chunk, skipped, CHANNEL);
      const text = frame.bytes(false).subarray(-frame.length);
      expect(JSON.parse(text.toString())).toMatchObject({ type: 'records', records: expected });
      const some = { ...everyOther(records, epoch, seq), hash: '0123abcd-7' };
      for (const encoder of [recordEvents(), filteredLines()])
        expect(encoder.encode(some, 0, CHANNEL).bytes.includes('0123abcd')).toBe(false);
    }),
  );
});

describe('an event a record', () => {
  it('is what a parser reads, from any record on, however it is cut', () => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq, from, cut }) => {
        const skipped = Math.min(from, records.length - 1);
        const { bytes, starts } = recordEvents().encode(batchOf(records, epoch, seq), skipped, CHANNEL);
        expect(starts).toHaveLength(records.length - skipped);
        const { events } = parse(bytes.subarray(0, cut), bytes.subarray(cut));
        expect(events).toEqual(
          records.slice(skipped).map((each, index) => ({
            id: `${epoch}-${seq + skipped + index}`,
            event: 'notice' in each ? 'notice' : 'log',
            data: printRecord(each),
          })),
        );
      }),
    );
  });

  it('has the positions of those that a filter let through', () => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq }) => {
        const { events } = parse(recordEvents().encode(everyOther(records, epoch, seq), 0, CHANNEL).bytes);
        expect(events.map(({ id }) => id)).toEqual(
          records.flatMap((_, index) => (index % 2 === 0 ? [`${epoch}-${seq + index}`] : [])),
        );
      }),
    );
  });

  it('says where it is from in a stream of several channels, whatever it says itself', () => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq, from }) => {
        const skipped = Math.min(from, records.length - 1);
        const { bytes, starts } = placedEvents().encode(batchOf(records, epoch, seq), skipped, CHANNEL);
        const [origin = 0] = starts;
        const pieces = [...starts].map((start, index) =>
          bytes.subarray(start - origin, (starts[index + 1] ?? origin + bytes.length) - origin),
        );
        const { events } = parse(...pieces.flatMap((piece, index) => [encodeId(`x${index}`), piece]));
        expect(events.map(({ id }) => id)).toEqual(pieces.map((_, index) => `x${index}`));
        expect(events.map(({ data }) => JSON.parse(data) as unknown)).toEqual(
          records.slice(skipped).map((each, index) => ({
            ...(JSON.parse(printRecord(each)) as object),
            channel: CHANNEL,
            id: `${epoch}-${seq + skipped + index}`,
          })),
        );
      }),
    );
    const forged = {
      ...batchOf([]),
      last: position(7, 1),
      payload: Buffer.from('{"line":"a","id":"9-9","time":1 }\n'),
    };
    const [event] = parse(placedEvents().encode(forged, 0, CHANNEL).bytes).events;
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ id: '7-1', channel: CHANNEL });
  });

  it('is encoded once a batch', () => {
    for (const encoder of [recordEvents(), placedEvents(), new BareLines()]) {
      const batch = batchOf([
        { line: 'a', time: 1 },
        { line: 'b', time: 1 },
      ]);
      const all = encoder.encode(batch, 0, CHANNEL);
      expect(encoder.encode(batch, 0, CHANNEL)).toBe(all);
      expect(encoder.encode(batch, 1, CHANNEL).bytes.buffer).toBe(all.bytes.buffer);
    }
  });

  it('takes no line end from JSON that has one between its tokens', () => {
    const batch = { ...batchOf([{ line: 'a', time: 1 }]), payload: Buffer.from('{"line":"a",\r"time":1}\r\n') };
    const { events } = parse(recordEvents().encode(batch, 0, CHANNEL).bytes);
    expect(events).toEqual([{ id: '7-1', event: 'log', data: '{"line":"a", "time":1} ' }]);
  });

  it.each([
    ['fewer', '{"line":"a","time":1}\n'],
    ['more', '{"line":"a","time":1}\n'.repeat(3)],
    ['no end of the last', '{"line":"a","time":1}\n{"line":"a","time":1}'],
  ])('refuses a batch that has %s records than its numbers say', (_, text) => {
    const two = [
      { line: 'a', time: 1 },
      { line: 'b', time: 1 },
    ];
    for (const encoder of [recordEvents(), placedEvents(), linesEvents(), placedLines(), new BareLines()]) {
      const batch = { ...batchOf(two), payload: Buffer.from(text) };
      expect(() => encoder.encode(batch, 0, CHANNEL)).toThrow('7-1 to 7-2');
    }
  });
});

describe('an event a batch', () => {
  it('is what a parser reads, from any record on', () => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq, from }) => {
        const skipped = Math.min(from, records.length - 1);
        const batch = batchOf(records, epoch, seq);
        const { events } = parse(linesEvents().encode(batch, skipped, CHANNEL).bytes);
        expect(events).toEqual([
          {
            id: formatPosition(batch.last),
            event: 'lines',
            data: `[${records.slice(skipped).map(printRecord).join(',')}]`,
          },
        ]);
      }),
    );
  });

  it.each([
    ['a filter', filteredLines(), {}],
    ['several channels', placedLines(), { channel: CHANNEL }],
  ])('says the position of each record where there is %s', (_, encoder, placed) => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq }) => {
        const chunk = everyOther(records, epoch, seq);
        const { events } = parse(encoder.encode(chunk, 0, CHANNEL).bytes);
        expect(JSON.parse(events[0]?.data ?? '')).toEqual(
          records.flatMap((each, index) =>
            index % 2 === 0
              ? [{ ...(JSON.parse(printRecord(each)) as object), ...placed, id: `${epoch}-${seq + index}` }]
              : [],
          ),
        );
        if (encoder.ids === 'inside') expect(events[0]?.id).toBe(`${epoch}-${chunk.seqs?.at(-1) ?? ''}`);
      }),
    );
  });
});

describe('a bare line', () => {
  it('is an unnamed event with the same text, whose CRs are LFs', () => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq, from, cut }) => {
        const skipped = Math.min(from, records.length - 1);
        const { bytes } = new BareLines().encode(batchOf(records, epoch, seq), skipped);
        const { events } = parse(bytes.subarray(0, cut), bytes.subarray(cut));
        expect(events).toEqual(
          records.slice(skipped).map((each, index) => ({
            id: `${epoch}-${seq + skipped + index}`,
            event: 'notice' in each ? 'notice' : undefined,
            data: 'notice' in each ? printRecord(each) : each.line.toWellFormed().replace(/\r\n?/g, '\n'),
          })),
        );
      }),
    );
  });
});

it('writes events with and without an id and further fields, the retry, and comments that are no event', () => {
  const { events, retries } = parse(
    encodeRetry(2000),
    COMMENT,
    encodeEvent({ event: 'live', data: {} }),
    encodeId('3-4'),
    encodeEvent({ event: 'ping', data: { time: 5 } }, { more: true }),
  );
  expect(retries).toEqual([2000]);
  expect(events).toEqual([
    { id: undefined, event: 'live', data: '{}' },
    { id: '3-4', event: 'ping', data: '{"time":5,"more":true}' },
  ]);
});
