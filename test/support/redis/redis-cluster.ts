import { until } from '../until.ts';
import { clusterPlaces, nodesFile, type ClusterPlace } from './cluster-map.ts';
import { seenBy, seesOk, serves, type ClusterNode, type SeenNode } from './cluster-node.ts';
import { findServer } from './find-server.ts';
import { freePorts } from './free-ports.ts';
import { NO_FRONT, type Front, type StartOptions } from './redis-config.ts';
import { caughtUp, holdReplicas, inSync, type Roles } from './replication.ts';
import { RedisServer } from './redis-server.ts';
import type { ServerSite } from './server-process.ts';
import { moveSlot, type SlotStep } from './slot-move.ts';

const PRIMARIES = 3;
const FAILOVER_MS = 60_000;

/** Longer than a node tries (`CLUSTER_MF_TIMEOUT`, 5 s). */
const ASK_AGAIN_MS = 7_000;

export interface ClusterOptions extends Omit<StartOptions, 'tls'> {
  /** How long a node must be silent to be taken for dead. Default 1.5 s. */
  readonly nodeTimeoutMs?: number;
  /** Puts something before a node: answers the port under which everybody is to find it, also its replica. */
  readonly front?: Front;
}

/** Three primaries that share the slots, and a replica for each. */
export class RedisCluster implements AsyncDisposable {
  /** The first primaries, then the first replicas, in the order of those. */
  readonly nodes: ClusterNode[] = [];
  readonly #site: ServerSite;
  readonly #password: string | undefined;
  readonly #stack = new AsyncDisposableStack();

  private constructor(site: ServerSite, password: string | undefined) {
    this.#site = this.#stack.use(site);
    this.#password = password;
  }

