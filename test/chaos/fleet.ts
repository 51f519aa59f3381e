import type { Random } from '../support/viewing/random.ts';
import { Member, type MemberPlace } from './member.ts';
import { GATEWAYS, MEMBERS, type MemberName } from './member-name.ts';

/** Three tailers that follow the same folder, and three gateways, on one Redis, whatever that is made of. */
export class Fleet implements AsyncDisposable {
  readonly #members: ReadonlyMap<MemberName, Member>;

  private constructor(members: ReadonlyMap<MemberName, Member>) {
    this.#members = members;
  }

  static async start(place: Omit<MemberPlace, 'redisUrl'>, urlOf: (name: MemberName) => string): Promise<Fleet> {
    const members = await Promise.all(MEMBERS.map((name) => Member.create(name, { ...place, redisUrl: urlOf(name) })));
    const fleet = new Fleet(new Map(members.map((member) => [member.name, member])));
    try {
      for (const member of members) member.start();
      await fleet.ready();
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
    return fleet;
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  get problems(): readonly string[] {
    return this.members.flatMap(({ problems }) => problems);
  }

  member(name: MemberName): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`there is no ${name}`);
    return member;
  }

  /** The address of one of the gateways that have told theirs; it may be paused. */
  readonly anyGateway = (random: Random): string | undefined => {
    const listening = GATEWAYS.map((name) => this.member(name)).filter(({ isListening }) => isListening);
    return listening.length > 0 ? random.pick(listening).address : undefined;
  };

  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member[Symbol.asyncDispose]()));
  }
}
