/**
 * What was decided once and is to stay so, for every process that asks: the first value of a key is its value.
 *
 * Every method rejects with a `BrokerError`. What nobody asks about for `ttlMs` (a whole number, 1 or more) is forgotten.
 */
export interface SettledValues {
  /** What `key` was settled as, which is kept for `ttlMs` more; `undefined`: nothing yet. */
  settled(key: string, ttlMs: number): Promise<string | undefined>;

  /** Settles `key` as `value`, unless it is settled; answers what holds. */
  settle(key: string, value: string, ttlMs: number): Promise<string>;
}