  /** Resolves when every node sees all slots served, and the replicas have what their primaries have. */
  static async start({ flavour, front = NO_FRONT, ...options }: ClusterOptions): Promise<RedisCluster> {
    const open = await findServer('many', flavour);
    const ports = await freePorts(4 * PRIMARIES);
    const cluster = new RedisCluster(await open(ports), options.password);
    try {
      const places = await fronted(clusterPlaces(PRIMARIES, ports), front);
      const starts = places.map((place) => cluster.#startNode(place, places, options));
      // Also those that come up after another one has failed are somebody's to end.
      await Promise.allSettled(starts);
      cluster.nodes.push(...(await Promise.all(starts)));
      await cluster.#isWhole();
      for (const { primary, id } of places) if (primary !== undefined) await inSync(cluster.node(id).server);
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** In the adapter's grammar. */
  get url(): string {
    const hosts = this.nodes.map(({ port, server: { host } }) => `${host}:${port}`).join(',');
    const [, credentials = ''] = /\/\/(.*@)?/.exec(this.nodes[0]?.server.url ?? '') ?? [];
    return `redis+cluster://${credentials}${hosts}`;
  }

  get addresses(): { readonly host: string; readonly port: number }[] {
    return this.nodes.map(({ server: { host, port } }) => ({ host, port }));
  }

  node(id: string): ClusterNode {
    const found = this.nodes.find((node) => node.id === id);
    if (!found) throw new Error(`no node of the cluster is ${id}`);
    return found;
  }

  async slotOf(key: string): Promise<number> {
    return await this.#witness.server.admin.cluster('KEYSLOT', key);
  }

  async primaries(): Promise<ClusterNode[]> {
    const seen = await seenBy(this.#witness);
    return seen.filter(({ isPrimary, hasFailed }) => isPrimary && !hasFailed).map(({ id }) => this.node(id));
  }

  /** The primary that serves the key now. */
  async primaryOf(key: string): Promise<ClusterNode> {
    const slot = await this.slotOf(key);
    const owner = (await seenBy(this.#witness)).find((seen) => serves(seen, slot));
    if (!owner) throw new Error(`nobody serves slot ${slot}`);
    return this.node(owner.id);
  }

  /** The living replicas of who serves the key. */
  async replicasOf(key: string): Promise<ClusterNode[]> {
    const primary = await this.primaryOf(key);
    const seen = await seenBy(this.#witness);
    return seen.filter((node) => node.primary === primary.id && !node.hasFailed).map(({ id }) => this.node(id));
  }

  /**
   * From now on nothing that is written to the key reaches a replica: a failover will have forgotten it. Waits for one: also who is alive
   * and well is taken for dead on a busy machine, and would keep up unheld.
   */
  async holdReplicasOf(key: string): Promise<void> {
    const { primary, replicas } = await caughtUp(() => this.#rolesFor(key), FAILOVER_MS);
    await holdReplicas(primary, replicas);
  }

  async releaseReplicas(): Promise<void> {
    await Promise.all(this.nodes.map(({ server }) => server.resume()));
  }

  /** Kills who serves the key, releases what was held, and resolves when every node that is up sees who took over, and all slots served. */
  async killPrimaryOf(key: string): Promise<{ readonly killed: ClusterNode; readonly primary: ClusterNode }> {
    const slot = await this.slotOf(key);
    const killed = await this.primaryOf(key);
    await killed.server.kill();
    await this.releaseReplicas();
    await this.#agree((seen) => serves(seen, slot) && seen.id !== killed.id);
    return { killed, primary: await this.primaryOf(key) };
  }

  /** Runs a killed node again; resolves when it is a replica that has caught up, and all others take it for one. */
  async revive(node: ClusterNode): Promise<void> {
    await node.server.start();
    await node.server.reports('replication', 'role', 'slave', FAILOVER_MS);
    await inSync(node.server);
    await this.#agree(({ id, isPrimary, hasFailed }) => id === node.id && !isPrimary && !hasFailed);
  }

  /** Moves the slot, key by key, under whatever load there is; `each` is awaited after each step. */
  async reshard(
    slot: number,
    from: ClusterNode,
    to: ClusterNode,
    each: (step: SlotStep) => void | Promise<void> = () => undefined,
  ): Promise<void> {
    for await (const step of moveSlot(slot, from, to, await this.primaries(), this.#password)) await each(step);
    await this.#agree((seen) => serves(seen, slot) && seen.id === to.id);
  }

  /** The same for the slot of a key, which goes to some other primary. */
  async moveSlotOf(key: string): Promise<void> {
    const from = await this.primaryOf(key);
    const [to] = (await this.primaries()).filter((node) => node !== from);
    if (!to) throw new Error('there is no other primary');
    await this.reshard(await this.slotOf(key), from, to);
  }

  /**
   * Asks the replica of who serves the key to take its place, in agreement with it; resolves when all see that. It is asked again every
   * few seconds: a node gives up without a word where the other one, or the rest, is silent for five.
   */
  async failOver(key: string): Promise<void> {
    const slot = await this.slotOf(key);
    const old = await this.primaryOf(key);
    const [replica] = await this.replicasOf(key);
    if (!replica) throw new Error(`nobody can take the place of ${old.id}`);
    let askedAt = -Infinity;
    await until(
      async () => {
        if ((await this.primaryOf(key)) === replica) return true;
        if (performance.now() - askedAt < ASK_AGAIN_MS) return false;
        askedAt = performance.now();
        await replica.server.admin.cluster('FAILOVER');
        return false;
      },
      () => `${replica.id} has taken the place of ${old.id}`,
      FAILOVER_MS,
    );
    await this.#agree((seen) => serves(seen, slot) && seen.id === replica.id);
  }

  /** Waits until every node that is up sees all slots served. */
  async whole(): Promise<void> {
    await this.#isWhole();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  /** `undefined` while nobody serves the key, or nobody stands by. */
  async #rolesFor(key: string): Promise<Roles | undefined> {
    const slot = await this.slotOf(key);
    const seen = await seenBy(this.#witness);
    const owner = seen.find((node) => serves(node, slot));
    // Whoever is not held would have all: those that run count, whatever others take them for.
    const replicas = seen.filter(({ id, primary }) => primary === owner?.id && this.node(id).server.status === 'up');
    if (!owner || replicas.length === 0) return undefined;
    const serverOf = ({ id }: SeenNode): RedisServer => this.node(id).server;
    return { primary: serverOf(owner), replicas: replicas.map(serverOf) };
  }

  get #awake(): ClusterNode[] {
    return this.nodes.filter(({ server }) => server.status === 'up');
  }

  /** Some node that answers: after each change all such are waited for, so that any may be asked. */
  get #witness(): ClusterNode {
    const [node] = this.#awake;
    if (!node) throw new Error('no node of the cluster is up');
    return node;
  }

  async #startNode(
    place: ClusterPlace,
    places: readonly ClusterPlace[],
    options: ClusterOptions,
  ): Promise<ClusterNode> {
    const { nodeTimeoutMs = 1_500, lines = [], ...settings } = options;
    const { id, port, busPort, knownPort = port } = place;
    const clusterLines = [
      'cluster-enabled yes',
      'cluster-config-file nodes.conf',
      `cluster-port ${busPort}`,
      'cluster-announce-ip 127.0.0.1',
      `cluster-announce-port ${knownPort}`,
      `cluster-node-timeout ${nodeTimeoutMs}`,
      // A replica that was held takes over all the same, and none moves to another primary.
      'cluster-replica-validity-factor 0',
      'cluster-allow-replica-migration no',
      'repl-diskless-sync-delay 0',
    ];
    const files = { 'nodes.conf': nodesFile(place, places) };
    const server = await RedisServer.start(this.#site, {
      ...settings,
      port,
      files,
      lines: [...clusterLines, ...lines],
    });
    this.#stack.use(server);
    return { id, port: knownPort, server };
  }

  async #isWhole(): Promise<void> {
    await until(
      async () => (await Promise.all(this.#awake.map(seesOk))).every(Boolean),
      () => 'every node sees all slots served',
      FAILOVER_MS,
    );
  }

  /** Waits until every node that is up sees a node like this, and all slots served. */
  async #agree(condition: (seen: SeenNode) => boolean): Promise<void> {
    await until(
      async () => (await Promise.all(this.#awake.map(seenBy))).every((seen) => seen.some(condition)),
      () => 'all nodes of the cluster that are up agree',
      FAILOVER_MS,
    );
    await this.#isWhole();
  }
}

async function fronted(places: readonly ClusterPlace[], front: Front): Promise<ClusterPlace[]> {
  return await Promise.all(places.map(async (place) => ({ ...place, knownPort: await front(place.port) })));
}
