import type { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { RedisServer } from '../../support/redis/redis-server.ts';
import type { SentinelSet } from '../../support/redis/sentinel-set.ts';
import { startSentinelSet } from '../../support/redis/start-redis.ts';
import type { Random } from '../../support/viewing/random.ts';
import type { MemberName } from '../member-name.ts';
import { ServerLinks } from './server-links.ts';
import type { RedisTopology } from './topology.ts';

/** A primary, two replicas and three sentinels; a link before each of the servers. */
export class SentinelTopology implements RedisTopology {
  readonly name = 'sentinel';
  readonly settings = 'a primary, 2 replicas, 3 sentinels';
  readonly set: SentinelSet;
  readonly #links: ServerLinks;

  private constructor(set: SentinelSet, links: ServerLinks) {
    this.set = set;
    this.#links = links;
  }

  static async start(): Promise<SentinelTopology> {
    const links = new ServerLinks();
    const set = await startSentinelSet({ front: links.front, lines: ['enable-debug-command yes'] });
    return new SentinelTopology(set, links);
  }

  get servers(): readonly RedisServer[] {
    return this.set.servers;
  }

  urlOf(): string {
    return this.set.url;
  }

  linkOf(_member: MemberName, random: Random): FaultyLink {
    return this.#links.any(random);
  }

  async primary(): Promise<RedisServer> {
    return await this.set.settledPrimary();
  }

  async settled(): Promise<void> {
    await this.set.settledPrimary();
  }

  /**
   * Asks the sentinels to put another server in the place of the primary, which stays; `onAccepted`: when they have said that they will.
   * Does nothing where they can't just now: they are about it already, or no replica is fit for it.
   */
  async failOver(onAccepted: () => void): Promise<void> {
    const old = await this.set.settledPrimary();
    const [sentinel] = this.set.sentinels;
    try {
      await sentinel?.admin.call('SENTINEL', 'FAILOVER', this.set.name);
    } catch (error) {
      if (error instanceof Error && /^(INPROG|NOGOODSLAVE)/.test(error.message)) return;
      throw error;
    }
    onAccepted();
    // They may give it up: then the old one stays.
    await this.set.newPrimary(old).catch(() => this.set.settledPrimary());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.set[Symbol.asyncDispose]();
    await this.#links[Symbol.asyncDispose]();
  }
}
