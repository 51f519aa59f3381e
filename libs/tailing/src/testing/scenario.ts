import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { isNotice, parseChannel, type ChannelRecord } from '@tailgate/protocol';
import type { SourceOptions } from '../follow/source-context.js';
import { NO_OBSERVER, type TailingObserver } from '../observer.js';
import { recordsOf, SteppedSource } from './stepped-source.js';
import { strictBroker } from './strict-broker.js';

/** A folder, a path in it, and a tailer that follows it by a clock that stands still unless it is moved. */
export class Scenario implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'tailgate-scenario-'));
  readonly path: string;
  readonly #clock = { now: 0 };
  readonly #broker = new MemoryBroker({ retainLines: 1_000_000 });
  readonly #channel = parseChannel('host/h5') ?? raise();
  readonly #others: SteppedSource[] = [];
  /** How files left the path, as the observer was told. */
  readonly rotated: string[] = [];
  tailer: SteppedSource;

  /** `name` may have folders before it. */
  constructor(
    name = 'app.log',
    private readonly options: Partial<SourceOptions> = {},
  ) {
    this.path = join(this.folder, name);
    this.tailer = this.another();
  }

  /** Another path beside the followed one. */
  beside(name: string): string {
    return join(this.folder, name);
  }

  /** One more tailer of the same path. */
  another(): SteppedSource {
    const broker = strictBroker(this.#broker);
    const observer: TailingObserver = { ...NO_OBSERVER, rotated: (_, how) => void this.rotated.push(how) };
    const tailer = new SteppedSource(broker, this.#channel, this.path, this.#clock, this.options, [], { observer });
    this.#others.push(tailer);
    return tailer;
  }

  /** All that is there, and a pause after which no unfinished line is waited for any more. */
  async settle(): Promise<void> {
    await this.tailer.settle();
    await this.wait(1_500);
  }

  async wait(ms: number): Promise<void> {
    this.#clock.now += ms;
    await this.tailer.settle();
  }

  /** The tailer is killed, something happens, and another one is started. */
  async whileAway(happens: () => void): Promise<void> {
    await this.tailer.kill();
    happens();
    this.tailer = this.another();
    await this.tailer.settle();
  }

  async records(): Promise<readonly ChannelRecord[]> {
    return recordsOf(this.#broker, this.#channel);
  }

  /** Lines as they are, notices by their kind. */
  async told(): Promise<string[]> {
    const records = await this.records();
    return records.map((record) => (isNotice(record) ? `<${record.notice} ${record.bytes ?? '?'}>` : record.line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const tailer of this.#others) await tailer.kill();
    rmSync(this.folder, { recursive: true });
  }
}

function raise(): never {
  throw new Error('no channel');
}
