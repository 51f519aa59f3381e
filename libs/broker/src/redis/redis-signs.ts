import type { ChannelName } from '@tailgate/protocol';
import type { SeenSign, SourceSign, TailerSigns } from '../tailer-signs.js';
import type { ChannelKeys } from './channel-keys.js';
import type { RedisConnection } from './redis-connection.js';
import { integerOf, textsOf } from './replies.js';

/** A sign is forgotten after so many seconds. */
const KEPT_S = 600;

const STATES: readonly SourceSign['state'][] = ['waiting', 'reading', 'following'];

/** A hash a channel, `<ms> <state> <lag bytes>` by source, which expires when nobody says anything any more. */
export class RedisSigns implements TailerSigns {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
  ) {}

  /** Two round trips, of which one asks for the time: all the channels are written by one pipeline. */
  async beat(signs: readonly SourceSign[]): Promise<void> {
    await this.connection.answer(async (client) => {
      if (signs.length === 0) return;
      const now = millisOf(await client.time());
      const byChannel = Map.groupBy(signs, ({ channel }) => channel);
      await Promise.all(
        [...byChannel].flatMap(([channel, ofChannel]) => {
          const key = this.keys.signs(channel);
          const fields = ofChannel.flatMap(({ source, state, lagBytes }) => [source, `${now} ${state} ${lagBytes}`]);
          return [client.hset(key, ...fields), client.expire(key, KEPT_S)];
        }),
      );
    });
  }

  async signs(channel: ChannelName): Promise<readonly SeenSign[]> {
    const key = this.keys.signs(channel);
    const [time, said] = await this.connection.answer((client) => Promise.all([client.time(), client.hgetall(key)]));
    const oldest = millisOf(time) - KEPT_S * 1000;
    const seen = Object.entries(said).map(([source, text]) => signOf(channel, source, text));
    const old = seen.filter(({ at }) => at < oldest).map(({ source }) => source);
    // A channel whose files come and go keeps the key alive, and would keep the signs of all that ever were.
    if (old.length > 0) this.connection.answer((client) => client.hdel(key, ...old)).catch(() => undefined);
    return seen.filter(({ at }) => at >= oldest);
  }
}

function signOf(channel: ChannelName, source: string, text: string): SeenSign {
  const [at, word, lagBytes] = text.split(' ');
  // A state that a newer tailer has says at least that it is alive.
  const state = STATES.find((known) => known === word) ?? 'following';
  return { channel, source, state, lagBytes: integerOf(lagBytes), at: integerOf(at) };
}

/** The answer to TIME. */
function millisOf(time: unknown): number {
  const [seconds, micros] = textsOf(time);
  return integerOf(seconds) * 1000 + Math.floor(integerOf(micros) / 1000);
}
