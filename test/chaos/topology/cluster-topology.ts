import type { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { RedisCluster } from '../../support/redis/redis-cluster.ts';
import type { RedisServer } from '../../support/redis/redis-server.ts';
import { startCluster } from '../../support/redis/start-redis.ts';
import type { Random } from '../../support/viewing/random.ts';
import type { MemberName } from '../member-name.ts';
import { ServerLinks } from './server-links.ts';
import type { RedisTopology } from './topology.ts';

/** Three primaries with a replica each; a link before each of them. */
export class ClusterTopology implements RedisTopology {
  readonly name = 'cluster';
  readonly settings = '3 primaries, 3 replicas';
  readonly cluster: RedisCluster;
  readonly #links: ServerLinks;

  private constructor(cluster: RedisCluster, links: ServerLinks) {
    this.cluster = cluster;
    this.#links = links;
  }

  static async start(): Promise<ClusterTopology> {
    const links = new ServerLinks();
    const cluster = await startCluster({ front: links.front, lines: ['enable-debug-command yes'] });
    return new ClusterTopology(cluster, links);
  }

  get servers(): readonly RedisServer[] {
    return this.cluster.nodes.map(({ server }) => server);
  }

  urlOf(): string {
    return this.cluster.url;
  }

  linkOf(_member: MemberName, random: Random): FaultyLink {
    return this.#links.any(random);
  }

  async primary(random: Random): Promise<RedisServer> {
    return random.pick(await this.cluster.primaries()).server;
  }

  async settled(): Promise<void> {
    await this.cluster.whole();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
    await this.#links[Symbol.asyncDispose]();
  }
}
