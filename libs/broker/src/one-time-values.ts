import { BrokerError } from './broker-error.js';

/**
 * Texts that are put away under a key for a short time and taken once, by whichever process comes first.
 *
 * Every method rejects with a `BrokerError`. The contract suite (`describeOneTimeValues`) is these comments as tests.
 */
export interface OneTimeValues {
  /**
   * Keeps `value` (at most 64 KiB) for `ttlMs` (a whole number, 1 or more), or until it is taken. `key`: 1 to 128 characters. Answers
   * false, and changes nothing, where something is kept under the key.
   */
  putOnce(key: string, value: string, ttlMs: number): Promise<boolean>;

  /** What is kept under `key`, which is nothing from then on; `undefined` where there is nothing. Of several takers one gets it. */
  takeOnce(key: string): Promise<string | undefined>;
}

const MAX_KEY_CHARS = 128;
const MAX_VALUE_BYTES = 64 * 1024;

export function checkOneTimeKey(key: string): void {
  if (key === '' || key.length > MAX_KEY_CHARS)
    throw new BrokerError('invalid', `a key must have 1 to ${MAX_KEY_CHARS} characters, not ${key.length}`);
}

export function checkOneTimeValue(value: string, ttlMs: number): void {
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_VALUE_BYTES)
    throw new BrokerError('invalid', `a value must have at most ${MAX_VALUE_BYTES} bytes, not ${bytes}`);
  if (!(Number.isSafeInteger(ttlMs) && ttlMs >= 1))
    throw new BrokerError('invalid', `ttlMs must be a whole number of 1 or more, not ${ttlMs}`);
}
