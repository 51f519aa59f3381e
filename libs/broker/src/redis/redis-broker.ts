import { formatPosition, type ChannelName, type Position } from '@tailgate/protocol';
import type { Batch } from '../batch.js';
import { BrokerError } from '../broker-error.js';
import { Followers, warnOfFollower, type OnFollowerError } from '../followers.js';
import type {
  AppendAnswer,
  AppendRequest,
  Bounds,
  ChannelPage,
  ChannelQuery,
  ChannelSummary,
  LogBroker,
  ReadLimits,
  StoredCheckpoint,
} from '../log-broker.js';
import { checkAppend, checkLimits, checkPageLimit } from '../request-rules.js';
import { checkRetention, DEFAULT_RETAIN_BYTES, DEFAULT_RETAIN_LINES, type Retention } from '../retention.js';
import { checkOneTimeKey, checkOneTimeValue, type OneTimeValues } from '../one-time-values.js';
import type { SettledValues } from '../settled-values.js';
import type { LeaseAnswer, LeaseRequest, SourceLeases } from '../source-leases.js';
import type { SeenSign, SourceSign, TailerSigns } from '../tailer-signs.js';
import { Appends, MAX_CONFIRM_MS, type ReplicaRule } from './appends.js';
import { ChannelKeys } from './channel-keys.js';
import { LiveChannels } from './live-channels.js';
import { RedisConnection, type RedisObserver } from './redis-connection.js';
import { RedisIndex } from './redis-index.js';
import { RedisLeases } from './redis-leases.js';
import { RedisOneTimeValues } from './redis-one-time-values.js';
import { RedisSettledValues } from './redis-settled-values.js';
import { RedisSigns } from './redis-signs.js';
import { parseRedisUrl } from './redis-url.js';
import { batchOf, boundsOf, checkpointsOf, purgedOf, textsOf, unreadable } from './replies.js';
import { Script } from './script.js';
import { checkServers, memoryWarnings, refusalIn } from './server-check.js';

export interface RedisBrokerOptions extends Partial<Retention> {
  /** Where Redis is: see `parseRedisUrl`. */
  readonly url: string;
  /** Before the names of all keys; without braces. Default: `tailgate:`. */
  readonly keyPrefix?: string;
  /** Makes appends count only once replicas have them. Default: none need to. */
  readonly confirm?: ReplicaRule;
  /** Default: nobody is told. */
  readonly observer?: RedisObserver;
  /** Told, later, of what a follower threw. Default: a process warning. */
  readonly onFollowerError?: OnFollowerError;
}

const BOUNDS = new Script('bounds-2');
const READ = new Script('read-2');
const PURGE = new Script('purge-2');

const UNOBSERVED: RedisObserver = { lost: () => undefined, connected: () => undefined, unfit: () => undefined };

/**
 * The broker of many processes: a Redis 7 or later, or a Valkey, alone, behind Sentinels or as a cluster.
 *
 * Retention is that of whoever appends. Where the server's memory is full, or a primary can't be reached, an append is rejected with
 * `unavailable`, and was either done whole or not at all; the same request may be sent again.
 *
 * With `confirm` a batch is published once the replicas have it, so that batches of several sources may come live in another order
 * than they are stored in, and one whose confirmation was late may come twice.
 */
export class RedisBroker implements LogBroker, TailerSigns, SourceLeases, OneTimeValues, SettledValues {
  readonly #keys: ChannelKeys;
  readonly #commands: RedisConnection;
  readonly #followers: Followers;
  readonly #live: LiveChannels;
  readonly #appends: Appends;
  readonly #index: RedisIndex;
  readonly #signs: RedisSigns;
  readonly #leases: RedisLeases;
  readonly #oneTimeValues: RedisOneTimeValues;
  readonly #settledValues: RedisSettledValues;
  #closing: Promise<void> | undefined;

