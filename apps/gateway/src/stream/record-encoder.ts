import type { ChannelName } from '@tailgate/protocol';
import type { Chunk } from '../filter/chunk.js';

/** Events as bytes, shared by all viewers: nobody writes to them. */
export interface EncodedEvents {
  readonly bytes: Buffer;
  /** Where each event begins, counted from the beginning of those that were encoded first, in order. */
  readonly starts: Uint32Array;
}

/** Those from index `from` on. */
export function eventsFrom({ bytes, starts }: EncodedEvents, from: number): EncodedEvents {
  return { bytes: bytes.subarray(starts[from]), starts: starts.subarray(from) };
}

/** How records are written in one form of the stream. What is encoded is kept for as long as its chunk is. */
export interface RecordEncoder {
  /**
   * Where the events' ids are. `inside`: in the bytes. Else the connection writes them, and each event has the id of its record
   * (`each`), or there is one event, with the id of the last record (`once`).
   */
  readonly ids: 'inside' | 'each' | 'once';

  /** The records of a chunk of `channel` from index `from` (0 for the first) to its end; at least one. */
  encode(chunk: Chunk, from: number, channel: ChannelName): EncodedEvents;
}
