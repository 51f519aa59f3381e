import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { formatPosition, isNotice, parseChannel, position, type LogRecord } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrashingBroker } from './testing/crashing-broker.js';
import { recordsOf, SteppedSource } from './testing/stepped-source.js';
import { strictBroker } from './testing/strict-broker.js';

type Format = 'raw' | 'cri' | 'docker';
type Stream = 'stdout' | 'stderr';

/** A piece of what a container says: a whole line, or a part of one. */
interface Said {
  readonly stream: Stream;
  readonly text: string;
  readonly ends: boolean;
}

const said: fc.Arbitrary<Said> = fc.record({
  stream: fc.constantFrom<Stream>('stdout', 'stdout', 'stderr'),
  text: fc.oneof(
    fc.string({ maxLength: 12, unit: fc.constantFrom('x', '"', 'é', '💥', ' ', '\\') }),
    fc.constantFrom('    at f()', 'Error: no', 'Caused by: it', 'Traceback (most recent call last):', 'ValueError: x'),
  ),
  ends: fc.boolean(),
});

type Step =
  | { readonly do: 'say'; readonly pieces: readonly Said[]; readonly withheld: number }
  | { readonly do: 'turn' | 'settle' | 'rotate' | 'restart' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'crash'; readonly when: 'before' | 'after' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      pieces: fc.array(said, { minLength: 1, maxLength: 60 }),
      withheld: fc.oneof(fc.constant(0), fc.nat(30)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('turn' as const, 'settle' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('rotate' as const, 'restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(300, 1_200, 31_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

/** A container's log, and a tailer that is killed and started again. */
class World implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tailgate-formats-'));
  readonly #path = join(this.#folder, 'app.log');
  readonly #clock = { now: 0 };
  readonly #memory = new MemoryBroker({ retainLines: 10_000_000 });
  readonly #crashing = new CrashingBroker(strictBroker(this.#memory));
  readonly #channel = parseChannel('deployment/app') ?? raise();
  /** What was said on each stream: for raw files all on one. */
  readonly written = new Map<string, string>();
  #withheld = Buffer.alloc(0);
  #rotations = 0;
  #tailer: SteppedSource;

  constructor(
    private readonly format: Format,
    private readonly joinStackTraces: boolean,
  ) {
    writeFileSync(this.#path, '');
    this.#tailer = this.#start();
  }

  async run(step: Step): Promise<void> {
    switch (step.do) {
      case 'say':
        this.#say(step.pieces, step.withheld);
        return;
      case 'turn':
        return this.#tailer.turn();
      case 'settle':
        return this.#tailer.settle();
      case 'restart':
        return this.#restart();
      case 'wait':
        this.#clock.now += step.ms;
        return;
      case 'rotate':
        this.#rotate();
        return;
      case 'crash':
        return this.#crash(step.when);
    }
  }

  async finish(): Promise<LogRecord[]> {
    this.#say([], 0);
    for (let i = 0; i < 4; i++) {
      await this.#tailer.settle();
      this.#clock.now += 31_000;
    }
    await this.#tailer.settle();
    const records = await recordsOf(this.#memory, this.#channel);
    expect(records.filter(isNotice)).toEqual([]);
    return records.flatMap((record) => (isNotice(record) ? [] : [record]));
  }

  async epoch(): Promise<number> {
    return (await this.#memory.bounds(this.#channel))?.last.epoch ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tailer.kill();
    rmSync(this.#folder, { recursive: true });
  }

  #say(pieces: readonly Said[], withheld: number): void {
    let bytes = this.#withheld;
    for (const piece of pieces) {
      const stream = this.format === 'raw' ? 'raw' : piece.stream;
      this.written.set(stream, `${this.written.get(stream) ?? ''}${piece.text}${piece.ends ? '\n' : ''}`);
      bytes = Buffer.concat([bytes, lineOf(this.format, piece)]);
    }
    const end = Math.max(0, bytes.length - withheld);
    appendFileSync(this.#path, bytes.subarray(0, end));
    this.#withheld = bytes.subarray(end);
  }

  /** Between two lines, as kubelet and dockerd do. */
  #rotate(): void {
    const open = (['stdout', 'stderr'] as const).filter((stream) => /[^\n]$/.test(this.written.get(stream) ?? ''));
    this.#say(
      open.map((stream) => ({ stream, text: 'end', ends: true })),
      0,
    );
    if (this.format === 'raw' && /[^\n]$/.test(this.written.get('raw') ?? ''))
      this.#say([{ stream: 'stdout', text: '', ends: true }], 0);
    renameSync(this.#path, `${this.#path}-20261120${String(10 + this.#rotations++)}`);
    writeFileSync(this.#path, '');
  }

  #start(): SteppedSource {
    const options = { joinStackTraces: this.joinStackTraces, maxLineBytes: 1 << 20 };
    return new SteppedSource(this.#crashing.broker, this.#channel, this.#path, this.#clock, options);
  }

  async #restart(): Promise<void> {
    await this.#tailer.kill();
    this.#tailer = this.#start();
  }

  async #crash(when: 'before' | 'after'): Promise<void> {
    this.#crashing.arm(when);
    await Promise.race([this.#crashing.crashed, this.#tailer.settle()]);
    await this.#restart();
    this.#crashing.disarm();
  }
}

function raise(): never {
  throw new Error('no channel');
}

function lineOf(format: Format, { stream, text, ends }: Said): Buffer {
  switch (format) {
    case 'raw':
      return Buffer.from(`${text}${ends ? '\n' : ''}`);
    case 'cri':
      return Buffer.from(`2026-11-20T04:05:06.789123456Z ${stream} ${ends ? 'F' : 'P'} ${text}\n`);
    case 'docker':
      return Buffer.from(
        `${JSON.stringify({ log: text + (ends ? '\n' : ''), stream, time: '2026-11-20T04:05:06Z' })}\n`,
      );
  }
}

/** What the records say on each stream, put together again. */
function readBack(records: readonly LogRecord[], epoch: number): Map<string, string> {
  const read = new Map<string, string>();
  const open = new Map<string, string>();
  records.forEach(({ line, stream = 'raw', partial, continues }, i) => {
    if (continues !== undefined) expect(open.get(stream), 'goes on from what does not go on').toBe(continues);
    open.delete(stream);
    if (partial === true) open.set(stream, formatPosition(position(epoch, i + 1)));
    read.set(stream, `${read.get(stream) ?? ''}${line}${partial === true ? '' : '\n'}`);
  });
  return read;
}

describe.each<Format>(['raw', 'cri', 'docker'])('a file of the format %s', (format) => {
  it('is read to the last part, once and in order, whenever its tailer is killed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), fc.boolean(), async (steps, join) => {
        await using world = new World(format, join);
        // The first line tells the format, and a file that nobody has seen is none of the path's once it is rotated.
        await world.run({ do: 'say', pieces: [{ stream: 'stdout', text: 'first', ends: true }], withheld: 0 });
        await world.run({ do: 'settle' });
        for (const one of steps) await world.run(one);
        const records = await world.finish();
        expect(readBack(records, await world.epoch())).toEqual(world.written);
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 300) / 5 },
    );
  }, 60_000);
});
