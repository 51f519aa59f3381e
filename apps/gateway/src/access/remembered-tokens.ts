import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Caller } from './caller.js';
import type { TokenVerifier } from './token-verifier.js';

/** How long a token counts as good without another look at its signature. What a key is worth that was withdrawn: milliseconds. */
const REMEMBERED_MS = 60_000;

/** The most tokens, those that were used last, and how long all of them are together: what is known of one is about as large. */
const MAX_REMEMBERED = 10_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** Checks tokens, each once a minute: a check takes as long as opening a connection, and all viewers of a gateway may come at once. */
export class RememberedTokens {
  /** By the hash of the token. */
  readonly #callers = new LRUCache<string, Caller>({
    max: MAX_REMEMBERED,
    maxSize: MAX_CHARACTERS,
    // Tokens expire by the clock on the wall.
    perf: Date,
    ttlResolution: 0,
  });

  constructor(private readonly tokens: Pick<TokenVerifier, 'verify'>) {}

  /** As `TokenVerifier.verify`. What is refused is not remembered. */
  async verify(token: string): Promise<Caller> {
    const key = hash('sha256', token, 'base64');
    const known = this.#callers.get(key);
    if (known) return known;
    const caller = await this.tokens.verify(token);
    const left = Math.min((caller.expiresAt ?? Infinity) - Date.now(), REMEMBERED_MS);
    if (left >= 1) this.#callers.set(key, caller, { ttl: left, size: token.length });
    return caller;
  }
}
