import { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { RedisServer } from '../../support/redis/redis-server.ts';
import { startRedis } from '../../support/redis/start-redis.ts';
import { MEMBERS, type MemberName } from '../member-name.ts';
import type { RedisTopology } from './topology.ts';

/** One Redis with an append-only file, and a link to it for each member. */
export class SingleTopology implements RedisTopology {
  readonly name = 'single';
  readonly settings: string;
  readonly server: RedisServer;
  readonly #links: ReadonlyMap<MemberName, FaultyLink>;

  private constructor(server: RedisServer, fsync: string, links: ReadonlyMap<MemberName, FaultyLink>) {
    this.server = server;
    this.settings = `appendfsync ${fsync}`;
    this.#links = links;
  }

  /** `dataFolder`: where the append-only file is to be. */
  static async start(fsync: 'always' | 'everysec', dataFolder: string): Promise<SingleTopology> {
    const lines = [`appendfsync ${fsync}`, 'enable-debug-command local'];
    const server = await startRedis({ aof: true, dataFolder, lines });
    const links = new Map<MemberName, FaultyLink>();
    for (const name of MEMBERS) links.set(name, await FaultyLink.to(server.port));
    return new SingleTopology(server, fsync, links);
  }

  get servers(): readonly RedisServer[] {
    return [this.server];
  }

  urlOf(member: MemberName): string {
    return this.server.urlAt(this.linkOf(member).port);
  }

  linkOf(member: MemberName): FaultyLink {
    const link = this.#links.get(member);
    if (link === undefined) throw new Error(`there is no link of ${member}`);
    return link;
  }

  primary(): Promise<RedisServer> {
    return Promise.resolve(this.server);
  }

  async settled(): Promise<void> {
    await this.server.admin.ping();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const link of this.#links.values()) await link[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
