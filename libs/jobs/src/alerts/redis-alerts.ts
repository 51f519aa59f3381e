import { readFileSync } from 'node:fs';
import { parseStored, versioned, type RedisConnection } from '@tailgate/broker';
import { alertRuleSchema, type AlertRule } from './alert-rule.js';
import type { AlertStore } from './alert-store.js';

/** What is noted is forgotten when nobody has noted anything for so long: milliseconds. A month. */
const KEPT_MS = 30 * 86_400_000;

/** The folder stands beside `src` and beside `dist`, at the same depth as this file. */
const SWAP = readFileSync(new URL('../../lua/swap-1.lua', import.meta.url), 'utf8');

/** A hash of the rules, and one of the notes of each, all in the slot of the queues. */
export class RedisAlerts implements AlertStore {
  readonly #rules: string;

  constructor(
    private readonly connection: () => RedisConnection,
    keyPrefix: string,
  ) {
    this.#rules = `${keyPrefix}{jobs}:alerts`;
  }

  async rules(): Promise<readonly AlertRule[]> {
    const stored = await this.connection().answer((client) => client.hvals(this.#rules));
    const rules = stored.map((text) => alertRuleSchema.parse(parseStored(text)));
    return rules.sort((a, b) => b.created - a.created);
  }

  async add(rule: AlertRule): Promise<void> {
    await this.connection().answer((client) => client.hset(this.#rules, rule.id, JSON.stringify(versioned(rule))));
  }

  async remove(id: string): Promise<boolean> {
    const [removed] = await this.connection().answer((client) =>
      Promise.all([client.hdel(this.#rules, id), client.del(this.#notes(id))]),
    );
    return removed > 0;
  }

  async notes(id: string): Promise<ReadonlyMap<string, string>> {
    return new Map(Object.entries(await this.connection().answer((client) => client.hgetall(this.#notes(id)))));
  }

  async note(id: string, key: string, expected: string | undefined, next: string): Promise<boolean> {
    const answer: unknown = await this.connection().answer((client) =>
      client.eval(SWAP, 1, this.#notes(id), key, expected ?? '', next, KEPT_MS),
    );
    return answer === 1;
  }

  #notes(id: string): string {
    return `${this.#rules}:${id}`;
  }
}
