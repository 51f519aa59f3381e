import type { Position } from '@tailgate/protocol';
import { batchRecords, type Batch } from '../batch.js';
import type { ReadLimits } from '../log-broker.js';
import { comparePositions } from '../position-order.js';
import { Queue } from '../queue.js';

/** A channel's batches that retention has left, oldest first. */
export class History {
  readonly #batches = new Queue<Batch>();
  #records = 0;

  /** How many records the batches have. */
  get records(): number {
    return this.#records;
  }

  get oldest(): Batch | undefined {
    return this.#batches.at(0);
  }

  /** `batch` must come after all that are here. */
  push(batch: Batch): void {
    this.#batches.push(batch);
    this.#records += batchRecords(batch);
  }

  shift(): Batch | undefined {
    const batch = this.#batches.shift();
    if (batch) this.#records -= batchRecords(batch);
    return batch;
  }

  /** As `LogBroker.readAfter`. */
  after(position: Position, limits: ReadLimits): Batch[] {
    const read = new Reading(limits);
    let index = this.#count((batch) => comparePositions(batch.last, position) <= 0);
    for (let batch = this.#batches.at(index); batch; batch = this.#batches.at(++index)) {
      const { first } = batch;
      const skipped = first.epoch === position.epoch ? Math.max(0, position.seq - first.seq + 1) : 0;
      if (read.take(batch, batchRecords(batch) - skipped)) break;
    }
    return read.batches;
  }

  /** As `LogBroker.readBefore`. */
  before(position: Position, limits: ReadLimits): Batch[] {
    const read = new Reading(limits);
    const end = this.#count((batch) => comparePositions(batch.first, position) < 0);
    for (let index = end - 1; index >= 0; index -= 1) {
      const batch = this.#batches.at(index);
      if (!batch) break;
      const { last } = batch;
      const skipped = last.epoch === position.epoch ? Math.max(0, last.seq - position.seq + 1) : 0;
      if (read.take(batch, batchRecords(batch) - skipped)) break;
    }
    return read.batches.reverse();
  }

  /** How many batches at the beginning satisfy `holds`, which must hold for none after the first for which it does not. */
  #count(holds: (batch: Batch) => boolean): number {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const batch = this.#batches.at(middle);
      if (batch && holds(batch)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What a read has gathered, against its limits. */
class Reading {
  readonly batches: Batch[] = [];
  readonly #limits: ReadLimits;
  #records = 0;
  #bytes = 0;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  /** Takes a batch, of which `asked` records are on the asked side of the position; true where a limit is reached. */
  take(batch: Batch, asked: number): boolean {
    this.batches.push(batch);
    this.#records += asked;
    this.#bytes += batch.payload.length;
    return this.#records >= this.#limits.records || this.#bytes >= this.#limits.bytes;
  }
}
