import type { Batch, LogBroker } from '@tailgate/broker';
import { BEGINNING, parseRecord, type ChannelName, type ChannelRecord, type Position } from '@tailgate/protocol';
import { KEPT_LIMITS, KeptBatches } from '../append/kept-batches.js';
import { Claims } from '../follow/claims.js';
import { ReadBuffer } from '../follow/read-buffer.js';
import { Source } from '../follow/source.js';
import type { SourceContext, SourceOptions } from '../follow/source-context.js';
import { StoredCheckpoints } from '../follow/stored-checkpoints.js';
import { NO_OBSERVER } from '../observer.js';
import { Troubles } from '../troubles.js';

const TEST_OPTIONS: SourceOptions = {
  maxLineBytes: 64 * 1024,
  lineFormat: 'auto',
  joinStackTraces: false,
  source: undefined,
  partialAfterMs: 1_000,
  rotatedCloseMs: 30_000,
};

/** A source that has its turns when the test says so, by a clock that the test moves. */
export class SteppedSource {
  readonly #stopping = new AbortController();
  readonly #source: Source;
  readonly #buffer: ReadBuffer;
  #turning: Promise<unknown> = Promise.resolve();

  constructor(
    broker: LogBroker,
    channel: ChannelName,
    path: string,
    private readonly clock: { now: number },
    options: Partial<SourceOptions> = {},
    readonly troubles: string[] = [],
    shared: Partial<Pick<SourceContext, 'claims' | 'stored' | 'kept' | 'observer' | 'lease' | 'rested'>> = {},
  ) {
    const all = { ...TEST_OPTIONS, ...options };
    this.#buffer = new ReadBuffer(all.maxLineBytes);
    this.#source = new Source({ channel, path, id: path }, all, {
      broker,
      claims: new Claims(),
      stored: new StoredCheckpoints(broker, () => clock.now),
      kept: new KeptBatches(KEPT_LIMITS, () => clock.now),
      observer: NO_OBSERVER,
      ...shared,
      troubles: new Troubles({
        trouble: (at, message) => troubles.push(`${at} ${message}`),
        recovered: () => undefined,
      }),
      clock: () => this.clock.now,
      wallClock: () => 1_763_612_345_678,
      signal: this.#stopping.signal,
    });
    this.#source.isLocal = true;
  }

  get source(): Source {
    return this.#source;
  }

  /** One turn, begun and appended. */
  async turn(): Promise<void> {
    const turning = this.#source.turn(this.#buffer);
    this.#turning = turning;
    const next = await turning;
    await next.ready;
  }

  /** Turns until nothing more is wanted. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 10_000; turns++) {
      this.clock.now += 1;
      await this.turn();
      if (!this.#source.wantsTurn) return;
    }
    throw new Error('the source never comes to rest');
  }

  /** As by a crash: nothing more is written, and what is in flight is not waited for. */
  async kill(): Promise<void> {
    this.#stopping.abort();
    await this.#turning;
    await this.#source.abandon();
  }
}

/** All of a channel's records. */
export async function recordsOf(broker: LogBroker, channel: ChannelName): Promise<ChannelRecord[]> {
  const records: ChannelRecord[] = [];
  let after: Position = BEGINNING;
  for (;;) {
    const batches = await broker.readAfter(channel, after, { records: 1_000, bytes: 1 << 20 });
    const last = batches.at(-1);
    if (last === undefined) return records;
    records.push(...batches.flatMap(recordsIn));
    after = last.last;
  }
}

function recordsIn(batch: Batch): ChannelRecord[] {
  const lines = batch.payload.toString().split('\n').slice(0, -1);
  return lines.map((line) => {
    const record = parseRecord(line);
    if (record === undefined) throw new Error(`not a record: ${line}`);
    return record;
  });
}
