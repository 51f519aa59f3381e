import { randomBytes } from 'node:crypto';
import { until } from '../until.ts';
import { findServer } from './find-server.ts';
import { freePorts } from './free-ports.ts';
import { NO_FRONT, type Front, type StartOptions } from './redis-config.ts';
import { caughtUp, holdReplicas, inSync, type Roles } from './replication.ts';
import { RedisServer } from './redis-server.ts';
import { sentinelConfig, type SentinelIdentity, type Watched } from './sentinel-config.ts';
import type { ServerSite } from './server-process.ts';

const NAME = 'tailgate';
const SERVERS = 3;
const SENTINELS = 3;
/** Sentinels that were starved of CPU for two seconds distrust their clocks for thirty, and act on nothing. */
const FAILOVER_MS = 60_000;

export interface SentinelOptions extends Omit<StartOptions, 'tls'> {
  /** How long a primary must be silent to be taken for dead. Default 1 s. */
  readonly downAfterMs?: number;
  /** Puts something before a server: answers the port under which everybody is to find it, also its replicas. */
  readonly front?: Front;
}

/** One primary, two replicas, and three sentinels that watch them. */
export class SentinelSet implements AsyncDisposable {
  readonly name = NAME;
  readonly sentinels: RedisServer[] = [];
  readonly servers: RedisServer[] = [];
  readonly #site: ServerSite;
  readonly #stack = new AsyncDisposableStack();
  /** Under which port each server is known. */
  readonly #known = new Map<RedisServer, number>();
  #primary: RedisServer | undefined;

  private constructor(site: ServerSite) {
    this.#site = this.#stack.use(site);
  }

  /** Resolves when the replicas have what the primary has, and the sentinels would agree on a failover. */
  static async start({
    flavour,
    downAfterMs = 1_000,
    front = NO_FRONT,
    ...settings
  }: SentinelOptions): Promise<SentinelSet> {
    const open = await findServer('many', flavour);
    const ports = await freePorts(SERVERS + SENTINELS);
    const set = new SentinelSet(await open(ports));
    try {
      await set.#startServers(ports.slice(0, SERVERS), front, settings);
      await set.#startSentinels(ports.slice(SERVERS), { downAfterMs, password: settings.password });
    } catch (error) {
      await set[Symbol.asyncDispose]();
      throw error;
    }
    return set;
  }

  /** In the adapter's grammar. */
  get url(): string {
    const hosts = this.sentinels.map(({ host, port }) => `${host}:${port}`).join(',');
    const [, credentials = ''] = /\/\/(.*@)?/.exec(this.primary.url) ?? [];
    return `redis+sentinel://${credentials}${hosts}/${NAME}`;
  }

  /** Where the sentinels are. */
  get addresses(): { readonly host: string; readonly port: number }[] {
    return this.sentinels.map(({ host, port }) => ({ host, port }));
  }

  /** The one that was announced last. */
  get primary(): RedisServer {
    if (!this.#primary) throw new Error('the set has no primary yet');
    return this.#primary;
  }

  /** Those that live, without the primary. */
  get replicas(): RedisServer[] {
    return this.servers.filter((server) => server !== this.#primary && server.status !== 'down');
  }

  /** From now on nothing that is written reaches a replica: a failover will have forgotten it. */
  async holdReplicas(): Promise<void> {
    const { primary, replicas } = await this.caughtUp();
    await holdReplicas(primary, replicas);
  }

  /** Waits until the sentinels agree on a primary, and all others that live (or `who`, of those) have what it has written up to now. */
  async caughtUp(who: readonly RedisServer[] = this.servers): Promise<Roles> {
    return await caughtUp(async () => {
      const primary = await this.#agreed();
      return primary && { primary, replicas: this.replicas.filter((replica) => who.includes(replica)) };
    }, FAILOVER_MS);
  }

  /** Lets them catch up, or take over. */
  async releaseReplicas(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.resume()));
  }

  /** Kills the primary, releases the replicas, and resolves with the new primary when every sentinel that is up names it. */
  async failover(): Promise<{ readonly killed: RedisServer; readonly primary: RedisServer }> {
    const killed = await this.settledPrimary();
    await killed.kill();
    await this.releaseReplicas();
    return { killed, primary: await this.newPrimary(killed) };
  }

