import type { Socket } from 'node:net';
import { Redis } from 'ioredis';
import { BrokerError } from '../broker-error.js';
import { backOff, createClient, type RedisClient, type RedisRole } from './redis-client.js';
import type { RedisTarget } from './redis-url.js';

/** How long an answer may take: milliseconds. What was asked may have been done all the same. */
const ANSWER_MS = 10_000;

/** How long the first contact may take: milliseconds. Where no Sentinel answers, the client would go on asking and say nothing. */
const FIRST_CONTACT_MS = 12_000;

/** Is told of the connections to Redis. */
export interface RedisObserver {
  /** A connection was lost, or is not there yet. It is tried again until it is back. */
  lost(why: string): void;
  /** A connection is there (again). */
  connected(): void;
  /** A request has its answer, or has failed, after so many milliseconds. */
  answered?(milliseconds: number, outcome: 'ok' | 'failed'): void;
  /** The server is not one that keeps the promises, or something on it is not as it should be. */
  unfit(why: string): void;
}

/** One client of a Redis, whose failures come as `BrokerError`s. */
export class RedisConnection {
  readonly client: RedisClient;
  #lastError: Error | undefined;
  #closed = false;
  /** How often the client has ended by itself since it was last ready. */
  #endings = 0;
  #revival: NodeJS.Timeout | undefined;

  constructor(
    target: RedisTarget,
    role: RedisRole,
    private readonly observer: RedisObserver,
  ) {
    this.client = createClient(target, role);
    this.client.on('error', (error: Error) => (this.#lastError = error));
    this.client.on('ready', () => {
      this.#endings = 0;
      observer.connected();
    });
    this.client.on('close', () => {
      if (!this.#closed) observer.lost(this.#lastError?.message ?? 'the connection was closed');
    });
    this.client.on('end', () => this.#revive());
  }

  /** Rejects with `unavailable` where the server can't be reached within `FIRST_CONTACT_MS`, and then connects no more. */
  async open(): Promise<void> {
    try {
      await within(FIRST_CONTACT_MS, this.client.connect());
    } catch (error) {
      const cause = this.#lastError ?? error;
      this.close();
      throw unavailable(innermost(cause));
    }
  }

  /** The answer of `ask`, within `ANSWER_MS`. What fails, does so with `unavailable`, or `closed` once this is closed. */
  async answer<T>(ask: (client: RedisClient) => Promise<T>): Promise<T> {
    if (this.#isClosed()) throw closed();
    const begun = performance.now();
    try {
      const answer = await within(ANSWER_MS, ask(this.client));
      this.observer.answered?.(performance.now() - begun, 'ok');
      return answer;
    } catch (error) {
      this.observer.answered?.(performance.now() - begun, 'failed');
      if (error instanceof BrokerError) throw error;
      throw this.#isClosed() ? closed() : unavailable(error, this.#lastError);
    }
  }

  // Not a look at the field, which the compiler would take to be the same after an await.
  #isClosed(): boolean {
    return this.#closed;
  }

  /** At once: what is not answered yet is rejected with `closed`. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#revival);
    // ioredis listens to a socket's first error alone. One that is closed in the middle of a TLS handshake has another, which would end
    // the process.
    const { stream }: { readonly stream?: Socket } = this.client instanceof Redis ? this.client : {};
    stream?.on('error', () => undefined);
    this.client.disconnect();
  }

  /**
   * A client that has ended tries nothing more. One behind Sentinels does so where a failover is announced just while it asks them for the
   * primary: ioredis takes that for a wish to be closed.
   */
  #revive(): void {
    if (this.#closed) return;
    this.#endings += 1;
    this.#revival = setTimeout(() => {
      // What fails ends the client again.
      this.client.connect().catch(() => undefined);
    }, backOff(this.#endings));
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A cluster's client says that no node would do, and has beside it what the last one said. */
function innermost(error: unknown): unknown {
  return error instanceof Error && 'lastNodeError' in error ? error.lastNodeError : error;
}

function closed(): BrokerError {
  return new BrokerError('closed', 'the broker was closed');
}

function unavailable(cause: unknown, behind?: Error): BrokerError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const more = behind && behind !== cause && !why.includes(behind.message) ? ` (${behind.message})` : '';
  return new BrokerError('unavailable', `Redis does not answer as it should: ${why}${more}`, { cause });
}
