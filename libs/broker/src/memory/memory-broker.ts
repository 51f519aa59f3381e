import { position, type ChannelName, type Position } from '@tailgate/protocol';
import type { Batch } from '../batch.js';
import { BrokerError } from '../broker-error.js';
import type {
  AppendAnswer,
  AppendRequest,
  Bounds,
  ChannelPage,
  ChannelQuery,
  LogBroker,
  ReadLimits,
  StoredCheckpoint,
} from '../log-broker.js';
import { checkAppend, checkLimits, checkPageLimit } from '../request-rules.js';
import { checkRetention, DEFAULT_RETAIN_BYTES, DEFAULT_RETAIN_LINES, type Retention } from '../retention.js';
import { checkLease, namesOf } from '../lease-rules.js';
import type { LeaseAnswer, LeaseRequest, SourceLeases } from '../source-leases.js';
import { checkOneTimeKey, checkOneTimeValue, type OneTimeValues } from '../one-time-values.js';
import type { SeenSign, SourceSign, TailerSigns } from '../tailer-signs.js';
import { ChannelIndex } from './channel-index.js';
import { Followers, warnOfFollower, type OnFollowerError } from '../followers.js';
import { LeaseTable } from './lease-table.js';
import { Ledger } from './ledger.js';
import { MemoryChannel } from './memory-channel.js';
import { Numbering } from './numbering.js';
import { Receipts } from './receipts.js';
import { hashBehind } from '../running-hash.js';
import { OneTimeShelf } from './one-time-shelf.js';
import { copyOf } from '../own-bytes.js';
import { SignBoard } from './sign-board.js';

/** 512 MiB. */
export const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

export interface MemoryBrokerOptions extends Partial<Retention> {
  /**
   * The most bytes of history, of all the channels together; beyond it the oldest batches of the whole broker go first.
   * Default: `DEFAULT_MAX_BYTES`. Checkpoints (two a source while it appends, at most 4 KiB each) are never cut and come on top.
   */
  readonly maxBytes?: number;
  /** Integer milliseconds since the Unix epoch. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Told, later, of what a follower threw. Default: a process warning. */
  readonly onFollowerError?: OnFollowerError;
}

/** How much a `MemoryBroker` holds, for metrics. */
export interface MemoryUsage {
  readonly channels: number;
  readonly batches: number;
  /** Of the batches: payloads, and `BATCH_OVERHEAD_BYTES` each. Never more than `maxBytes`. */
  readonly bytes: number;
  /** The sources whose tailers were heard of lately. */
  readonly signs: number;
  /** The appends with `keepFor` that are remembered. */
  readonly receipts: number;
}

/**
 * The broker of one process, whose history ends with it. Followers are called before the append's promise is made.
 *
 * A batch that alone is over a bound is handed to the followers, and gone from history at once.
 */
export class MemoryBroker implements LogBroker, TailerSigns, SourceLeases, OneTimeValues {
  readonly #clock: () => number;
  readonly #ledger: Ledger;
  readonly #followers: Followers;
  #index = new ChannelIndex();
  readonly #signs = new SignBoard();
  readonly #leases = new LeaseTable();
  readonly #receipts = new Receipts();
  readonly #shelf = new OneTimeShelf();
  #closed = false;

  constructor(options: MemoryBrokerOptions = {}) {
    const { retainLines = DEFAULT_RETAIN_LINES, retainBytes = DEFAULT_RETAIN_BYTES, retainAge = Infinity } = options;
    const { maxBytes = DEFAULT_MAX_BYTES, clock = Date.now, onFollowerError = warnOfFollower } = options;
    checkRetention({ retainLines, retainBytes, retainAge });
    if (!(maxBytes >= 1)) throw new BrokerError('invalid', `maxBytes must be 1 or more, not ${maxBytes}`);
    this.#ledger = new Ledger({ retainLines, retainBytes, retainAge, maxBytes });
    this.#clock = clock;
    this.#followers = new Followers(onFollowerError);
  }

