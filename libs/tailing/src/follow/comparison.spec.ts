import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker, type LogBroker, type StoredCheckpoint } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEPT_LIMITS, KeptBatches } from '../append/kept-batches.js';
import { NO_OBSERVER } from '../observer.js';
import { recordsOf, SteppedSource } from '../testing/stepped-source.js';
import { Comparison } from './comparison.js';
import type { Source } from './source.js';

const channel = parseChannel('host/h5') ?? raise();

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'comparison-'));
  path = join(folder, 'a.log');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a comparison', () => {
  it('takes no answer for news that was on its way while a batch was appended', async () => {
    await using house = new House();
    await house.write('one');
    const answer = house.holdAnswer();
    house.comparison.soon();
    await vi.waitUntil(() => answer.asked, { timeout: 20_000 });
    await house.write('two');
    answer.give();
    await house.comparison.stop();
    expect(house.report).toEqual({ conflicts: 0, putBack: 0, forgotten: 0 });
    expect(await recordsOf(house.broker, channel)).toHaveLength(2);
  });

  it('finds what is not stored any more, and asks the source to mend it', async () => {
    await using house = new House();
    await house.write('one');
    house.answerWith(new Map());
    house.comparison.soon();
    await house.comparison.stop();
    expect(house.report).toMatchObject({ forgotten: 1 });
  });

  it('tries again soon where the broker is away, and once more where it is asked meanwhile', async () => {
    await using house = new House();
    await house.write('one');
    house.fail(2);
    house.comparison.soon();
    await vi.waitUntil(() => house.questions === 3, { timeout: 20_000 });
    const answer = house.holdAnswer();
    house.comparison.soon();
    await vi.waitUntil(() => answer.asked, { timeout: 20_000 });
    house.comparison.soon();
    answer.give();
    await vi.waitUntil(() => house.questions === 5, { timeout: 20_000 });
  });
});

/** A source on a broker in memory, whose checkpoints a test can hold back, forge and refuse. */
class House implements AsyncDisposable {
  readonly broker = new MemoryBroker();
  readonly report = { conflicts: 0, putBack: 0, forgotten: 0 };
  readonly comparison: Comparison;
  questions = 0;
  readonly #clock = { now: 0 };
  readonly #stepped: SteppedSource;
  #answer: LogBroker['checkpoints'] = (of) => this.broker.checkpoints(of);

  constructor() {
    const { report } = this;
    const kept = new KeptBatches(KEPT_LIMITS, () => this.#clock.now);
    const observer = {
      ...NO_OBSERVER,
      conflict: () => void (report.conflicts += 1),
      putBack: (_source: unknown, records: number) => void (report.putBack += records),
    };
    this.#stepped = new SteppedSource(this.broker, channel, path, this.#clock, {}, [], { kept, observer });
    this.comparison = new Comparison({
      broker: { checkpoints: (of) => this.#asked(of) },
      sources: (): Iterable<Source> => [this.#stepped.source],
      kept,
      onForgotten: () => void (report.forgotten += 1),
      everyMs: Infinity,
      signal: new AbortController().signal,
    });
  }

  async write(line: string): Promise<void> {
    appendFileSync(path, `${line}\n`);
    this.#clock.now += 1_000;
    await this.#stepped.settle();
  }

  /** The next answer is what is stored at the time of the question, and comes when it is told to. */
  holdAnswer() {
    const given = Promise.withResolvers<unknown>();
    const held = { asked: false, give: () => given.resolve(undefined) };
    this.#answer = async (of) => {
      const stored = await this.broker.checkpoints(of);
      held.asked = true;
      this.#answer = (again) => this.broker.checkpoints(again);
      await given.promise;
      return stored;
    };
    return held;
  }

  answerWith(stored: ReadonlyMap<string, StoredCheckpoint>): void {
    this.#answer = () => Promise.resolve(stored);
  }

  /** The next questions are not answered. */
  fail(times: number): void {
    let left = times;
    this.#answer = (of) => {
      left -= 1;
      return left >= 0 ? Promise.reject(new Error('away')) : this.broker.checkpoints(of);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.comparison.stop();
    await this.#stepped.kill();
  }

  #asked(of: typeof channel): ReturnType<LogBroker['checkpoints']> {
    this.questions += 1;
    return this.#answer(of);
  }
}

function raise(): never {
  throw new Error('not a channel');
}