  private constructor(
    commands: RedisConnection,
    live: RedisConnection,
    keys: ChannelKeys,
    retention: Retention,
    { confirm, observer = UNOBSERVED, onFollowerError = warnOfFollower }: RedisBrokerOptions,
  ) {
    this.#keys = keys;
    this.#commands = commands;
    this.#followers = new Followers(onFollowerError);
    this.#live = new LiveChannels(live, keys, this.#followers, observer);
    this.#appends = new Appends(commands, keys, retention, confirm);
    this.#index = new RedisIndex(commands, keys);
    this.#signs = new RedisSigns(commands, keys);
    this.#leases = new RedisLeases(commands, keys);
    this.#oneTimeValues = new RedisOneTimeValues(commands, keys);
    this.#settledValues = new RedisSettledValues(commands, keys);
  }

  /**
   * Makes the first contact. Rejects with `unavailable` where the server can't be reached, which may be tried again; with `invalid`
   * where the options are wrong, the server refuses who asks, or is not one that keeps the promises; and at once when `signal` is
   * aborted. Afterwards connections that are lost are made again until the broker is closed.
   */
  static async connect(options: RedisBrokerOptions, signal?: AbortSignal): Promise<RedisBroker> {
    const target = parseRedisUrl(options.url);
    const keys = new ChannelKeys(options.keyPrefix ?? 'tailgate:');
    const { retainLines = DEFAULT_RETAIN_LINES, retainBytes = DEFAULT_RETAIN_BYTES, retainAge = Infinity } = options;
    const retention = { retainLines, retainBytes, retainAge };
    checkRetention(retention);
    if (options.confirm) checkConfirm(options.confirm);

    const { observer = UNOBSERVED } = options;
    const commands = new RedisConnection(target, 'commands', observer);
    const live = new RedisConnection(target, 'live', observer);
    const close = () => {
      commands.close();
      live.close();
    };
    signal?.addEventListener('abort', close, { once: true });
    try {
      await Promise.all([commands.open(), live.open()]);
      await commands.answer(checkServers);
      for (const warning of await commands.answer((client) => memoryWarnings(client, retainBytes)))
        observer.unfit(warning);
    } catch (error) {
      close();
      throw refusalIn(error) ?? error;
    } finally {
      signal?.removeEventListener('abort', close);
    }
    // A failover may lead to a server that was set up otherwise.
    commands.client.on('ready', () => {
      commands.answer(checkServers).catch((error: unknown) => observer.unfit(messageOf(error)));
    });
    return new RedisBroker(commands, live, keys, retention, options);
  }

  async append(request: AppendRequest): Promise<AppendAnswer> {
    this.#checkOpen();
    checkAppend(request);
    const { updated, ...answer } = await this.#appends.append(request);
    if (updated !== undefined) this.#index.touch(request.channel, updated);
    return answer;
  }

