import {
  BrokerError,
  type AppendAnswer,
  type AppendRequest,
  type LogBroker,
  type StoredCheckpoint,
} from '@tailgate/broker';
import type { Position } from '@tailgate/protocol';
import pRetry from 'p-retry';
import { untilAborted } from '../abort.js';
import type { SourceName, TailingObserver } from '../observer.js';

/** A batch that is ready to be appended, and the checkpoint that goes with it. */
export interface PreparedBatch {
  readonly next: string;
  readonly records: number;
  readonly payload: Buffer;
  /** How many bytes of the file it stands for. */
  readonly bytes: number;
  /** Called once it was appended, with what the broker answered. */
  readonly settle: (last: Position) => void;
}

/**
 * Appends a source's batches, one at a time and in order. A batch that fails is tried again, the very same, until it succeeds or the
 * broker answers that somebody else has appended; while that lasts nothing more is taken, and the file is the buffer.
 */
export class Appender {
  readonly #queue: PreparedBatch[] = [];
  #running: Promise<void> | undefined;
  #expected: string | undefined;
  #seen: Position | undefined;
  #conflict: { readonly stored: StoredCheckpoint | undefined } | undefined;
  #failure: unknown;
  #askedAt: number | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(
    private readonly broker: LogBroker,
    private readonly source: SourceName,
    private readonly observer: TailingObserver,
    private readonly signal: AbortSignal,
    /** Milliseconds that only grow. */
    private readonly clock: () => number,
  ) {}

  /** The checkpoint that will be stored once all that was submitted is appended. */
  get expected(): string | undefined {
    return this.#queue.at(-1)?.next ?? this.#expected;
  }

  /** The stored checkpoint was another than expected: what was submitted since is dropped, and `resume` is due. */
  get conflict(): { readonly stored: StoredCheckpoint | undefined } | undefined {
    return this.#conflict;
  }

  /** Why it has given up, where it has. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Since when the broker owes an answer: milliseconds of the clock. */
  get askedAt(): number | undefined {
    return this.#askedAt;
  }

  /** Bytes of the file that were read, and are not known to be stored. */
  get bytesInFlight(): number {
    return this.#queue.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Begins, or begins again, after the checkpoint that is stored. */
  resume(stored: StoredCheckpoint | undefined): void {
    this.#conflict = undefined;
    this.#failure = undefined;
    this.#expected = stored?.checkpoint;
    this.#seen = stored?.last ?? this.#seen;
  }

  /** At most one batch may be in flight when another is submitted: see `room`. */
  submit(batch: PreparedBatch): void {
    this.#queue.push(batch);
    this.#running ??= this.#run();
  }

  /** Resolves when at most one batch is in flight, so that the next may be prepared. Never rejects. */
  room(): Promise<void> {
    if (this.#queue.length < 2) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Resolves when nothing is in flight. Never rejects. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for (let batch = this.#queue[0]; batch !== undefined; batch = this.#queue[0]) {
        const answer = await this.#append(batch);
        if (answer.outcome === 'conflict') {
          this.#conflict = { stored: answer.stored };
          this.#queue.length = 0;
          this.observer.conflict(this.source);
        } else {
          this.#queue.shift();
          this.#expected = batch.next;
          this.#seen = answer.last;
          batch.settle(answer.last);
        }
        this.#makeRoom();
      }
    } catch (error) {
      // Only being stopped, or a batch that the broker will never take, ends the tries.
      this.#failure = error;
      this.#queue.length = 0;
      this.#makeRoom();
      if (!this.signal.aborted) this.observer.appendFailed(this.source, error);
    } finally {
      this.#running = undefined;
    }
  }

  #makeRoom(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  async #append({ next, records, payload, bytes }: PreparedBatch) {
    const { channel, id: source } = this.source;
    const expected = this.#expected;
    const seen = this.#seen;
    const began = this.clock();
    const request = { channel, source, expected, next, records, payload, ...(seen !== undefined && { seen }) };
    const answer = await pRetry(() => this.#ask(request), {
      retries: Infinity,
      minTimeout: 100,
      maxTimeout: 5_000,
      randomize: true,
      signal: this.signal,
      shouldRetry: ({ error }) => !(error instanceof BrokerError && error.code !== 'unavailable'),
      onFailedAttempt: ({ error }) => {
        if (!this.signal.aborted) this.observer.appendFailed(this.source, error);
      },
    });
    if (answer.outcome === 'appended' && records > 0) {
      this.observer.appended(this.source, records, bytes, (this.clock() - began) / 1000);
    }
    return answer;
  }

  async #ask(request: AppendRequest): Promise<AppendAnswer> {
    this.#askedAt = this.clock();
    try {
      return await untilAborted(this.broker.append(request), this.signal);
    } finally {
      this.#askedAt = undefined;
    }
  }
}
