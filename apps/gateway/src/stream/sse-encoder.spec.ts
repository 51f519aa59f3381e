import type { Batch } from '@tailgate/broker';
import { formatPosition, position, printRecord, type ChannelRecord } from '@tailgate/protocol';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMENT, encodeEvent, encodeRetry, LinesEvents, RecordEvents } from './sse-encoder.js';

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

function batchOf(records: readonly ChannelRecord[], epoch: number, seq: number): Batch {
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

describe('an event a record', () => {
  it('is what a parser reads, from any record on, however it is cut', () => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq, from, cut }) => {
        const skipped = Math.min(from, records.length - 1);
        const bytes = new RecordEvents().encode(batchOf(records, epoch, seq), skipped);
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

  it('is encoded once a batch', () => {
    const encoder = new RecordEvents();
    const batch = batchOf(
      [
        { line: 'a', time: 1 },
        { line: 'b', time: 1 },
      ],
      7,
      1,
    );
    expect(encoder.encode(batch, 0)).toBe(encoder.encode(batch, 0));
    expect(encoder.encode(batch, 1).buffer).toBe(encoder.encode(batch, 0).buffer);
  });

  it('takes no line end from JSON that has one between its tokens', () => {
    const batch = { ...batchOf([{ line: 'a', time: 1 }], 7, 1), payload: Buffer.from('{"line":"a",\r"time":1}\r\n') };
    const { events } = parse(new RecordEvents().encode(batch, 0));
    expect(events).toEqual([{ id: '7-1', event: 'log', data: '{"line":"a", "time":1} ' }]);
  });

  it.each([
    ['fewer', '{"line":"a","time":1}\n'],
    ['more', '{"line":"a","time":1}\n'.repeat(3)],
    ['no end of the last', '{"line":"a","time":1}\n{"line":"a","time":1}'],
  ])('refuses a batch that has %s records than its numbers say', (_, text) => {
    const batch = {
      ...batchOf(
        [
          { line: 'a', time: 1 },
          { line: 'b', time: 1 },
        ],
        7,
        1,
      ),
      payload: Buffer.from(text),
    };
    expect(() => new RecordEvents().encode(batch, 0)).toThrow('7-1 to 7-2');
    expect(() => new LinesEvents().encode(batch, 0)).toThrow('7-1 to 7-2');
  });
});

describe('an event a batch', () => {
  it('is what a parser reads, from any record on', () => {
    fc.assert(
      fc.property(batches, ({ records, epoch, seq, from }) => {
        const skipped = Math.min(from, records.length - 1);
        const batch = batchOf(records, epoch, seq);
        const { events } = parse(new LinesEvents().encode(batch, skipped));
        expect(events).toEqual([
          {
            id: formatPosition(batch.last),
            event: 'lines',
            data: `[${records.slice(skipped).map(printRecord).join(',')}]`,
          },
        ]);
        expect(JSON.parse(events[0]?.data ?? '')).toHaveLength(records.length - skipped);
      }),
    );
  });
});

it('writes events with and without an id, the retry, and comments that are no event', () => {
  const { events, retries } = parse(
    encodeRetry(2000),
    COMMENT,
    encodeEvent({ event: 'live', data: {} }),
    encodeEvent({ event: 'ping', data: { time: 5 } }, position(3, 4)),
  );
  expect(retries).toEqual([2000]);
  expect(events).toEqual([
    { id: undefined, event: 'live', data: '{}' },
    { id: '3-4', event: 'ping', data: '{"time":5}' },
  ]);
});
