import { TokenBucket } from 'limiter';
import { LRUCache } from 'lru-cache';

/** So many callers and addresses are remembered; of more, those that were heard of last. A few hundred bytes each. */
const MAX_REMEMBERED = 20_000;

export interface RateLimits {
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
}

/** A token bucket for each caller or address: `requestBurst` requests at once, and `requestsPerSecond` in the long run. */
export class RequestRate {
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: MAX_REMEMBERED });

  constructor(private readonly limits: RateLimits) {}

  /** How many callers and addresses. */
  get remembered(): number {
    return this.#buckets.size;
  }

  /** Whether `key` may send one more request now; else in how many seconds it may, at least 1. */
  take(key: string): { readonly isAllowed: true } | { readonly isAllowed: false; readonly retryAfter: number } {
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = this.#fullBucket()));
    if (bucket.tryRemoveTokens(1)) return { isAllowed: true };
    return { isAllowed: false, retryAfter: Math.max(1, Math.ceil(bucket.getWaitTime(1) / 1000)) };
  }

  #fullBucket(): TokenBucket {
    const { requestsPerSecond, requestBurst } = this.limits;
    const bucket = new TokenBucket({
      bucketSize: requestBurst,
      tokensPerInterval: requestsPerSecond,
      interval: 'second',
    });
    bucket.content = requestBurst;
    return bucket;
  }
}
