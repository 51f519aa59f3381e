import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRedisServer, RedisServer } from '@tailgate/broker/redis-testing';

export const found = await findRedisServer();

/** Says why nothing is tested, where that is so. */
export const unlessMissing = 'missing' in found ? `(skipped: ${found.missing})` : '';

export function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  if ('missing' in found) throw new Error(found.missing);
  return RedisServer.start(found.path, ...settings);
}

/** A real Redis that loses its newest writes as a failover or a restart may: it comes back as it was at some moment before. */
export class ForgetfulRedis implements AsyncDisposable {
  private constructor(readonly server: RedisServer) {}

  static async start(): Promise<ForgetfulRedis> {
    return new ForgetfulRedis(await startRedis('--dbfilename', 'dump.rdb'));
  }

  get url(): string {
    return this.server.url;
  }

  /** This is what it will come back with. */
  async remember(): Promise<void> {
    await this.server.admin.save();
    await copyFile(this.#file('dump'), this.#file('kept'));
  }

  /** Crashes, and comes back as it was when it was to remember. */
  async forget(): Promise<void> {
    await this.server.halt('SIGKILL');
    await copyFile(this.#file('kept'), this.#file('dump'));
    await this.server.run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  #file(name: string): string {
    return join(this.server.folder, `${name}.rdb`);
  }
}
