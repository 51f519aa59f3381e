import { batchRecords, type Batch } from '../batch.js';
import type { Retention } from '../retention.js';
import { AgeOrder, type Aged } from './age-order.js';
import { History } from './history.js';
import { Queue } from '../queue.js';

/** What a kept batch costs beside its payload: its objects, its buffer's bookkeeping, its places in the queues. Measured. */
export const BATCH_OVERHEAD_BYTES = 640;

export interface LedgerBounds extends Retention {
  /** Bytes of all the channels together, overheads included. */
  readonly maxBytes: number;
}

/** A channel's part of the ledger. */
export class Account {
  readonly history = new History();
  /** Of its batches, oldest first, as `history` has them. */
  readonly places = new Queue<Aged<Entry>>();
  bytes = 0;
}

interface Entry {
  readonly account: Account;
  readonly bytes: number;
  readonly time: number;
}

/** Every batch that the broker keeps, counted in bytes, by channel and in all. Decides which ones go. */
export class Ledger {
  readonly #bounds: LedgerBounds;
  #order = new AgeOrder<Entry>();
  #bytes = 0;
  #batches = 0;

  constructor(bounds: LedgerBounds) {
    this.#bounds = bounds;
  }

  /** Payloads and overheads of all the batches. */
  get bytes(): number {
    return this.#bytes;
  }

  get batches(): number {
    return this.#batches;
  }

  /** Keeps the batch, then lets go of what is too much: perhaps of this very batch, where it alone is over a bound. */
  keep(account: Account, batch: Batch): void {
    const bytes = batch.payload.length + BATCH_OVERHEAD_BYTES;
    account.history.push(batch);
    account.places.push(this.#order.add({ account, bytes, time: batch.time }));
    account.bytes += bytes;
    this.#bytes += bytes;
    this.#batches += 1;
    this.#trim(account);
    this.expire(batch.time);
  }

  /** Lets go of the batches that are too old at `now`, in all the channels. */
  expire(now: number): void {
    const { retainAge = Infinity } = this.#bounds;
    for (let place = this.#order.oldest; place && place.value.time < now - retainAge; place = this.#order.oldest) {
      this.#dropOldest(place.value.account);
    }
  }

  /** Lets go of all the account's batches. */
  empty(account: Account): void {
    while (account.history.oldest) this.#dropOldest(account);
  }

  /** Forgets everything; the accounts must not be used again. */
  clear(): void {
    this.#order = new AgeOrder<Entry>();
    this.#bytes = 0;
    this.#batches = 0;
  }

  #trim(account: Account): void {
    const { retainLines, retainBytes, maxBytes } = this.#bounds;
    const { history } = account;
    for (let oldest = history.oldest; oldest; oldest = history.oldest) {
      const promised = history.records - batchRecords(oldest) < retainLines;
      if (promised && account.bytes <= retainBytes) break;
      this.#dropOldest(account);
    }
    for (let place = this.#order.oldest; place && this.#bytes > maxBytes; place = this.#order.oldest) {
      this.#dropOldest(place.value.account);
    }
  }

  #dropOldest(account: Account): void {
    const place = account.places.shift();
    if (!place) return;
    account.history.shift();
    this.#order.remove(place);
    account.bytes -= place.value.bytes;
    this.#bytes -= place.value.bytes;
    this.#batches -= 1;
  }
}
