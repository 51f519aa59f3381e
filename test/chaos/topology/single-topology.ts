import { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { RedisServer } from '../../support/redis/redis-server.ts';
import { startRedis } from '../../support/redis/start-redis.ts';
import { Volume } from '../volume.ts';
import { MEMBERS, type MemberName } from '../member-name.ts';
import type { RedisTopology } from './topology.ts';

const DISK_MEBIBYTES = 64;

/** One Redis with an append-only file, and a link to it for each member. */
export class SingleTopology implements RedisTopology {
  readonly name = 'single';
  readonly settings: string;
  readonly server: RedisServer;
  /** Where its data are, where that is a disk of its own. */
  readonly disk: Volume | undefined;
  readonly #links: ReadonlyMap<MemberName, FaultyLink>;

  private constructor(
    server: RedisServer,
    fsync: string,
    disk: Volume | undefined,
    links: ReadonlyMap<MemberName, FaultyLink>,
  ) {
    this.server = server;
    this.settings = `appendfsync ${fsync}`;
    this.disk = disk;
    this.#links = links;
  }

  /** `mounts`: whether it may have a disk of its own. */
  static async start(fsync: 'always' | 'everysec', mounts: boolean): Promise<SingleTopology> {
    let disk: Volume | undefined;
    const prepareData = async (folder: string): Promise<void> => {
      if (mounts) disk = await Volume.mount(folder, DISK_MEBIBYTES);
    };
    const lines = [`appendfsync ${fsync}`, 'enable-debug-command yes'];
    const server = await startRedis({ aof: true, asProcess: true, prepareData, lines }).catch(
      async (error: unknown) => {
        await disk?.[Symbol.asyncDispose]();
        throw error;
      },
    );
    const links = new Map<MemberName, FaultyLink>();
    for (const name of MEMBERS) links.set(name, await FaultyLink.to(server.port));
    return new SingleTopology(server, fsync, disk, links);
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
    await this.disk?.[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
