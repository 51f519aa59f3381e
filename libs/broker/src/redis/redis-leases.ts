import { checkLease, namesOf } from '../lease-rules.js';
import type { LeaseAnswer, LeaseRequest, LeaseState, SourceLeases } from '../source-leases.js';
import type { ChannelKeys } from './channel-keys.js';
import type { RedisConnection } from './redis-connection.js';
import { integerOf, newerFormat, textsOf } from './replies.js';
import { Script } from './script.js';

const LEASES = new Script('leases-1');

/** So many names a script: it takes the server a millisecond, in which nobody else is served. */
const AT_ONCE = 500;

/** What the script's answer begins with: where the sweep goes on, and when something runs out. */
const HEAD = 2;

/** All leases in one hash, in a slot of its own; a round trip for each 500 of them. */
export class RedisLeases implements SourceLeases {
  /** What has run out is swept from here on. */
  #sweep = '0';

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
  ) {}

  async lease(holder: string, requests: readonly LeaseRequest[], ttlMs: number): Promise<LeaseAnswer> {
    checkLease(holder, namesOf(requests), ttlMs);
    const states = new Map<string, LeaseState>();
    let runsOut = Infinity;
    for (let from = 0; from < requests.length; from += AT_ONCE) {
      const some = requests.slice(from, from + AT_ONCE);
      const answer = await this.#run(holder, some, ttlMs);
      const left = integerOf(answer[1]);
      if (left >= 0) runsOut = Math.min(runsOut, left);
      for (const [index, { name }] of some.entries()) {
        const [of, claimant] = answer.slice(HEAD + 2 * index, HEAD + 2 * index + 2);
        states.set(name, { ...(of && { holder: of }), ...(claimant && { claimant }) });
      }
    }
    return { states, ...(runsOut < Infinity && { runsOutInMs: runsOut }) };
  }

  async release(holder: string, names: readonly string[]): Promise<void> {
    checkLease(holder, names, 1);
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const some = names.slice(from, from + AT_ONCE).map((name) => ({ name }));
      await this.#run(holder, some, 0);
    }
  }

  async #run(holder: string, requests: readonly LeaseRequest[], ttlMs: number): Promise<readonly string[]> {
    const wanted = requests.flatMap(({ name, claims = false }) => [claims ? '1' : '0', name]);
    const args = [this.keys.leases, holder, ttlMs, this.#sweep, ...wanted];
    const answer = textsOf(await this.connection.answer((client) => LEASES.run(client, 'text', ...args)));
    if (answer[0] === 'unknown') throw newerFormat(answer[1]);
    this.#sweep = answer[0] ?? '0';
    return answer;
  }
}
