import { setTimeout } from 'node:timers/promises';
import { BrokerError } from '../broker-error.js';
import { RedisBroker, type RedisBrokerOptions } from './redis-broker.js';

/** Between tries: milliseconds. */
const RETRY_MS = 1_000;

/**
 * `RedisBroker.connect`, tried until the server is there: processes and Redis may be started in any order. `onFailure` is told of
 * each try that failed. Rejects with `invalid` at once, and with what `signal` was aborted with.
 */
export async function connectRedis(
  options: RedisBrokerOptions,
  onFailure: (error: BrokerError) => void,
  signal?: AbortSignal,
): Promise<RedisBroker> {
  while (true) {
    signal?.throwIfAborted();
    try {
      return await RedisBroker.connect(options, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof BrokerError) || error.code !== 'unavailable') throw error;
      onFailure(error);
    }
    await setTimeout(RETRY_MS, undefined, signal ? { signal } : {});
  }
}
