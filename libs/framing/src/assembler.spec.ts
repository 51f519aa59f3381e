import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE } from './bytes.js';
import { Assembler, type Assembled, type Piece } from './assembler.js';

type Stream = Piece['stream'];

/** Pieces as they stand in a file, one after the other. */
class Feed {
  readonly assembler: Assembler;
  #at = 0;

  constructor(options: { maxBytes?: number; joinStackTraces?: boolean } = {}) {
    this.assembler = new Assembler({ maxBytes: 1_000, joinStackTraces: false, ...options });
  }

  push(text: string | Buffer, stream: Stream, ends: boolean): this {
    const bytes = Buffer.from(text);
    const range = [this.#at, (this.#at += bytes.length + 10)] as const;
    this.assembler.push({ text: bytes, ends, range, ...(stream !== undefined && { stream }) });
    // The caller's bytes are a buffer that the next read overwrites.
    bytes.fill('!');
    return this;
  }

  part(text: string | Buffer, stream: Stream = 'stdout'): this {
    return this.push(text, stream, false);
  }

  line(text: string | Buffer, stream: Stream = 'stdout'): this {
    return this.push(text, stream, true);
  }

  take(): Assembled[] {
    return this.assembler.ready.splice(0);
  }
}

const texts = (records: readonly Assembled[]) => records.map(({ text }) => text);

describe('parts of a line', () => {
  it('are joined per stream, in the order in which lines are complete', () => {
    const feed = new Feed()
      .part('a1 ')
      .part('b1 ', 'stderr')
      .part('a2 ')
      .line('b2', 'stderr')
      .push('c', undefined, true)
      .line('a3');
    expect(texts(feed.take())).toEqual(['b1 b2', 'c', 'a1 a2 a3']);
    expect(feed.assembler.holdsAny).toBe(false);
  });

  it('name the exact bytes that are held', () => {
    const feed = new Feed().part('12').line('34', 'stderr').part('56').part('78');
    expect(feed.assembler.ranges(), 'all that was not taken').toEqual([
      [0, 12],
      [12, 24],
      [24, 48],
    ]);
    feed.take();
    expect(feed.assembler.ranges()).toEqual([
      [0, 12],
      [24, 48],
    ]);
    feed.line('9');
    feed.take();
    expect(feed.assembler.ranges()).toEqual([]);
  });

  it('may divide a character', () => {
    const euro = Buffer.from('€');
    const feed = new Feed().part(euro.subarray(0, 1)).part(euro.subarray(1, 2)).line(euro.subarray(2));
    expect(texts(feed.take())).toEqual(['€']);
  });

  it('go out as partial after a pause, and what comes then is a record of its own', () => {
    const feed = new Feed().part('a ').part('b ', 'stderr');
    feed.assembler.flush();
    expect(feed.take()).toMatchObject([
      { text: 'a ', stream: 'stdout', partial: true },
      { text: 'b ', stream: 'stderr', partial: true },
    ]);
    feed.assembler.flush();
    expect(feed.take()).toEqual([]);
    expect(feed.line('c').take()).toMatchObject([{ text: 'c', partial: false, truncated: undefined }]);
  });

  it('are cut between characters where they are too many, with the true length', () => {
    const feed = new Feed({ maxBytes: 5 }).part('abc').part('d€').line('f');
    expect(feed.take()).toMatchObject([{ text: 'abcd', truncated: 8, partial: false }]);
    expect(feed.part('abcd').line('e').take()).toMatchObject([{ text: 'abcde', truncated: undefined }]);
    expect(feed.line('abc€').take()).toMatchObject([{ text: 'abc', truncated: 6 }]);
    expect(feed.part('a�').line('\ufffdb').take()).toMatchObject([{ text: 'a\ufffd', truncated: 8 }]);
  });

  it('never hold more ranges than a checkpoint has room for', () => {
    const feed = new Feed();
    for (let i = 0; i < 200; i++) {
      feed.part('x').line('between', 'stderr');
      expect(feed.assembler.ranges().length).toBeLessThan(30);
      feed.assembler.ready.splice(0, feed.assembler.ready.length - 1);
    }
  });

  it('never hold a line that does not end for ever', () => {
    const feed = new Feed({ maxBytes: 10 });
    const part = Buffer.alloc(1 << 20, 'x');
    for (let bytes = 0; bytes < LONGEST_LINE; bytes += part.length) feed.part(part);
    expect(feed.take()).toMatchObject([{ text: 'x'.repeat(10), partial: true, truncated: LONGEST_LINE }]);
    expect(feed.assembler.holdsAny).toBe(false);
  });

  it('come as they were written, in any mixture of streams', () => {
    const streams = fc.constantFrom<Stream>('stdout', 'stderr', undefined);
    const piece = fc.record({ text: fc.string({ maxLength: 6 }), stream: streams, ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const feed = new Feed();
        for (const { text, stream, ends } of pieces) feed.push(text, stream, ends);
        feed.assembler.flush();
        const records = feed.take();
        for (const stream of ['stdout', 'stderr', undefined]) {
          const written = pieces
            .filter((one) => one.stream === stream)
            .map(({ text, ends }) => text + (ends ? '\n' : ''));
          const read = records
            .filter((one) => one.stream === stream)
            .map(({ text, partial }) => text + (partial ? '' : '\n'));
          expect(read.join('')).toBe(written.join(''));
        }
        expect(feed.assembler.ranges()).toEqual([]);
      }),
    );
  });
});

describe('stack traces', () => {
  it('are joined on request, per stream', () => {
    const feed = new Feed({ joinStackTraces: true });
    feed.line('Error: no', 'stderr').line('ready').line('    at f()', 'stderr').line('goes on').line('other', 'stderr');
    expect(texts(feed.take())).toEqual(['ready', 'Error: no\n    at f()']);
    feed.assembler.flush();
    expect(feed.take()).toMatchObject([
      { text: 'goes on', partial: false },
      { text: 'other', partial: false },
    ]);
  });

  it('are joined from parts', () => {
    const feed = new Feed({ joinStackTraces: true });
    feed.part('Err').line('or: no').part('    at ').line('f()').line('next');
    expect(texts(feed.take())).toEqual(['Error: no\n    at f()']);
  });

  it('are several records where nobody asked', () => {
    expect(texts(new Feed().line('Error: no').line('    at f()').take())).toEqual(['Error: no', '    at f()']);
  });
});
