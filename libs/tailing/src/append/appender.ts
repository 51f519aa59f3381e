import {
  BrokerError,
  comparePositions,
  type AppendAnswer,
  type AppendRequest,
  type LogBroker,
  type StoredCheckpoint,
} from '@tailgate/broker';
import type { HashedText, Position } from '@tailgate/protocol';
import pRetry from 'p-retry';
import { untilAborted } from '../abort.js';
import type { SourceName, TailingObserver } from '../observer.js';
import type { KeptBatch, KeptChain } from './kept-batches.js';

/** A batch that is ready to be appended, and the checkpoint that goes with it. */
export interface PreparedBatch {
  readonly next: string;
  readonly records: number;
  readonly payload: Buffer;
  /** Of what the records say. */
  readonly hash: HashedText;
  /** How many bytes of the file it stands for. */
  readonly bytes: number;
  /** When the first of them had come: milliseconds since the Unix epoch. */
  readonly since: number;
  /** Called once it was appended, with what the broker answered. */
  readonly settle: (last: Position) => void;
}

/** What is stored of a source; an object, so that it can be told from the same found later. */
export interface Known {
  readonly stored: StoredCheckpoint | undefined;
}

/** The batch behind the first one, sent before that one was answered. */
interface Ahead {
  readonly batch: PreparedBatch;
  readonly sentAt: number;
  /** `undefined` where it was not appended. */
  readonly answer: Promise<AppendAnswer | undefined>;
}

/**
 * Appends a source's batches in order. A batch that fails is tried again, the very same, until it succeeds or the broker answers that
 * somebody else has appended; while that lasts nothing more is taken, and the file is the buffer.
 *
 * The second batch is on its way before the first one was answered, so that the broker need not wait. If the first one is not stored,
 * the broker finds another checkpoint than the second one expects, and refuses it; it is then tried again in its turn. Whichever try of
 * a batch arrives, however late, it is taken once.
 *
 * What was appended lately is kept. Where the broker shows a checkpoint that was stored before the last one, it has forgotten what
 * came after, since none is ever stored twice: what is kept from there on is put back, and only where that is not all, or is not
 * taken, is it a conflict, and the file is read again.
 */
export class Appender {
  readonly #queue: PreparedBatch[] = [];
  #running: Promise<void> | undefined;
  /** What is stored, as far as is known. */
  #known: Known = { stored: undefined };
  #seen: Position | undefined;
  #conflict: Known | undefined;
  #failure: unknown;
  #ahead: Ahead | undefined;
  /** The first batch is on its way, and nothing is known to be wrong. */
  #steady = false;
  /** Questions that the broker has not answered yet, the oldest first. */
  readonly #asked = new Set<{ readonly at: number }>();
  /** How many tries of a payload were not answered: what has failed may be on its way all the same. */
  readonly #unanswered = new WeakMap<Buffer, number>();
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(
    private readonly broker: LogBroker,
    private readonly source: SourceName,
    private readonly observer: TailingObserver,
    private readonly signal: AbortSignal,
    /** Milliseconds that only grow. */
    private readonly clock: () => number,
    private readonly kept: KeptChain,
  ) {}

  /** The checkpoint that will be stored once all that was submitted is appended. */
  get expected(): string | undefined {
    return this.#queue.at(-1)?.next ?? this.#known.stored?.checkpoint;
  }

  /** What should be stored while nothing is in flight: the same object for as long as it should. `undefined` at other times. */
  get known(): Known | undefined {
    const isSettled = this.#running === undefined && this.#conflict === undefined && this.#failure === undefined;
    return isSettled ? this.#known : undefined;
  }

  /** The stored checkpoint was another than expected: what was submitted since is dropped, and `resume` is due. */
  get conflict(): Known | undefined {
    return this.#conflict;
  }

