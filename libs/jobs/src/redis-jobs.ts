import { setTimeout } from 'node:timers/promises';
import { BrokerError, parseRedisUrl, RedisConnection, type RedisObserver } from '@tailgate/broker';
import { RedisAlerts } from './alerts/redis-alerts.js';
import { RedisChunks } from './exports/redis-chunks.js';
import { BullQueue } from './queue/bull-queue.js';
import type { JobQueue, QueueRules } from './queue/job-queue.js';
import type { Jobs } from './jobs.js';

/** Between tries of the first contact: milliseconds. */
const RETRY_MS = 1_000;

export interface RedisJobsOptions {
  /** Where Redis is: see `parseRedisUrl`. */
  readonly url: string;
  /** Before the names of all keys; without braces. */
  readonly keyPrefix: string;
  /** Is told what went wrong in the background, and is tried again. */
  readonly onTrouble: (queue: string, error: Error) => void;
}

/** The connections of the broker, to the same Redis, are looked after already. */
const UNOBSERVED: RedisObserver = { lost: () => undefined, connected: () => undefined, unfit: () => undefined };

/** Queues that all processes with one Redis share. Until they are opened all that is asked of them is rejected with `unavailable`. */
export class RedisJobs implements Jobs, AsyncDisposable {
  #commands: RedisConnection | undefined;
  #workers: RedisConnection | undefined;
  readonly #closing = new AbortController();
  readonly chunks: RedisChunks;
  readonly alerts: RedisAlerts;

  constructor(private readonly options: RedisJobsOptions) {
    const commands = () => opened(this.#commands);
    this.chunks = new RedisChunks(commands, options.keyPrefix);
    this.alerts = new RedisAlerts(commands, options.keyPrefix);
  }

  /**
   * Makes the connections, trying until Redis is there. Rejects with a `BrokerError`: `invalid` where trying is of no use, `closed` where
   * this was closed meanwhile, or `signal` aborted. `works`: there will be workers here, too.
   */
  async open(works: boolean, signal?: AbortSignal): Promise<void> {
    signal?.addEventListener('abort', () => this.#closing.abort(), { once: true });
    this.#commands ??= await this.#connect('commands');
    if (works) this.#workers ??= await this.#connect('workers');
  }

  queue<Data, Progress>(rules: QueueRules<Data, Progress>): JobQueue<Data, Progress> {
    const { keyPrefix, onTrouble } = this.options;
    const commands = () => opened(this.#commands);
    const workers = () => opened(this.#workers);
    return new BullQueue(rules, { commands, workers, onTrouble }, `${keyPrefix}{jobs}`);
  }

  /** Workers are to be closed before. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#commands?.close();
    this.#workers?.close();
    return Promise.resolve();
  }

  async #connect(role: 'commands' | 'workers'): Promise<RedisConnection> {
    const { signal } = this.#closing;
    const target = parseRedisUrl(this.options.url);
    while (!signal.aborted) {
      const connection = new RedisConnection(target, role, UNOBSERVED);
      const close = () => connection.close();
      signal.addEventListener('abort', close, { once: true });
      try {
        await connection.open();
        return connection;
      } catch (error) {
        if (!(error instanceof BrokerError) || error.code !== 'unavailable') throw error;
      } finally {
        signal.removeEventListener('abort', close);
      }
      await setTimeout(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    throw new BrokerError('closed', 'the queues were closed');
  }
}

function opened(connection: RedisConnection | undefined): RedisConnection {
  if (connection) return connection;
  throw new BrokerError('unavailable', 'there is no connection to Redis yet');
}