  /** Waits until all sentinels that are up name another primary than this one, and it takes writes. */
  async newPrimary(old: RedisServer): Promise<RedisServer> {
    await this.#agree(old);
    return this.primary;
  }

  /** Waits until all sentinels that are up name the same primary, whichever that is, and it takes writes. */
  async settledPrimary(): Promise<RedisServer> {
    await this.#agree(undefined);
    return this.primary;
  }

  async #agree(old: RedisServer | undefined): Promise<void> {
    await until(
      async () => {
        const primary = await this.#agreed();
        return primary !== undefined && primary !== old;
      },
      () => `the sentinels agree on a primary${old === undefined ? '' : ` instead of ${old.port}`}`,
      FAILOVER_MS,
    );
  }

  /** The one that all sentinels that are up name, where it takes writes. */
  async #agreed(): Promise<RedisServer | undefined> {
    const asked = this.sentinels.filter(({ status }) => status === 'up');
    const ports = new Set(await Promise.all(asked.map(announced)));
    const [port] = ports;
    const named = ports.size === 1 ? this.servers.find((server) => this.#known.get(server) === port) : undefined;
    this.#primary = named;
    // One that was killed is named for a while yet, and would not answer.
    return named?.status === 'up' && (await roleOf(named)) === 'master' ? named : undefined;
  }

  /** Runs a killed server again. For seconds it thinks that it is a primary; resolves when it is a replica that has caught up. */
  async revive(server: RedisServer): Promise<void> {
    await server.start();
    await this.caughtUp([server]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  #portOf(server: RedisServer): number {
    return this.#known.get(server) ?? server.port;
  }

  async #startServers(ports: readonly number[], front: Front, settings: Omit<StartOptions, 'flavour'>): Promise<void> {
    const [first = 0] = ports;
    const known = new Map<number, number>();
    for (const port of ports) known.set(port, await front(port));
    const { lines = [] } = settings;
    const start = async (port: number): Promise<void> => {
      const roles = [
        'repl-diskless-sync-delay 0',
        'replica-announce-ip 127.0.0.1',
        `replica-announce-port ${known.get(port) ?? port}`,
        ...(port === first ? [] : [`replicaof 127.0.0.1 ${known.get(first) ?? first}`]),
      ];
      const started = await RedisServer.start(this.#site, { ...settings, port, lines: [...roles, ...lines] });
      this.servers.push(this.#stack.use(started));
      this.#known.set(started, known.get(port) ?? port);
      if (port === first) this.#primary = started;
    };
    await all(ports.map(start));
    await Promise.all(this.replicas.map(inSync));
  }

  async #startSentinels(ports: readonly number[], about: Pick<Watched, 'password' | 'downAfterMs'>): Promise<void> {
    const identities: SentinelIdentity[] = ports.map((port) => ({ port, id: randomBytes(20).toString('hex') }));
    const watched = {
      ...about,
      name: NAME,
      primary: this.#portOf(this.primary),
      replicas: this.replicas.map((replica) => this.#portOf(replica)),
    };
    const start = async (me: SentinelIdentity): Promise<void> => {
      const lines = sentinelConfig(watched, me, identities);
      const sentinel = await RedisServer.start(this.#site, { port: me.port, lines, args: ['--sentinel'] });
      this.sentinels.push(this.#stack.use(sentinel));
    };
    await all(identities.map(start));
    await until(
      async () => (await Promise.all(this.sentinels.map(isReady))).every(Boolean),
      () => 'the sentinels see each other and the replicas',
    );
  }
}

/** Also waits for those that go on after one has failed: what they start is somebody's to end. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

async function announced(sentinel: RedisServer): Promise<number> {
  const answer = await sentinel.admin.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME);
  return Array.isArray(answer) ? Number(answer[1]) : 0;
}

async function roleOf(server: RedisServer): Promise<string | undefined> {
  return (await server.info('replication')).get('role');
}

async function isReady(sentinel: RedisServer): Promise<boolean> {
  const { admin } = sentinel;
  // It answers with an error where too few sentinels are seen.
  const quorum = await admin.call('SENTINEL', 'CKQUORUM', NAME).catch(() => undefined);
  const status = (await sentinel.info('sentinel')).get('master0') ?? '';
  return quorum !== undefined && status.includes('status=ok') && status.includes(`slaves=${SERVERS - 1}`);
}
