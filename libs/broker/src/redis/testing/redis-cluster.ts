import { vi } from 'vitest';
import type { StartRedis } from './on-redis.js';
import type { RedisServer } from './redis-server.js';

const SLOTS = 16_384;

/** A real cluster of primaries on loopback. */
export class RedisCluster implements AsyncDisposable {
  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(start: StartRedis, size: number): Promise<RedisCluster> {
    const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000'];
    const nodes = await Promise.all(Array.from({ length: size }, () => start(...settings)));
    const cluster = new RedisCluster(nodes);
    try {
      await cluster.#join();
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** Moves the slot of these keys from its node to the next one, as resharding does: key by key, while both know of it. */
  async moveSlotOf(key: string): Promise<void> {
    const [first] = this.nodes;
    if (!first) throw new Error('no nodes');
    const slot = String(await first.admin.call('CLUSTER', 'KEYSLOT', key));
    const index = Math.floor((Number(slot) * this.nodes.length) / SLOTS);
    const [from, to] = [this.nodes[index], this.nodes[(index + 1) % this.nodes.length]];
    if (!from || !to) throw new Error('no two nodes');
    const [fromId, toId] = await Promise.all(
      [from, to].map(async ({ admin }) => String(await admin.call('CLUSTER', 'MYID'))),
    );
    await to.admin.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId ?? '');
    await from.admin.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId ?? '');
    while (true) {
      const keys = String(await from.admin.call('CLUSTER', 'GETKEYSINSLOT', slot, '1'));
      if (keys === '') break;
      await from.admin.call('MIGRATE', '127.0.0.1', String(to.port), keys, '0', '5000');
    }
    for (const { admin } of [to, from, ...this.nodes]) await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId ?? '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
  }

  async #join(): Promise<void> {
    const { nodes } = this;
    for (const [index, { admin }] of nodes.entries()) {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / nodes.length));
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? SLOTS) - 1));
      // Nodes of the same epoch would quarrel about their slots first.
      await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      for (const { port } of nodes.slice(0, index)) await admin.call('CLUSTER', 'MEET', '127.0.0.1', String(port));
    }
    for (const { admin } of nodes) {
      await vi.waitFor(
        async () => {
          const info = String(await admin.call('CLUSTER', 'INFO'));
          if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${nodes.length}`))
            throw new Error(info);
        },
        { timeout: 30_000, interval: 50 },
      );
    }
  }
}
