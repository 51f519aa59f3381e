import { BrokerError, type RedisConnection } from '@tailgate/broker';
import { Command } from 'ioredis';
import { DELETED_MS, type Chunk, type ChunkStore, type LastChunk } from './chunk-store.js';

/** The field of a file that was deleted. */
const DELETED = 'deleted';

const LF = 0x0a;

/** A hash a file, in a slot of its own: `c<index>` is a chunk's note, a newline, its bytes. The server forgets it when it expires. */
export class RedisChunks implements ChunkStore {
  constructor(
    private readonly connection: () => RedisConnection,
    private readonly keyPrefix: string,
  ) {}

  async last(id: string): Promise<LastChunk | undefined> {
    const key = this.#key(id);
    const count = await this.connection().answer((client) => client.hlen(key));
    const stored = count === 0 ? undefined : await this.#read(id, count - 1);
    return stored && { count, note: stored.subarray(0, stored.indexOf(LF)).toString() };
  }

  async put(id: string, index: number, { note, bytes }: Chunk, expires: number) {
    const key = this.#key(id);
    const field = `c${index}`;
    const value = Buffer.concat([Buffer.from(`${note}\n`), bytes]);
    const [isNew, isDeleted] = await this.connection().answer(async (client) =>
      valuesOf(await client.multi().hsetnx(key, field, value).hexists(key, DELETED).exec()),
    );
    if (isDeleted === 1) {
      await this.connection().answer((client) => client.hdel(key, field));
      return 'deleted';
    }
    await this.connection().answer((client) => client.pexpireat(key, expires));
    return isNew === 1 ? 'stored' : 'taken';
  }

  async get(id: string, index: number): Promise<Buffer | undefined> {
    const stored = await this.#read(id, index);
    return stored?.subarray(stored.indexOf(LF) + 1);
  }

  async delete(id: string): Promise<void> {
    const key = this.#key(id);
    await this.connection().answer(async (client) =>
      valuesOf(await client.multi().del(key).hset(key, DELETED, '1').pexpire(key, DELETED_MS).exec()),
    );
  }

  async isDeleted(id: string): Promise<boolean> {
    return (await this.connection().answer((client) => client.hexists(this.#key(id), DELETED))) === 1;
  }

  async #read(id: string, index: number): Promise<Buffer | undefined> {
    const command = () => new Command('hget', [this.#key(id), `c${index}`], { replyEncoding: null });
    const answer: unknown = await this.connection().answer(
      async (client): Promise<unknown> => await client.sendCommand(command()),
    );
    return Buffer.isBuffer(answer) ? answer : undefined;
  }

  #key(id: string): string {
    return `${this.keyPrefix}export:{${id}}`;
  }
}

/** What a transaction answered. */
function valuesOf(replies: readonly (readonly [Error | null, unknown])[] | null): unknown[] {
  if (!replies) throw new BrokerError('unavailable', 'Redis gave up a transaction');
  return replies.map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}