  /** Why it has given up, where it has. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Since when the broker owes an answer: milliseconds of the clock. */
  get askedAt(): number | undefined {
    for (const { at } of this.#asked) return at;
    return undefined;
  }

  /** Bytes of the file that were read, and are not known to be stored. */
  get bytesInFlight(): number {
    return this.#queue.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** When the first of these bytes had come: milliseconds since the Unix epoch; `undefined` where there are none. */
  get waitsSince(): number | undefined {
    return this.#queue.find(({ bytes }) => bytes > 0)?.since;
  }

  /** Begins, or begins again, after the checkpoint that is stored. */
  resume(stored: StoredCheckpoint | undefined): void {
    this.#conflict = undefined;
    this.#failure = undefined;
    this.#known = { stored };
    this.kept.clear();
    this.#saw(stored?.last);
  }

  /** It was found, while `known` was as it is, that another checkpoint is stored. */
  found(stored: StoredCheckpoint | undefined): void {
    this.#running ??= this.#run({ stored });
  }

  /** At most two batches may be in flight when another is submitted: see `room`. */
  submit(batch: PreparedBatch): void {
    this.#queue.push(batch);
    this.#running ??= this.#run();
    this.#sendAhead();
  }

  /** Resolves when at most two batches are in flight, so that the next may be prepared. Never rejects. */
  room(): Promise<void> {
    if (this.#queue.length < 3) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Resolves when nothing is in flight. Never rejects. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(found?: Known): Promise<void> {
    try {
      if (found) await this.#recover(found);
      for (let batch = this.#queue[0]; batch !== undefined; batch = this.#queue[0]) {
        const answer = await this.#append(batch);
        if (answer.outcome === 'conflict') {
          await this.#recover({ stored: answer.stored });
        } else {
          this.#queue.shift();
          this.#took(batch, answer.last);
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
      this.#steady = false;
      this.#ahead = undefined;
    }
  }

  /** Makes the broker have what it should, or else leaves a conflict. What is in flight is tried again, or dropped. */
  async #recover({ stored }: Known): Promise<void> {
    this.#steady = false;
    const conflict = await this.#putBack(stored);
    if (!conflict) return;
    this.#conflict = conflict;
    this.#queue.length = 0;
    this.kept.clear();
    this.observer.conflict(this.source);
  }

  /** What was appended after `stored` is appended again as it was; answers what is stored where that can't be. */
  async #putBack(stored: StoredCheckpoint | undefined): Promise<Known | undefined> {
    const forgotten = this.kept.since(stored);
    if (forgotten.length === 0) return { stored };
    for (const { after, last, ...batch } of forgotten) {
      const answer = await this.#send(batch, after, { again: last });
      if (answer.outcome === 'conflict') return { stored: answer.stored };
    }
    this.observer.putBack(this.source, sumOf(forgotten), forgotten.length);
    return undefined;
  }

  #took({ next, records, payload, hash }: PreparedBatch, last: Position): void {
    const isOnlyKept = this.#unanswered.get(payload) === 0;
    this.kept.keep({ after: this.#known.stored, next, records, payload, hash, last, isOnlyKept });
    this.#known = { stored: { checkpoint: next, last } };
    this.#saw(last);
  }

  #saw(position: Position | undefined): void {
    if (position && (!this.#seen || comparePositions(position, this.#seen) > 0)) this.#seen = position;
  }

  #makeRoom(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  async #append(batch: PreparedBatch): Promise<AppendAnswer> {
    const ahead = this.#ahead?.batch === batch ? this.#ahead : undefined;
    this.#ahead = undefined;
    const began = ahead?.sentAt ?? this.clock();
    const sent = ahead?.answer ?? this.#send(batch, this.#known.stored, this.#lastSeen);
    this.#steady = true;
    this.#sendAhead();
    const answer = (await sent) ?? (await this.#send(batch, this.#known.stored, this.#lastSeen));
    const { records, bytes } = batch;
    if (answer.outcome === 'appended' && records > 0) {
      this.observer.appended(this.source, records, bytes, (this.clock() - began) / 1000);
    }
    return answer;
  }

  #sendAhead(): void {
    const [first, batch] = this.#queue;
    if (!this.#steady || this.#ahead || !first || !batch) return;
    const sentAt = this.clock();
    const answer = this.#ask(this.#request(batch, first.next, this.#lastSeen)).then(
      (answer) => (answer.outcome === 'appended' ? answer : undefined),
      () => undefined,
    );
    this.#ahead = { batch, sentAt, answer };
  }

  get #lastSeen(): Pick<AppendRequest, 'seen'> {
    return this.#seen ? { seen: this.#seen } : {};
  }

  #request(
    { next, records, payload, hash }: Pick<PreparedBatch, 'next' | 'records' | 'payload' | 'hash'>,
    expected: string | undefined,
    positions: Pick<AppendRequest, 'seen' | 'again'>,
  ): AppendRequest {
    const { channel, id: source } = this.source;
    return { channel, source, expected, next, records, payload, hash, ...positions };
  }

  /** Asks until there is an answer. */
  #send(
    batch: Pick<PreparedBatch, 'next' | 'records' | 'payload' | 'hash'>,
    after: StoredCheckpoint | undefined,
    positions: Pick<AppendRequest, 'seen' | 'again'>,
  ): Promise<AppendAnswer> {
    const request = this.#request(batch, after?.checkpoint, positions);
    return pRetry(() => this.#ask(request), {
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
  }

  async #ask(request: AppendRequest): Promise<AppendAnswer> {
    const question = { at: this.clock() };
    this.#asked.add(question);
    this.#countTries(request, 1);
    try {
      const answer = await untilAborted(this.broker.append(request), this.signal);
      this.#countTries(request, -1);
      return answer;
    } finally {
      this.#asked.delete(question);
    }
  }

  #countTries({ payload }: AppendRequest, more: number): void {
    this.#unanswered.set(payload, (this.#unanswered.get(payload) ?? 0) + more);
  }
}

function sumOf(batches: readonly KeptBatch[]): number {
  return batches.reduce((sum, { records }) => sum + records, 0);
}
