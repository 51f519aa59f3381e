import { randomUUID } from 'node:crypto';
import type { BrokerStore, LeaseStore, SignStore } from '../../contract/index.js';
import type { AppendRequest, LogBroker } from '../../log-broker.js';
import type { Retention } from '../../retention.js';
import { RedisBroker } from '../redis-broker.js';
import { CuttingProxy } from './cutting-proxy.js';
import type { RedisServer } from './redis-server.js';

/** A key prefix that no other test has. */
export function ownPrefix(): string {
  return `test:${randomUUID()}:`;
}

/** A store of the contract suite: key names of its own on the server. */
export class RedisStore implements BrokerStore, SignStore, LeaseStore {
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

/** One that can lose answers, since all goes through a proxy. */
export class ProxiedStore extends RedisStore {
  private constructor(
    private readonly proxy: CuttingProxy,
    ...store: ConstructorParameters<typeof RedisStore>
  ) {
    super(...store);
  }

  static async open(server: RedisServer, retention: Partial<Retention> = {}): Promise<ProxiedStore> {
    const proxy = await CuttingProxy.start(server.port);
    const url = `redis://127.0.0.1:${proxy.port}`;
    return new ProxiedStore(proxy, url, retention, await RedisBroker.connect({ url, keyPrefix: ownPrefix() }));
  }

  async loseAnswer(end: LogBroker, request: AppendRequest): Promise<void> {
    const lost = this.proxy.loseAnswerTo(request.next);
    // The client may send it once more by itself, or leave that to its caller: both are retries.
    await Promise.all([lost, end.append(request).catch(() => undefined)]);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.proxy[Symbol.asyncDispose]();
  }
}
