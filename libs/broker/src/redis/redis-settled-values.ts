import type { SettledValues } from '../settled-values.js';
import type { ChannelKeys } from './channel-keys.js';
import type { RedisConnection } from './redis-connection.js';

/** A key each, which the server forgets by itself: `GETEX … PX`, `SET … PX NX GET` (Redis 7). */
export class RedisSettledValues implements SettledValues {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
  ) {}

  async settled(key: string, ttlMs: number): Promise<string | undefined> {
    const value = await this.connection.answer((client) => client.getex(this.keys.settledValue(key), 'PX', ttlMs));
    return value ?? undefined;
  }

  async settle(key: string, value: string, ttlMs: number): Promise<string> {
    const before = await this.connection.answer((client) =>
      client.set(this.keys.settledValue(key), value, 'PX', ttlMs, 'NX', 'GET'),
    );
    return before ?? value;
  }
}
