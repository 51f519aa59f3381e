import { BEGINNING, hashAfter, NOTHING_HASHED, parseRecord, position } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder } from './batch-builder.js';
import { byteSoup } from './testing/byte-soup.js';
import { framed, slowFraming, type Expected } from './testing/slow-framing.js';
import { endOfNuls } from './bytes.js';
import { Continuations } from './continuation.js';
import { RecordReader } from './record-reader.js';

const MAX_BATCH_BYTES = 256 * 1024;
const TIME = 1_763_612_345_678;

function readerOf(maxLineBytes: number): RecordReader {
  return new RecordReader('raw', new Continuations(), { maxLineBytes, joinStackTraces: false, source: undefined });
}

/** A batch that has `room` bytes left, of which the filler is no record that counts. */
function batchWith(room: number): { batch: BatchBuilder; made: () => Expected[] } {
  const batch = new BatchBuilder(MAX_BATCH_BYTES);
  const filler = MAX_BATCH_BYTES - room;
  batch.addMany('x'.repeat(filler), filler, 1);
  return { batch, made: () => madeOf(batch, filler) };
}

/** The records behind the filler, having checked that their hash is theirs. */
function madeOf(batch: BatchBuilder, filler: number): Expected[] {
  const { payload, hash } = batch.build();
  const records = payload.subarray(filler);
  expect(hash.crc).toBe(hashOf(records));
  return framed(records);
}

function hashOf(ndjson: Buffer): number {
  const lines = ndjson.toString().split('\n').slice(0, -1);
  return lines.reduce((hash, json) => {
    const record = parseRecord(json);
    return record ? hashAfter(hash, record) : NaN;
  }, NOTHING_HASHED);
}

/** Takes all of `bytes`, in reads and batches of the given sizes in turn. */
function take(bytes: Buffer, maxLineBytes: number, reads: readonly number[], rooms: readonly number[]): Expected[] {
  const reader = readerOf(maxLineBytes);
  const records: Expected[] = [];
  let offset = 0;
  let end = 0;
  for (let turn = 0; offset < bytes.length; turn++) {
    if (turn > 10_000) throw new Error('no progress');
    end = Math.min(bytes.length, Math.max(end, offset + (reads[turn % reads.length] ?? 1)));
    // A hole's true length, and a run of NULs that a read cuts, are for who reads the file.
    while (end < bytes.length && bytes[end - 1] === 0) end++;
    const { batch, made } = batchWith(rooms[turn % rooms.length] ?? 1);
    const { consumed, hole } = reader.take(bytes.subarray(offset, end), offset, batch, TIME);
    records.push(...made());
    offset += consumed;
    if (hole === true) {
      const length = endOfNuls(bytes, offset) - offset;
      records.push({ notice: 'bytes-skipped', bytes: length });
      offset += length;
    } else if (consumed === 0 && end === bytes.length && !bytes.includes(0x0a, offset)) {
      const { batch: last, made: rest } = batchWith(100_000);
      offset += reader.flush(bytes.subarray(offset), true, last, TIME);
      records.push(...rest());
    } else if (consumed === 0) end++;
  }
  return records;
}

