import { DELETED_MS, type Chunk, type ChunkStore, type LastChunk } from './chunk-store.js';

interface File {
  readonly chunks: Chunk[];
  readonly isDeleted: boolean;
  readonly expires: number;
}

/** In the memory of one process. What has expired goes when anything is asked. */
export class MemoryChunks implements ChunkStore {
  readonly #files = new Map<string, File>();

  last(id: string): Promise<LastChunk | undefined> {
    const { chunks = [] } = this.#file(id) ?? {};
    const note = chunks.at(-1)?.note;
    return Promise.resolve(note === undefined ? undefined : { count: chunks.length, note });
  }

  put(id: string, index: number, chunk: Chunk, expires: number): Promise<'stored' | 'taken' | 'deleted'> {
    const file = this.#file(id) ?? { chunks: [], isDeleted: false, expires };
    if (file.isDeleted) return Promise.resolve('deleted');
    if (index < file.chunks.length) return Promise.resolve('taken');
    file.chunks.push(chunk);
    this.#files.set(id, file);
    return Promise.resolve('stored');
  }

  get(id: string, index: number): Promise<Buffer | undefined> {
    return Promise.resolve(this.#file(id)?.chunks[index]?.bytes);
  }

  delete(id: string): Promise<void> {
    this.#files.set(id, { chunks: [], isDeleted: true, expires: Date.now() + DELETED_MS });
    return Promise.resolve();
  }

  isDeleted(id: string): Promise<boolean> {
    return Promise.resolve(this.#file(id)?.isDeleted ?? false);
  }

  #file(id: string): File | undefined {
    const now = Date.now();
    for (const [old, { expires }] of this.#files) if (expires <= now) this.#files.delete(old);
    return this.#files.get(id);
  }
}
