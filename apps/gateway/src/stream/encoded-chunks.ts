import type { Chunk } from '../filter/chunk.js';
import type { EncodedEvents } from './record-encoder.js';

interface Kept {
  all?: EncodedEvents;
  part?: { readonly from: number; readonly events: EncodedEvents };
}

/**
 * What was encoded, for as long as its chunk is: all of a chunk, and the last part of it that was asked for, since of many viewers who
 * come at once most begin at the same record.
 */
export class EncodedChunks {
  readonly #kept = new WeakMap<Chunk, Kept>();

  /** The records from index `from` on, which `encode` makes where they are not here. */
  of(chunk: Chunk, from: number, encode: () => EncodedEvents): EncodedEvents {
    let kept = this.#kept.get(chunk);
    if (!kept) this.#kept.set(chunk, (kept = {}));
    if (from === 0) return (kept.all ??= encode());
    if (kept.part?.from !== from) kept.part = { from, events: encode() };
    return kept.part.events;
  }
}
