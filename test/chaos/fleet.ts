import type { RedisServer } from '../support/redis/redis-server.ts';
import { Member } from './member.ts';
import { MEMBERS, type MemberName } from './plan.ts';
import type { Random } from '../support/viewing/random.ts';

/** Three tailers that follow the same folder, and three gateways, on one Redis. */
export class Fleet implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly #members: ReadonlyMap<MemberName, Member>;
  redisIsUp = true;

  private constructor(redis: RedisServer, members: ReadonlyMap<MemberName, Member>) {
    this.redis = redis;
    this.#members = members;
  }

  static async start(redis: RedisServer, folder: string, logs: string): Promise<Fleet> {
    const members = await Promise.all(MEMBERS.map((name) => Member.create(name, redis, folder, logs)));
    const fleet = new Fleet(redis, new Map(members.map((member) => [member.name, member])));
    try {
      for (const member of members) member.start();
      await fleet.ready();
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
    return fleet;
  }

  get problems(): readonly string[] {
    return [...this.#members.values()].flatMap(({ problems }) => problems);
  }

  member(name: MemberName): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`there is no ${name}`);
    return member;
  }

  /** The address of one of the gateways that have told theirs; it may be paused. */
  readonly anyGateway = (random: Random): string | undefined => {
    const urls = [...this.#members.values()]
      .filter(({ name }) => name.startsWith('gateway'))
      .flatMap(({ url }) => url ?? []);
    return urls.length > 0 ? random.pick(urls) : undefined;
  };

  async ready(): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member.ready()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member[Symbol.asyncDispose]()));
  }
}
