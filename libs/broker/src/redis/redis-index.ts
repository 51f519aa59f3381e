import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { BrokerError } from '../broker-error.js';
import type { ChannelQuery } from '../log-broker.js';
import type { ChannelKeys } from './channel-keys.js';
import type { RedisConnection } from './redis-connection.js';
import { integerOf, textsOf } from './replies.js';

/** A channel's place in the index is written at most this often: milliseconds. */
const WRITE_EVERY_MS = 2_000;

const AT_ONCE = 1_000;

interface Listed {
  readonly channel: ChannelName;
  /** The `next` of a page that ends with it. */
  readonly cursor: string;
}

/**
 * The known channels, in two sorted sets: by name, and by when they were last appended to. They live in a slot of their own, so that
 * no append waits for them, and are written a moment after it: a process that dies in between leaves that to the next append.
 */
export class RedisIndex {
  /** What is to be written: when the channel was last appended to. */
  readonly #pending = new Map<ChannelName, number>();
  /** When it was last written, by this process's clock; forgotten some time after it may be written again. */
  readonly #written = new Map<ChannelName, number>();
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off. */
  #timerAt = Infinity;
  /** The last write that was begun; never rejects. */
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
  ) {}

  /** `updated`: milliseconds since the Unix epoch, by the clock of Redis. */
  touch(channel: ChannelName, updated: number): void {
    this.#pending.set(channel, updated);
    this.#schedule(this.#dueAt(channel));
  }

  /** Writes what is pending, and is the last to do so. Rejects as the connection does. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    const all = [...this.#pending];
    this.#pending.clear();
    await this.#write(all);
  }

  /** The channels of a page, and its `next`. The query's limit has been checked. */
  async page(query: ChannelQuery): Promise<{ channels: ChannelName[]; next?: string }> {
    const { kind, prefix = '' } = query;
    const found: Listed[] = [];
    for await (const listed of query.order === 'name' ? this.#byName(query) : this.#byRecency(query)) {
      const { channel } = listed;
      const slash = channel.indexOf('/');
      if (kind !== undefined && channel.slice(0, slash) !== kind) continue;
      if (!channel.startsWith(prefix, slash + 1) || query.where?.(channel) === false) continue;
      const last = found.at(-1);
      if (last && found.length === query.limit) return { channels: found.map((one) => one.channel), next: last.cursor };
      found.push(listed);
    }
    return { channels: found.map(({ channel }) => channel) };
  }

  #dueAt(channel: ChannelName): number {
    return (this.#written.get(channel) ?? -Infinity) + WRITE_EVERY_MS;
  }

  #schedule(at: number): void {
    if (this.#closed || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#writeDue(), Math.max(0, at - performance.now()));
    // What is still to be written is no reason to live on: closing writes it.
    this.#timer.unref();
  }

  #writeDue(): void {
    this.#timerAt = Infinity;
    const now = performance.now();
    for (const [channel, at] of this.#written) if (now - at >= WRITE_EVERY_MS) this.#written.delete(channel);
    const due = [...this.#pending].filter(([channel]) => this.#dueAt(channel) <= now);
    for (const [channel] of due) {
      this.#pending.delete(channel);
      this.#written.set(channel, now);
    }
    if (this.#pending.size > 0) this.#schedule(now + WRITE_EVERY_MS);
    this.#writing = this.#write(due).catch(() => {
      for (const [channel, updated] of due) if (!this.#pending.has(channel)) this.#pending.set(channel, updated);
      this.#schedule(performance.now() + WRITE_EVERY_MS);
    });
  }

  async #write(channels: readonly (readonly [ChannelName, number])[]): Promise<void> {
    for (let from = 0; from < channels.length; from += AT_ONCE) {
      const some = channels.slice(from, from + AT_ONCE);
      const names = some.flatMap(([channel]) => ['0', channel]);
      const recent = some.flatMap(([channel, updated]) => [String(updated), channel]);
      await this.connection.answer((client) =>
        Promise.all([client.zadd(this.keys.names, ...names), client.zadd(this.keys.recent, 'GT', ...recent)]),
      );
    }
  }

  async *#byName({ kind, prefix = '', cursor }: ChannelQuery): AsyncGenerator<Listed> {
    if (cursor !== undefined && !parseChannel(cursor)) throw badCursor(cursor);
    const begin = kind === undefined ? '' : `${kind}/${prefix}`;
    let from = cursor !== undefined && cursor >= begin ? `(${cursor}` : `[${begin}`;
    // Names are ASCII: nothing that begins so comes after this.
    const to = begin === '' ? '+' : `[${begin}\u{10FFFF}`;
    while (true) {
      const names = await this.connection.answer((client) =>
        client.zrange(this.keys.names, from, to, 'BYLEX', 'LIMIT', 0, AT_ONCE),
      );
      for (const channel of names.flatMap((name) => parseChannel(name) ?? [])) yield { channel, cursor: channel };
      const last = names.at(-1);
      if (names.length < AT_ONCE || last === undefined) return;
      from = `(${last}`;
    }
  }

  /** The last appended to first, and backwards by name where that was in the same millisecond. */
  async *#byRecency({ cursor }: ChannelQuery): AsyncGenerator<Listed> {
    const start = cursor === undefined ? undefined : parseCursor(cursor);
    // Where the next read begins: after so many of the channels with this score.
    let at = { score: start?.score ?? Infinity, skip: 0 };
    while (true) {
      const max = at.score === Infinity ? '+inf' : at.score;
      const { skip } = at;
      const pairs = textsOf(
        await this.connection.answer((client) =>
          client.zrange(this.keys.recent, max, '-inf', 'BYSCORE', 'REV', 'LIMIT', skip, AT_ONCE, 'WITHSCORES'),
        ),
      );
      for (let index = 0; index < pairs.length; index += 2) {
        const channel = parseChannel(pairs[index] ?? '');
        const score = integerOf(pairs[index + 1]);
        at = { score, skip: score === at.score ? at.skip + 1 : 1 };
        if (!channel || (score === start?.score && channel >= start.name)) continue;
        yield { channel, cursor: `${score} ${channel}` };
      }
      if (pairs.length < AT_ONCE * 2) return;
    }
  }
}

function parseCursor(cursor: string): { score: number; name: string } {
  const [, score, name] = /^(\d{1,15}) (.+)$/.exec(cursor) ?? [];
  if (score === undefined || name === undefined || !parseChannel(name)) throw badCursor(cursor);
  return { score: Number(score), name };
}

function badCursor(cursor: string): BrokerError {
  return new BrokerError('invalid', `no page ends with the cursor ${JSON.stringify(cursor)}`);
}
