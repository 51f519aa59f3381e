/**
 * Files in chunks, where every process finds them, until they expire or are deleted. Each chunk is written once, by whoever comes first,
 * so that two writers of one file can't mix up what it holds.
 *
 * Every method rejects with a `BrokerError` (`unavailable`) where the store can't be reached. The contract suite
 * (`describeChunkStore`) is these comments as tests.
 */
export interface ChunkStore {
  /** How many chunks there are, and the note of the last one; `undefined` where there is none. */
  last(id: string): Promise<LastChunk | undefined>;

  /**
   * Stores chunk `index`, which must be the number of those that there are. `taken`: there is one already, which stays; `deleted`: the
   * file was deleted, and nothing is stored.
   */
  put(id: string, index: number, chunk: Chunk, expires: number): Promise<'stored' | 'taken' | 'deleted'>;

  /** The bytes of a chunk; `undefined` where there is none. */
  get(id: string, index: number): Promise<Buffer | undefined>;

  /** Lets go of the file, and takes no more of it. */
  delete(id: string): Promise<void>;

  /** Whether the file was deleted, in the last ten minutes. */
  isDeleted(id: string): Promise<boolean>;
}

export interface Chunk {
  /** A line of whoever writes the file: how far it is with this chunk. */
  readonly note: string;
  readonly bytes: Buffer;
}

export interface LastChunk {
  readonly count: number;
  readonly note: string;
}

/** How long a file that was deleted is remembered, so that its writer finds out: milliseconds. */
export const DELETED_MS = 10 * 60_000;
