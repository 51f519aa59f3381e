import { appendFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { isNotice, parseChannel } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsOf, SteppedSource } from '../testing/stepped-source.js';
import { strictBroker } from '../testing/strict-broker.js';
import type { LeaseStatus } from './leases.js';

const TAILERS = 3;

type Step =
  | { readonly do: 'write'; readonly lines: number }
  | { readonly do: 'rotate' }
  | { readonly do: 'turn' | 'settle'; readonly of: number }
  | { readonly do: 'lease'; readonly of: number; readonly status: LeaseStatus }
  | { readonly do: 'wait'; readonly ms: number };

const tailer = fc.nat(TAILERS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), lines: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('turn' as const, 'settle' as const), of: tailer }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      of: tailer,
      status: fc.constantFrom<LeaseStatus>('held', 'held', 'lapsed', 'elsewhere'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(100, 1_500) }) },
);

/** Several tailers of one file, whose leases come and go as they like: also to several at once, as with a zombie. */
class World implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tailgate-leases-'));
  readonly #path = join(this.#folder, 'app.log');
  readonly #clock = { now: 0 };
  readonly #memory = new MemoryBroker({ retainLines: 1_000_000 });
  readonly #channel = parseChannel('deployment/app') ?? expect.fail('not a channel');
  readonly #status: LeaseStatus[] = Array.from({ length: TAILERS }, () => 'elsewhere');
  readonly written: string[] = [];
  readonly #tailers: readonly SteppedSource[];

  constructor() {
    writeFileSync(this.#path, '');
    const broker = strictBroker(this.#memory);
    this.#tailers = this.#status.map((_, index) => {
      const lease = () => this.#status[index] ?? 'elsewhere';
      return new SteppedSource(broker, this.#channel, this.#path, this.#clock, {}, [], { lease });
    });
  }

  async run(step: Step): Promise<void> {
    this.#clock.now += 1;
    switch (step.do) {
      case 'write':
        for (let i = 0; i < step.lines; i++) this.#write();
        return;
      case 'rotate':
        this.#rotate();
        return;
      case 'turn':
      case 'settle':
        return this.#tailers[step.of]?.[step.do]();
      case 'lease':
        this.#status[step.of] = step.status;
        return;
      case 'wait':
        this.#clock.now += step.ms;
    }
  }

  /** In the end one has it, and the others know. */
  async finish(): Promise<string[]> {
    this.#status.fill('elsewhere');
    for (const tailer of this.#tailers) await tailer.turn();
    expect(this.#tailers.map(({ source }) => [source.openFiles, source.sign])).toEqual(
      this.#tailers.map(() => [0, undefined]),
    );
    this.#status[1] = 'held';
    await this.#tailers[1]?.settle();
    this.#clock.now += 31_000;
    await this.#tailers[1]?.settle();
    const records = await recordsOf(this.#memory, this.#channel);
    return records.map((record) => (isNotice(record) ? `notice ${record.notice}` : record.line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const tailer of this.#tailers) await tailer.kill();
    rmSync(this.#folder, { recursive: true });
  }

  #write(): void {
    const line = `line ${this.written.length} ${'x'.repeat(this.written.length % 7)}`;
    this.written.push(line);
    appendFileSync(this.#path, `${line}\n`);
  }

  #rotate(): void {
    for (let n = 20; n >= 1; n--) {
      if (existsSync(`${this.#path}.${n}`)) renameSync(`${this.#path}.${n}`, `${this.#path}.${n + 1}`);
    }
    renameSync(this.#path, `${this.#path}.1`);
    writeFileSync(this.#path, '');
  }
}

describe('several tailers of one file', () => {
  it('bring each line once and in order, whoever believes to have the lease, also across rotations', async () => {
    // What is rotated away before anybody has seen it can't be told from older files.
    const begin: Step[] = [
      { do: 'write', lines: 2 },
      { do: 'lease', of: 0, status: 'held' },
      { do: 'settle', of: 0 },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        await using world = new World();
        for (const one of [...begin, ...seenBeforeRotation(steps)]) await world.run(one);
        expect(await world.finish()).toEqual(world.written);
      }),
      { numRuns: 150 },
    );
  });
});

/** Each rotation leaves a file that was written to and seen by somebody with a lease, so that it can be found again. */
function seenBeforeRotation(steps: readonly Step[]): Step[] {
  return steps.flatMap((one): Step[] => {
    if (one.do !== 'rotate') return [one];
    const see: Step[] = [
      { do: 'write', lines: 1 },
      { do: 'lease', of: 0, status: 'held' },
      { do: 'settle', of: 0 },
      { do: 'settle', of: 0 },
      { do: 'write', lines: 2 },
    ];
    return [...see, one];
  });
}