  async checkpoints(channel: ChannelName): Promise<ReadonlyMap<string, StoredCheckpoint>> {
    this.#checkOpen();
    return checkpointsOf(await this.#commands.answer((client) => client.hgetall(this.#keys.meta(channel))));
  }

  async bounds(channel: ChannelName): Promise<Bounds | undefined> {
    this.#checkOpen();
    const keys = [this.#keys.meta(channel), this.#keys.lines(channel)];
    const reply = await this.#commands.answer((client) => BOUNDS.run(client, 'text', ...keys));
    return boundsOf(textsOf(reply));
  }

  readAfter(channel: ChannelName, from: Position, limits: ReadLimits): Promise<readonly Batch[]> {
    return this.#read('after', channel, from, limits);
  }

  async readBefore(channel: ChannelName, from: Position, limits: ReadLimits): Promise<readonly Batch[]> {
    return (await this.#read('before', channel, from, limits)).reverse();
  }

  async purge(channel: ChannelName, idleSince?: number): Promise<Position | undefined> {
    this.#checkOpen();
    const keys = [this.#keys.meta(channel), this.#keys.lines(channel)];
    const args = [...keys, idleSince ?? ''];
    return purgedOf(textsOf(await this.#commands.answer((client) => PURGE.run(client, 'text', ...args))));
  }

  async follow(channel: ChannelName, onBatch: (batch: Batch) => void): Promise<AsyncDisposable> {
    this.#checkOpen();
    return this.#live.follow(channel, onBatch);
  }

  async channels(query: ChannelQuery): Promise<ChannelPage> {
    this.#checkOpen();
    checkPageLimit(query);
    const { channels, ...rest } = await this.#index.page(query);
    const summaries = await Promise.all(channels.map((channel) => this.#summary(channel)));
    return { channels: summaries.filter((summary) => summary !== undefined), ...rest };
  }

  async beat(signs: readonly SourceSign[]): Promise<void> {
    this.#checkOpen();
    await this.#signs.beat(signs);
  }

  async signs(channel: ChannelName): Promise<readonly SeenSign[]> {
    this.#checkOpen();
    return this.#signs.signs(channel);
  }

  async lease(holder: string, requests: readonly LeaseRequest[], ttlMs: number): Promise<LeaseAnswer> {
    this.#checkOpen();
    return this.#leases.lease(holder, requests, ttlMs);
  }

  async release(holder: string, names: readonly string[]): Promise<void> {
    this.#checkOpen();
    await this.#leases.release(holder, names);
  }

  async putOnce(key: string, value: string, ttlMs: number): Promise<boolean> {
    this.#checkOpen();
    checkOneTimeKey(key);
    checkOneTimeValue(value, ttlMs);
    return this.#oneTimeValues.putOnce(key, value, ttlMs);
  }

  async takeOnce(key: string): Promise<string | undefined> {
    this.#checkOpen();
    checkOneTimeKey(key);
    return this.#oneTimeValues.takeOnce(key);
  }

  async settled(key: string, ttlMs: number): Promise<string | undefined> {
    this.#checkOpen();
    return this.#settledValues.settled(key, ttlMs);
  }

  async settle(key: string, value: string, ttlMs: number): Promise<string> {
    this.#checkOpen();
    return this.#settledValues.settle(key, value, ttlMs);
  }

  /** Writes the rest of the channel index, and closes the connections; what is not answered yet is rejected with `closed`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#followers.clear();
    this.#live.close();
    // The index catches up with the next append that another process makes.
    await this.#index.close().catch(() => undefined);
    this.#commands.close();
  }

  async #read(
    side: 'after' | 'before',
    channel: ChannelName,
    from: Position,
    { records, bytes }: ReadLimits,
  ): Promise<Batch[]> {
    this.#checkOpen();
    checkLimits({ records, bytes });
    // Nothing is before the beginning, and Redis has no name for what would be.
    if (side === 'before' && from.epoch === 0 && from.seq === 0) return [];
    const limits = [records, bytes].map((limit) => (Number.isFinite(limit) ? limit : ''));
    const args = [this.#keys.meta(channel), this.#keys.lines(channel), side, formatPosition(from), ...limits];
    const reply = await this.#commands.answer((client) => READ.run(client, 'bytes', ...args));
    if (!Array.isArray(reply)) throw unreadable(reply);
    return reply.map(batchOf);
  }

  /** `undefined` where the index knows more than there is. */
  async #summary(channel: ChannelName): Promise<ChannelSummary | undefined> {
    const bounds = await this.bounds(channel);
    if (!bounds) return undefined;
    const { first, last, records, updated } = bounds;
    return { channel, first, last, records, updated };
  }

  #checkOpen(): void {
    if (this.#closing) throw new BrokerError('closed', 'the broker was closed');
  }
}

function checkConfirm({ replicas, withinMs }: ReplicaRule): void {
  if (!(Number.isSafeInteger(replicas) && replicas >= 1)) {
    throw new BrokerError('invalid', `replicas to confirm must be 1 or more, not ${replicas}`);
  }
  if (!(Number.isSafeInteger(withinMs) && withinMs >= 1 && withinMs <= MAX_CONFIRM_MS)) {
    throw new BrokerError('invalid', `replicas may take 1 to ${MAX_CONFIRM_MS} ms to confirm, not ${withinMs}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
