import type { OneTimeValues } from '../one-time-values.js';
import type { ChannelKeys } from './channel-keys.js';
import type { RedisConnection } from './redis-connection.js';

/** A key each, which the server forgets by itself: `SET … PX NX`, `GETDEL`. */
export class RedisOneTimeValues implements OneTimeValues {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
  ) {}

  async putOnce(key: string, value: string, ttlMs: number): Promise<boolean> {
    const answer = await this.connection.answer((client) =>
      client.set(this.keys.oneTimeValue(key), value, 'PX', ttlMs, 'NX'),
    );
    return answer === 'OK';
  }

  /** A connection that breaks before the answer is there may lose the value: it is never given twice. */
  async takeOnce(key: string): Promise<string | undefined> {
    return (await this.connection.answer((client) => client.getdel(this.keys.oneTimeValue(key)))) ?? undefined;
  }
}
