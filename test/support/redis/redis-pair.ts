import { findServer } from './find-server.ts';
import { freePorts } from './free-ports.ts';
import type { StartOptions } from './redis-config.ts';
import { inSync } from './replication.ts';
import { RedisServer } from './redis-server.ts';

/** A replica is sent the data without a wait for others that may ask for it, too. */
const AT_ONCE = 'repl-diskless-sync-delay 0';

/** A primary and its replica, with nobody who would replace one by the other. */
export class RedisPair implements AsyncDisposable {
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  readonly #stack: AsyncDisposableStack;

  private constructor(primary: RedisServer, replica: RedisServer, stack: AsyncDisposableStack) {
    this.primary = primary;
    this.replica = replica;
    this.#stack = stack;
  }

  /** Resolves when the replica has what the primary has. */
  static async start({ flavour, lines = [], ...settings }: StartOptions): Promise<RedisPair> {
    const open = await findServer('many', flavour);
    const ports = await freePorts(2);
    await using stack = new AsyncDisposableStack();
    const site = stack.use(await open(ports));
    const start = async (port = 0, ...roles: readonly string[]): Promise<RedisServer> =>
      stack.use(await RedisServer.start(site, { ...settings, port, lines: [AT_ONCE, ...roles, ...lines] }));
    const primary = await start(ports[0]);
    const replica = await start(ports[1], `replicaof 127.0.0.1 ${primary.port}`);
    await inSync(replica);
    return new RedisPair(primary, replica, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