describe('a reader of raw lines', () => {
  it('makes of any bytes, however they are divided into reads and batches, what the rules say', () => {
    const sizes = fc.array(fc.oneof(fc.nat(8), fc.nat(200), fc.constant(100_000)), { minLength: 1, maxLength: 5 });
    const rooms = fc.array(fc.integer({ min: 1_200, max: 30_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(byteSoup, fc.integer({ min: 1, max: 200 }), sizes, rooms, (bytes, maxLineBytes, reads, room) => {
        expect(take(bytes, maxLineBytes, reads, room)).toEqual(slowFraming(bytes, maxLineBytes));
      }),
      { numRuns: 1_500 },
    );
  });

  it.each([1, 2, 3, 4, 5, 6])('cuts what is over the limit, between characters (%i bytes)', (maxLineBytes) => {
    const lines = ['é€💥', 'aé€', 'ab\xc3', '123456', '12345', '\r\r', ''].join('\n');
    for (const ending of ['\n', '\r\n']) {
      const bytes = Buffer.from(lines.replaceAll('\n', ending) + ending);
      expect(take(bytes, maxLineBytes, [100], [30_000])).toEqual(slowFraming(bytes, maxLineBytes));
    }
  });

  it.each([-1, 0, 1])('takes a line of the limit%+i bytes', (over) => {
    const line = 'x'.repeat(100 + over);
    const cut = over > 0 ? { line: 'x'.repeat(100), truncated: 101 } : { line };
    expect(take(Buffer.from(`${line}\n${line}\r\n`), 100, [1_000], [30_000])).toEqual([cut, cut]);
  });

  it.each([
    ['two bytes in ASCII', 'a'.repeat(100)],
    ['three bytes', '€'.repeat(40)],
    ['a quote', '"'.repeat(60)],
  ])('fills a batch to the last byte that there is room for (%s)', (_, line) => {
    const bytes = Buffer.from(`${line}\n${line}\n`);
    const one = Buffer.byteLength(JSON.stringify({ line, time: TIME })) + 1;
    for (const room of [one - 1, one, one + 1, 2 * one - 1, 2 * one]) {
      const { batch, made } = batchWith(room);
      const { consumed } = readerOf(1_000).take(bytes, 0, batch, TIME);
      const taken = made().length;
      // Characters of several bytes are counted at their longest where lines go in together.
      expect(taken).toBeLessThanOrEqual(Math.floor(room / one));
      expect(taken).toBeGreaterThanOrEqual(
        line.startsWith('€') ? Math.min(1, Math.floor(room / one)) : Math.floor(room / one),
      );
      expect(consumed).toBe((taken * bytes.length) / 2);
    }
  });

  it('takes a first record into an empty batch whatever its size', () => {
    const batch = new BatchBuilder(MAX_BATCH_BYTES);
    const bytes = Buffer.from(`${'"'.repeat(200_000)}\nnext\n`);
    expect(readerOf(1 << 20).take(bytes, 0, batch, TIME).consumed).toBe(200_001);
    expect(batch.records).toBe(1);
  });
});

describe('an unfinished line', () => {
  it.each([
    ['a', 1],
    ['a\r', 1],
    ['aé', 3],
    ['a\xc3', 1],
    ['a\xe2\x82', 1],
    ['a\xf0\x9f\x92', 1],
    ['a\x80', 2],
    ['a\xff', 2],
    ['\xf0\x9f', 0],
  ])('goes out, but not into the middle of something (%j)', (text, taken) => {
    const bytes = Buffer.from(text, text === 'aé' ? 'utf8' : 'latin1');
    expect(readerOf(100).flush(bytes, false, new BatchBuilder(MAX_BATCH_BYTES), TIME)).toBe(taken);
    expect(readerOf(100).flush(bytes, true, new BatchBuilder(MAX_BATCH_BYTES), TIME)).toBe(bytes.length);
  });

  it('is named by the record that goes on with it, and by no other', () => {
    const reader = readerOf(100);
    const first = new BatchBuilder(MAX_BATCH_BYTES);
    reader.flush(Buffer.from('one '), false, first, TIME);
    const settle = reader.continuations.seal(first.records);
    expect(
      reader.take(Buffer.from('two\nthree\n'), 4, new BatchBuilder(MAX_BATCH_BYTES), TIME).consumed,
      'must wait',
    ).toBe(0);
    settle(position(7, 41));
    const second = new BatchBuilder(MAX_BATCH_BYTES);
    reader.take(Buffer.from('two\nthree\n'), 4, second, TIME);
    const [two, three] = second.build().payload.toString().split('\n');
    expect(parseRecord(two ?? '')).toEqual({ line: 'two', time: TIME, continues: '7-41' });
    expect(parseRecord(three ?? '')).toEqual({ line: 'three', time: TIME });
  });

  it('goes on from its last part where it has several', () => {
    const reader = readerOf(100);
    for (const seq of [1, 2]) {
      const batch = new BatchBuilder(MAX_BATCH_BYTES);
      reader.flush(Buffer.from('part '), false, batch, TIME);
      reader.continuations.seal(batch.records)(position(7, seq));
    }
    expect(reader.continuations.of(undefined)).toEqual(position(7, 2));
    expect(reader.continuations.of('stdout')).toBeUndefined();
    expect(new Continuations().of(undefined) ?? BEGINNING).toEqual(BEGINNING);
  });
});
