import type { DataCopy, RedisServer } from '../../support/redis/redis-server.ts';
import { startRedis } from '../../support/redis/start-redis.ts';

/** A real Redis that loses its newest writes as a failover or a restart may: it comes back as it was at some moment before. */
export class ForgetfulRedis implements AsyncDisposable {
  #kept: DataCopy | undefined;

  private constructor(readonly server: RedisServer) {}

  static async start(): Promise<ForgetfulRedis> {
    return new ForgetfulRedis(await startRedis({ aof: true }));
  }

  get url(): string {
    return this.server.url;
  }

  /** This is what it will come back with. */
  async remember(): Promise<void> {
    this.#kept = await this.server.copyData();
  }

  /** Crashes, and comes back as it was when it was to remember; `meanwhile` is called in between. */
  async forget(meanwhile: () => void = () => undefined): Promise<void> {
    if (!this.#kept) throw new Error('it was not told what to remember');
    await this.server.kill();
    meanwhile();
    await this.server.restartFrom(this.#kept);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}
