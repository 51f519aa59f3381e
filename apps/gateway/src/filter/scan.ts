import type { Batch } from '@tailgate/broker';
import { parseRecord } from '@tailgate/protocol';
import type { Chunk } from './chunk.js';
import type { RecordFilter } from '@tailgate/history';

const LF = 0x0a;

/** A filter on its way through a batch: it can stop after any record, and go on later. */
export class Scan {
  readonly #filter: RecordFilter;
  readonly #batch: Batch;
  readonly #seqs: number[] = [];
  /** What has passed, in runs: the start and end of each in the batch's payload. */
  readonly #runs: { readonly start: number; end: number }[] = [];
  #read = 0;
  #seq: number;

  constructor(filter: RecordFilter, batch: Batch) {
    this.#filter = filter;
    this.#batch = batch;
    this.#seq = batch.first.seq;
  }

  /** Goes on until `isOver`, which is asked after each record; what has passed once the batch is through, else `undefined`. */
  run(isOver: () => boolean): Chunk | undefined {
    const { payload } = this.#batch;
    while (this.#read < payload.length) {
      this.#step(payload);
      if (isOver()) break;
    }
    return this.#read < payload.length ? undefined : this.#chunk();
  }

  #step(payload: Buffer): void {
    const start = this.#read;
    const newline = payload.indexOf(LF, start);
    this.#read = newline < 0 ? payload.length : newline + 1;
    const record = parseRecord(payload.toString('utf8', start, this.#read));
    // What is no record is not ours to hide.
    if (!record || this.#filter.passes(record)) this.#pass(start);
    this.#seq += 1;
  }

  #pass(start: number): void {
    this.#seqs.push(this.#seq);
    const run = this.#runs.at(-1);
    if (run?.end === start) run.end = this.#read;
    else this.#runs.push({ start, end: this.#read });
  }

  #chunk(): Chunk {
    const { payload } = this.#batch;
    const [run] = this.#runs;
    const isOneRun = run && this.#runs.length === 1;
    const passed = isOneRun
      ? payload.subarray(run.start, run.end)
      : Buffer.concat(this.#runs.map(({ start, end }) => payload.subarray(start, end)));
    return { ...this.#batch, payload: passed, seqs: this.#seqs };
  }
}
