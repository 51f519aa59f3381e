import { randomUUID } from 'node:crypto';
import { RedisBroker, type AppendRequest, type LogBroker, type Retention } from '@tailgate/broker';
import type { BrokerStore, LeaseStore, OneTimeStore, SignStore } from '@tailgate/broker/contract';
import { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { RedisServer } from '../../support/redis/redis-server.ts';

/** A key prefix that no other test has. */
export function ownPrefix(): string {
  return `test:${randomUUID()}:`;
}

/** A store of the contract suite: key names of its own on the server. */
export class RedisStore implements BrokerStore, SignStore, LeaseStore, OneTimeStore {
  readonly #ends: RedisBroker[] = [];
  readonly #keyPrefix = ownPrefix();

  constructor(
    private readonly url: string,
    private readonly retention: Partial<Retention>,
    readonly signs: RedisBroker,
  ) {}

  static async at(url: string, retention: Partial<Retention> = {}): Promise<RedisStore> {
    return new RedisStore(url, retention, await RedisBroker.connect({ url, keyPrefix: ownPrefix() }));
  }

  get leases(): RedisBroker {
    return this.signs;
  }

  get values(): RedisBroker {
    return this.signs;
  }

  async connect(): Promise<RedisBroker> {
    const { url, retention } = this;
    const options = { ...retention, url, keyPrefix: this.#keyPrefix, onFollowerError: () => undefined };
    const end = await RedisBroker.connect(options);
    this.#ends.push(end);
    return end;
  }

  async reopen(): Promise<RedisBroker> {
    await this.#closeEnds();
    return this.connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeEnds();
    await this.signs[Symbol.asyncDispose]();
  }

  async #closeEnds(): Promise<void> {
    await Promise.all(this.#ends.splice(0).map((end) => end[Symbol.asyncDispose]()));
  }
}

/** One that can lose answers, since all goes through a link that does. */
export class LinkedStore extends RedisStore {
  private constructor(
    private readonly link: FaultyLink,
    ...store: ConstructorParameters<typeof RedisStore>
  ) {
    super(...store);
  }

  static async open(server: RedisServer, retention: Partial<Retention> = {}): Promise<LinkedStore> {
    const link = await FaultyLink.to(server.port);
    const url = server.urlAt(link.port);
    return new LinkedStore(link, url, retention, await RedisBroker.connect({ url, keyPrefix: ownPrefix() }));
  }

  async loseAnswer(end: LogBroker, request: AppendRequest): Promise<void> {
    // Of a server that lacks the script the first answer would be that.
    await this.signs.append(request);
    const lost = this.link.loseReply(request.next);
    // The client may send it once more by itself, or leave that to its caller: both are retries.
    await Promise.all([lost, end.append(request).catch(() => undefined)]);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.link[Symbol.asyncDispose]();
  }
}