  get usage(): MemoryUsage {
    const { batches, bytes } = this.#ledger;
    return { channels: this.#index.size, batches, bytes, signs: this.#signs.size, receipts: this.#receipts.size };
  }

  append(request: AppendRequest): Promise<AppendAnswer> {
    return this.#answer(() => this.#append(request));
  }

  checkpoints(channel: ChannelName): Promise<ReadonlyMap<string, StoredCheckpoint>> {
    return this.#answer(() => new Map(this.#index.get(channel)?.checkpoints));
  }

  bounds(channel: ChannelName): Promise<Bounds | undefined> {
    return this.#answer(() => this.#fresh(channel)?.bounds());
  }

  readAfter(channel: ChannelName, from: Position, limits: ReadLimits): Promise<readonly Batch[]> {
    return this.#answer(() => {
      checkLimits(limits);
      return this.#fresh(channel)?.account.history.after(from, limits) ?? [];
    });
  }

  readBefore(channel: ChannelName, from: Position, limits: ReadLimits): Promise<readonly Batch[]> {
    return this.#answer(() => {
      checkLimits(limits);
      return this.#fresh(channel)?.account.history.before(from, limits) ?? [];
    });
  }

  purge(channel: ChannelName, idleSince = Infinity): Promise<Position | undefined> {
    return this.#answer(() => {
      const known = this.#index.get(channel);
      if (known && known.updated > idleSince) return undefined;
      if (known) this.#ledger.empty(known.account);
      return known?.purge();
    });
  }

  follow(channel: ChannelName, onBatch: (batch: Batch) => void): Promise<AsyncDisposable> {
    return this.#answer(() => this.#followers.add(channel, onBatch));
  }

  channels(query: ChannelQuery): Promise<ChannelPage> {
    return this.#answer(() => {
      checkPageLimit(query);
      this.#ledger.expire(this.#clock());
      const { channels, ...rest } = this.#index.page(query);
      return { channels: channels.map((channel) => channel.summary()), ...rest };
    });
  }

  beat(signs: readonly SourceSign[]): Promise<void> {
    return this.#answer(() => this.#signs.put(signs, this.#clock()));
  }

  signs(channel: ChannelName): Promise<readonly SeenSign[]> {
    return this.#answer(() => this.#signs.of(channel, this.#clock()));
  }

  lease(holder: string, requests: readonly LeaseRequest[], ttlMs: number): Promise<LeaseAnswer> {
    return this.#answer(() => {
      checkLease(holder, namesOf(requests), ttlMs);
      return this.#leases.lease(holder, requests, ttlMs, this.#clock());
    });
  }

  release(holder: string, names: readonly string[]): Promise<void> {
    return this.#answer(() => {
      checkLease(holder, names, 1);
      this.#leases.release(holder, names, this.#clock());
    });
  }

  putOnce(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.#answer(() => {
      checkOneTimeKey(key);
      checkOneTimeValue(value, ttlMs);
      return this.#shelf.put(key, value, ttlMs, this.#clock());
    });
  }

  takeOnce(key: string): Promise<string | undefined> {
    return this.#answer(() => {
      checkOneTimeKey(key);
      return this.#shelf.take(key, this.#clock());
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#followers.clear();
    this.#signs.clear();
    this.#leases.clear();
    this.#receipts.clear();
    this.#shelf.clear();
    this.#ledger.clear();
    this.#index = new ChannelIndex();
    return Promise.resolve();
  }

  #append(request: AppendRequest): AppendAnswer {
    checkAppend(request);
    const { channel: name, expected, next, records, seen, again } = request;
    const now = this.#clock();
    this.#receipts.expire(now);
    const known = this.#index.get(name);
    const stored = this.#stored(request, known);
    if (stored?.checkpoint === next) return { outcome: 'appended', last: stored.last };
    const conflict: AppendAnswer = stored ? { outcome: 'conflict', stored } : { outcome: 'conflict' };
    if (stored?.checkpoint !== expected) return conflict;
    if (request.keepFor !== undefined) this.#receipts.checkRoom();

    const before = again ? known?.numbering.before(records, again) : numberingFor(known, seen, now);
    if (!before) return conflict;
    const channel = known ?? new MemoryChannel(name, before, now);
    channel.move(before.after(records));
    this.#store(request, channel, now);
    this.#index.touch(channel);
    if (records > 0) this.#publish(channel, before.head, request, now);
    return { outcome: 'appended', last: channel.head };
  }

  #stored({ channel, source, keepFor }: AppendRequest, known: MemoryChannel | undefined): StoredCheckpoint | undefined {
    return keepFor === undefined ? known?.checkpoints.get(source) : this.#receipts.get(channel, source);
  }

  /** Stores the checkpoint of an append that was found good. */
  #store({ source, next, keepFor }: AppendRequest, channel: MemoryChannel, now: number): void {
    const stored = { checkpoint: next, last: channel.head };
    if (keepFor === undefined) channel.checkpoints.set(source, stored);
    else this.#receipts.keep(channel.name, source, keepFor, { stored, until: now + keepFor });
  }

  /** Keeps and hands out the batch that has just been numbered, from the position after `before` to the head. */
  #publish(channel: MemoryChannel, before: Position, { payload, hash: own }: AppendRequest, now: number): void {
    const { epoch, seq } = before;
    const { head: last } = channel;
    const hash = own && hashBehind(channel.hash, before, own);
    if (hash !== undefined) channel.hash = { at: last, hash };
    const hashed = hash !== undefined && { hash };
    const batch: Batch = { first: position(epoch, seq + 1), last, time: now, payload: copyOf(payload), ...hashed };
    channel.updated = now;
    this.#ledger.keep(channel.account, batch);
    this.#followers.deliver(channel.name, batch);
  }

  /** The channel without what has grown too old. */
  #fresh(channel: ChannelName): MemoryChannel | undefined {
    this.#ledger.expire(this.#clock());
    return this.#index.get(channel);
  }

  /** Does `work` at once, and makes a rejection of what it throws. */
  #answer<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#closed) throw new BrokerError('closed', 'the broker was closed');
      resolve(work());
    });
  }
}

function numberingFor(known: MemoryChannel | undefined, seen: Position | undefined, now: number): Numbering {
  return known?.numbering.knowing(seen, now) ?? Numbering.begin(now, seen);
}
