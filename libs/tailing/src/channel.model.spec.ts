import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { isNotice, parseChannel } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsOf } from './testing/stepped-source.js';
import { SteppedTailing } from './testing/stepped-tailing.js';
import { strictBroker } from './testing/strict-broker.js';

/** Names that a glob matches in one channel: a log, what it is rotated to, and two more ways to get there. */
const NAMES = ['app.log', 'app.log.1', 'app.log.2', 'hard.log', 'soft.log'] as const;

type Step =
  | { readonly do: 'write'; readonly lines: number }
  | { readonly do: 'rotate' | 'link' | 'symlink' | 'unlink' | 'restart' | 'settle' }
  | { readonly do: 'turn'; readonly of: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), lines: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('turn' as const), of: fc.nat(NAMES.length - 1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('settle' as const, 'restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('rotate' as const, 'link' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('symlink' as const, 'unlink' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1_500, 31_000) }) },
);

/** What stood between the last file of one name and that of today was read by way of another name. */
const READ_BY_THE_OTHER: Step[] = [
  { do: 'rotate' },
  { do: 'write', lines: 1 },
  { do: 'restart' },
  { do: 'symlink' },
  { do: 'turn', of: 4 },
  { do: 'rotate' },
  { do: 'write', lines: 1 },
  { do: 'turn', of: 4 },
  { do: 'wait', ms: 31_000 },
  { do: 'restart' },
];

/** Files with several names, and a source for each name. */
class World implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tailgate-channel-'));
  readonly #clock = { now: 0 };
  readonly #memory = new MemoryBroker({ retainLines: 1_000_000 });
  readonly #channel = parseChannel('host/h5') ?? raise();
  readonly written: string[] = [];
  #tailing = this.#start();

  constructor() {
    writeFileSync(this.#at('app.log'), '');
  }

  async run(step: Step): Promise<void> {
    switch (step.do) {
      case 'write':
        for (let i = 0; i < step.lines; i++) this.#write();
        return;
      case 'turn':
        return this.#tailing.turn(this.#at(NAMES[step.of] ?? 'app.log'));
      case 'settle':
        return this.#tailing.settle();
      case 'restart':
        await this.#tailing.kill();
        this.#tailing = this.#start();
        return;
      case 'wait':
        this.#clock.now += step.ms;
        // What one source lets go of, another one is to have taken up before the process ends: only then it is stored again.
        return this.#tailing.settle();
      case 'rotate':
        return this.#rotate();
      case 'link':
        if (existsSync(this.#at('app.log')) && !existsSync(this.#at('hard.log')))
          linkSync(this.#at('app.log'), this.#at('hard.log'));
        return;
      case 'symlink':
        rmSync(this.#at('soft.log'), { force: true });
        symlinkSync('app.log', this.#at('soft.log'));
        return;
      case 'unlink':
        // Its lines are not gone with it: it has another name, or all of them were read.
        await this.#tailing.settle();
        rmSync(this.#at('hard.log'), { force: true });
    }
  }

  async finish(): Promise<string[]> {
    for (let i = 0; i < 4; i++) {
      await this.#tailing.settle();
      this.#clock.now += 31_000;
    }
    await this.#tailing.settle();
    const records = await recordsOf(this.#memory, this.#channel);
    return records.flatMap((record) => (isNotice(record) ? [] : [record.line]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tailing.kill();
    rmSync(this.#folder, { recursive: true });
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  #start(): SteppedTailing {
    const paths = NAMES.map((name) => this.#at(name));
    return new SteppedTailing(strictBroker(this.#memory), this.#channel, paths, this.#clock);
  }

  #write(): void {
    const line = `line-${this.written.length}`;
    this.written.push(line);
    appendFileSync(this.#at('app.log'), `${line}\n`);
  }

  async #rotate(): Promise<void> {
    await this.#tailing.settle();
    rmSync(this.#at('app.log.2'), { force: true });
    if (existsSync(this.#at('app.log.1'))) renameSync(this.#at('app.log.1'), this.#at('app.log.2'));
    if (existsSync(this.#at('app.log'))) renameSync(this.#at('app.log'), this.#at('app.log.1'));
  }
}

function raise(): never {
  throw new Error('no channel');
}

describe('files with several names in one channel', () => {
  it('bring each line once, whoever looks at them first, now and after a restart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        await using world = new World();
        for (const one of steps) await world.run(one);
        expect((await world.finish()).toSorted()).toEqual(world.written.toSorted());
      }),
      {
        numRuns: Number(process.env['MODEL_RUNS'] ?? 300) / 3,
        examples: [[READ_BY_THE_OTHER]],
        interruptAfterTimeLimit: 50_000,
        markInterruptAsFailure: false,
      },
    );
  }, 60_000);
});
