import type { ChannelName } from '@tailgate/protocol';
import { newerFormat } from '../stored-json.js';
import type { SeenSign, SourceSign, TailerSigns } from '../tailer-signs.js';
import type { ChannelKeys } from './channel-keys.js';
import type { RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';
import { integerOf, textsOf } from './replies.js';

/** A sign is forgotten after so many seconds. */
const KEPT_S = 600;

/** So often a channel's signs are said to be kept that long: milliseconds. */
const KEEP_EVERY_MS = 60_000;

/**
 * Of so many channels at once signs are written. All of 20,000 in one go live until the last is answered, and half of the tailer's time
 * went into collecting that.
 */
const AT_ONCE = 250;

/** `<ms> <state> <lag bytes>`, behind which more may stand. What has another form a newer version has written. */
const FORM = /^([1-9]\d{12,}) (\S+) (\d+)(?: |$)/;

/** So much is shown of what has another form: characters. */
const SHOWN = 80;

const STATES: readonly SourceSign['state'][] = ['waiting', 'reading', 'following'];

/** A hash a channel, a sign by source, which expires when nobody says anything any more. */
export class RedisSigns implements TailerSigns {
  /** When it was last said of a channel's signs that they are kept: milliseconds since the Unix epoch, the oldest first. */
  readonly #kept = new Map<ChannelName, number>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
  ) {}

  /** A round trip asks for the time, and one for each `AT_ONCE` channels tells. */
  async beat(signs: readonly SourceSign[]): Promise<void> {
    if (signs.length === 0) return;
    const now = millisOf(await this.connection.answer((client) => client.time()));
    const byChannel = [...Map.groupBy(signs, ({ channel }) => channel)];
    for (let from = 0; from < byChannel.length; from += AT_ONCE) {
      const some = byChannel.slice(from, from + AT_ONCE);
      await this.connection.answer((client) =>
        Promise.all(some.flatMap(([channel, ofChannel]) => this.#tell(client, channel, ofChannel, now))),
      );
    }
    this.#forgetBefore(now - 2 * KEEP_EVERY_MS);
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

  #tell(client: RedisClient, channel: ChannelName, signs: readonly SourceSign[], now: number): Promise<unknown>[] {
    const key = this.keys.signs(channel);
    const fields = signs.flatMap(({ source, state, lagBytes }) => [source, `${now} ${state} ${lagBytes}`]);
    const told = client.hset(key, ...fields);
    if (now - (this.#kept.get(channel) ?? -Infinity) < KEEP_EVERY_MS) return [told];
    // To the end of the map, where the newest are.
    this.#kept.delete(channel);
    this.#kept.set(channel, now);
    return [told, client.expire(key, KEPT_S)];
  }

  #forgetBefore(oldest: number): void {
    for (const [channel, at] of this.#kept) {
      if (at >= oldest) return;
      this.#kept.delete(channel);
    }
  }
}

/** Throws a `BrokerError` (`unavailable`) for what a newer version has written. */
export function signOf(channel: ChannelName, source: string, text: string): SeenSign {
  const [, at, word, lagBytes] = FORM.exec(text) ?? [];
  if (at === undefined) throw newerFormat(JSON.stringify(text.slice(0, SHOWN)), '"<ms> <state> <lag bytes>"');
  // A state that a newer tailer has says at least that it is alive.
  const state = STATES.find((known) => known === word) ?? 'following';
  return { channel, source, state, lagBytes: integerOf(lagBytes), at: integerOf(at) };
}

/** The answer to TIME. */
function millisOf(time: unknown): number {
  const [seconds, micros] = textsOf(time);
  return integerOf(seconds) * 1000 + Math.floor(integerOf(micros) / 1000);
}
