import { batchRecords, type Batch } from '@tailgate/broker';
import { position, type Position } from '@tailgate/protocol';

/** Records of one batch in their order: all of them, or those that a filter has let through. Immutable once made, and shared. */
export interface Chunk extends Batch {
  /** The seq of each record in `payload`; absent where it holds the whole batch. `first` and `last` are the batch's in any case. */
  readonly seqs?: readonly number[];
}

/** How many records it has; 0 where nothing was let through. */
export function chunkRecords(chunk: Chunk): number {
  return chunk.seqs?.length ?? batchRecords(chunk);
}

/** The field that the last of its records has beside its own, beginning with a comma; empty where some were filtered out. */
export function hashField({ seqs, hash }: Chunk): string {
  return seqs || hash === undefined ? '' : `,"hash":"${hash}"`;
}

/** Where its record at `index` stands, 0 for the first. */
export function positionAt({ first, seqs }: Chunk, index: number): Position {
  return position(first.epoch, seqs?.[index] ?? first.seq + index);
}

/** The index of its first record after `cursor`, which is of the same epoch; the number of records where there is none. */
export function indexAfter({ first, seqs }: Chunk, cursor: Position): number {
  if (!seqs) return Math.max(0, cursor.seq - first.seq + 1);
  const index = seqs.findIndex((seq) => seq > cursor.seq);
  return index < 0 ? seqs.length : index;
}
